import type { Day } from './cron-expression.ts';

/** Clock and calendar of a place. */
export interface TimeZone {
  dayOf(at: number): Day;
  /**
   * When the clocks show this time. Of a time that comes twice it is the first; one that is skipped is as much later as
   * the clocks are put forward.
   */
  instantOf(day: Day, hour: number, minute: number, second?: number): number;
}

/** By its IANA name; undefined when there is none. */
export function timeZone(name: string): TimeZone | undefined {
  const format = formatOf(name);
  if (!format) return undefined;
  const fieldsOf = (at: number): Readonly<Record<string, number>> =>
    Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  /** What the clocks show, as if it were UTC. */
  const shownAt = (at: number): number => {
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fieldsOf(at);
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  return {
    dayOf(at) {
      const { year = 0, month = 1, day = 1 } = fieldsOf(at);
      return { year, month, day };
    },
    instantOf({ year, month, day }, hour, minute, second = 0) {
      const wanted = Date.UTC(year, month - 1, day, hour, minute, second);
      const offsets = [-oneDay, oneDay].map((away) => shownAt(wanted + away) - (wanted + away));
      // The greater offset gives the earlier instant.
      const candidates = offsets.map((offset) => wanted - offset).sort((a, b) => a - b);
      return candidates.find((at) => shownAt(at) === wanted) ?? candidates[candidates.length - 1] ?? wanted;
    },
  };
}

const oneDay = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one is dear. */
function formatOf(name: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(name);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(name, made);
    return made;
  } catch {
    return undefined;
  }
}

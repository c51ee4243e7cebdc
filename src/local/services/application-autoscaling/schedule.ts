import { type CronExpression, type Day, parseCron } from './cron-expression.ts';
import { type TimeZone, timeZone } from './time-zone.ts';

/** When a scheduled action is due. */
export interface Schedule {
  readonly kind: 'at' | 'rate' | 'cron';
  /** The first time after `after`; undefined when there is none. `anchor`: where a rate begins. */
  next(after: number, anchor: number): number | undefined;
}

/** `at(…)`, `rate(…)` or `cron(…)` (AAS-API/API_PutScheduledAction); undefined when it is none of them. */
export function parseSchedule(text: string, zone: string): Schedule | undefined {
  const place = timeZone(zone);
  const [, kind, body = ''] = /^(at|rate|cron)\((.*)\)$/.exec(text.trim()) ?? [];
  if (!place) return undefined;
  if (kind === 'at') return parseAt(body, place);
  if (kind === 'rate') return parseRate(body);
  if (kind !== 'cron') return undefined;
  const expression = parseCron(body);
  return expression && { kind: 'cron', next: (after) => nextOf(expression, place, after) };
}

function parseAt(body: string, place: TimeZone): Schedule | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})$/.exec(body);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  const shown = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // 2026-02-30 and 24:00 are no times.
  if (shown.getUTCMonth() !== month - 1 || shown.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    return undefined;
  const at = place.instantOf({ year, month, day }, hour, minute, second);
  return { kind: 'at', next: (after) => (at > after ? at : undefined) };
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function parseRate(body: string): Schedule | undefined {
  const [, count = '', unit = '', plural = ''] = /^(\d+) (minute|hour|day)(s?)$/.exec(body) ?? [];
  const every = Number(count) * (units[unit] ?? 0);
  // The unit is singular for 1 alone.
  if (!(every > 0) || (count === '1') === (plural === 's')) return undefined;
  return {
    kind: 'rate',
    next: (after, anchor) => (after < anchor ? anchor : anchor + (Math.floor((after - anchor) / every) + 1) * every),
  };
}

/** No expression is due less often than the 29th of February of a leap year on a certain weekday: 40 years. */
const mostDays = 41 * 366;

function nextOf(expression: CronExpression, place: TimeZone, after: number): number | undefined {
  let day = place.dayOf(after);
  for (let days = 0; days < mostDays; days++) {
    if (expression.lastYear !== undefined && day.year > expression.lastYear) return undefined;
    const found = expression.matchesDay(day) ? firstOn(expression, place, day, after) : undefined;
    if (found !== undefined) return found;
    day = dayAfter(day);
  }
  return undefined;
}

function firstOn(expression: CronExpression, place: TimeZone, day: Day, after: number): number | undefined {
  const found = expression.hours.flatMap((hour) =>
    // An hour that has passed needs no look at its minutes.
    place.instantOf(day, hour, 59) <= after
      ? []
      : expression.minutes
          .map((minute) => place.instantOf(day, hour, minute))
          .filter((at) => at > after)
          .slice(0, 1),
  );
  return found.length === 0 ? undefined : Math.min(...found);
}

function dayAfter({ year, month, day }: Day): Day {
  const next = new Date(Date.UTC(year, month - 1, day + 1));
  return { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() };
}

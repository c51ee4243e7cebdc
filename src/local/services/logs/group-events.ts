import type { Collection } from '../../store/store.ts';

/** What is stored of an event; its key has its timestamp. */
export type EventRecord = { readonly stream: string; readonly message: string; readonly ingestedAt: number };

export interface LogEvent extends EventRecord {
  /** Where it stands in the group: digits that sort by timestamp, then by arrival. */
  readonly position: string;
  readonly timestamp: number;
}

export interface StreamTimes {
  readonly first: number;
  readonly last: number;
  readonly lastIngestedAt: number;
}

/** The events of one log group in order of time. */
export interface GroupEvents {
  append(stream: string, timestamp: number, message: string, ingestedAt: number): void;
  /** Positions after `from` and before `to`, in order or against it. Lazy. */
  between(from: string, to: string, order: 'ascending' | 'descending'): Iterable<LogEvent>;
  /** Undefined for a stream without events. Events that were pushed out still count. */
  times(stream: string): StreamTimes | undefined;
  /** Removes all with a timestamp below `before`. */
  expire(before: number): void;
  deleteStream(stream: string): void;
  /** Bytes as AWS counts them: each event's UTF-8 text and 26. */
  sizeBytes(): number;
}

/** A group holds so much; beyond it the oldest events go, a twentieth at a time. AWS has no such limit. */
const groupLimits = { events: 50_000, bytes: 32 * 1024 * 1024 } as const;

const eventOverhead = 26;
const timestampDigits = 15;
const sequenceDigits = 12;

export const sizeOfEvent = (message: string): number => Buffer.byteLength(message) + eventOverhead;

/** Before every event with a timestamp of `at` or later. */
export const positionAt = (at: number): string => String(Math.max(0, Math.floor(at))).padStart(timestampDigits, '0');

export const beginning = '0'.repeat(timestampDigits + sequenceDigits);
/** Sorts after every position. */
export const endless = ':';

export function openGroupEvents(stored: Collection<EventRecord>): GroupEvents {
  const times = new Map<string, StreamTimes>();
  let bytes = 0;
  let sequence = 0;
  const count = (position: string, event: EventRecord): void => {
    bytes += sizeOfEvent(event.message);
    sequence = Math.max(sequence, Number(position.slice(timestampDigits)) + 1);
    times.set(event.stream, extended(times.get(event.stream), timestampOf(position), event.ingestedAt));
  };
  const remove = (position: string, event: EventRecord): void => {
    bytes -= sizeOfEvent(event.message);
    stored.delete(position);
  };
  const removeOldest = (wanted: (position: string) => boolean): void => {
    const gone: (readonly [string, EventRecord])[] = [];
    for (const entry of stored.range('', endless)) {
      if (!wanted(entry[0])) break;
      gone.push(entry);
    }
    for (const [position, event] of gone) remove(position, event);
  };
  const makeRoom = (): void => {
    if (stored.size <= groupLimits.events && bytes <= groupLimits.bytes) return;
    let left = Math.ceil(stored.size / 20);
    removeOldest(() => left-- > 0);
  };
  for (const [position, event] of stored.entries()) count(position, event);
  return {
    append(stream, timestamp, message, ingestedAt) {
      const position = positionAt(timestamp) + String(sequence).padStart(sequenceDigits, '0');
      const event = { stream, message, ingestedAt };
      stored.put(position, event);
      count(position, event);
      makeRoom();
    },
    *between(from, to, order) {
      for (const [position, event] of stored.range(from, to, order)) {
        if (position !== from) yield { ...event, position, timestamp: timestampOf(position) };
      }
    },
    times: (stream) => times.get(stream),
    expire(before) {
      const first = positionAt(before);
      removeOldest((position) => position < first);
    },
    deleteStream(stream) {
      for (const [position, event] of stored.entries()) if (event.stream === stream) remove(position, event);
      times.delete(stream);
    },
    sizeBytes: () => bytes,
  };
}

const timestampOf = (position: string): number => Number(position.slice(0, timestampDigits));

const extended = (known: StreamTimes | undefined, timestamp: number, ingestedAt: number): StreamTimes => ({
  first: Math.min(known?.first ?? timestamp, timestamp),
  last: Math.max(known?.last ?? timestamp, timestamp),
  lastIngestedAt: Math.max(known?.lastIngestedAt ?? ingestedAt, ingestedAt),
});

import { type Clock, type EpochMs, isoTime } from '../base/index.ts';
import type { AnsweredCall } from './wire/handle.ts';

/** One call as `GET /_teal/requests` tells it. It holds names, and no value that was sent. */
export interface RequestRecord extends Omit<AnsweredCall, 'errorCode'> {
  /** ISO 8601: when it was answered. */
  readonly time: string;
  /** The error's code; null for a call that succeeded. */
  readonly error: string | null;
  readonly answeredBy: 'runtime' | 'fallback';
}

/** What to tell of the log. All that is given must hold. */
export interface RequestFilter {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  /** A part of it. */
  readonly userAgent?: string | undefined;
  /** Answered at this instant or later. */
  readonly since?: EpochMs | undefined;
}

/** The last calls that were answered, in memory. */
export interface RequestLog {
  add(call: AnsweredCall, answeredBy: RequestRecord['answeredBy']): void;
  /** The oldest first. */
  matching(filter: RequestFilter): readonly RequestRecord[];
  /** How many were answered before the oldest that is still here. */
  readonly forgotten: number;
}

type Entry = AnsweredCall & { readonly at: EpochMs; readonly answeredBy: RequestRecord['answeredBy'] };

/** A ring of the last `capacity` calls. */
export function createRequestLog(clock: Pick<Clock, 'now'>, capacity = 50_000): RequestLog {
  const ring: Entry[] = [];
  const shared = sharedLists();
  let added = 0;
  return {
    add(call, answeredBy) {
      ring[added % capacity] = { ...call, members: shared(call.members), at: clock.now(), answeredBy };
      added++;
    },
    matching(filter) {
      const oldest = added % ring.length;
      const inOrder = ring.length < capacity ? ring : [...ring.slice(oldest), ...ring.slice(0, oldest)];
      return inOrder.filter((entry) => matches(entry, filter)).map(recordOf);
    },
    get forgotten() {
      return added - ring.length;
    },
  };
}

const matches = (entry: Entry, { service, operation, userAgent, since }: RequestFilter): boolean =>
  (service === undefined || entry.service === service) &&
  (operation === undefined || entry.operation === operation) &&
  (userAgent === undefined || entry.userAgent.includes(userAgent)) &&
  (since === undefined || entry.at >= since);

const recordOf = ({ at, errorCode, ...call }: Entry): RequestRecord => ({
  time: isoTime(at),
  ...call,
  error: errorCode ?? null,
});

/** Most calls of an operation name the same members: one list serves them all. */
function sharedLists(): (list: readonly string[]) => readonly string[] {
  const most = 10_000;
  const known = new Map<string, readonly string[]>();
  return (list) => {
    const key = list.join('\n');
    const same = known.get(key);
    if (same) return same;
    if (known.size >= most) known.clear();
    known.set(key, list);
    return list;
  };
}

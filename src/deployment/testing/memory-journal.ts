import { type Clock, err, ms, ok, type Result } from '../../base/index.ts';
import type { Entry } from '../entry.ts';
import type { LeaseReading } from '../lease-reading.ts';
import type { CallError, Journal } from '../ports.ts';

/** What becomes of a call instead of its answer. */
export type Trouble =
  /** It never arrives. */
  | 'lost'
  /** It takes effect, and the answer is lost. */
  | 'unheard'
  | 'throttled'
  | 'refused';

/** A journal in memory, with troubles of a test's choice. Every call takes `latencyMs`, or the deadline where no answer comes. */
export interface MemoryJournal extends Journal {
  readonly entries: readonly Entry[];
  readonly lease: LeaseReading | undefined;
  /** The next calls of this operation get these troubles, one each. */
  trouble(operation: keyof Journal, ...troubles: readonly Trouble[]): void;
  /** Calls of this operation get this trouble until it is told undefined. */
  troubleAll(operation: keyof Journal, trouble: Trouble | undefined): void;
}

const latencyMs = ms(10);
const deadlineMs = ms(4_500);

export function memoryJournal(clock: Clock): MemoryJournal {
  const entries: Entry[] = [];
  const troubles = new Map<keyof Journal, Trouble[]>();
  const lasting = new Map<keyof Journal, Trouble>();
  let lease: LeaseReading | undefined;

  const answer = async <T, E>(
    operation: keyof Journal,
    signal: AbortSignal,
    effect: () => Result<T, E>,
  ): Promise<Result<T, E | CallError>> => {
    const trouble = troubles.get(operation)?.shift() ?? lasting.get(operation);
    if (signal.aborted) return err({ kind: 'unknown', cause: 'not sent: the caller stopped' });
    if (trouble === 'throttled') return err({ kind: 'throttled', code: 'ThrottlingException' });
    if (trouble === 'refused') return err({ kind: 'refused', code: 'AccessDeniedException', message: 'no' });
    const result = trouble === 'lost' ? undefined : effect();
    const heard = result !== undefined && trouble !== 'unheard';
    try {
      await clock.sleep(heard ? latencyMs : deadlineMs, signal);
    } catch {
      return err({ kind: 'unknown', cause: 'the caller stopped waiting' });
    }
    return heard ? result : err({ kind: 'unknown', cause: 'no answer' });
  };

  return {
    entries,
    get lease() {
      return lease;
    },
    trouble: (operation, ...kinds) => void troubles.set(operation, [...kinds]),
    troubleAll(operation, kind) {
      if (kind) lasting.set(operation, kind);
      else lasting.delete(operation);
    },
    readTail: (signal) =>
      answer('readTail', signal, () => {
        const opened = entries.findLastIndex((entry) => entry.kind === 'opened');
        return ok(entries.slice(Math.max(opened, 0)));
      }),
    readAll: (signal) => answer('readAll', signal, () => ok([...entries])),
    append: (entry, signal) =>
      answer('append', signal, () => {
        const there = entries.find((other) => other.seq === entry.seq);
        if (there) return err({ kind: 'occupied' as const, by: there });
        entries.push(structuredClone(entry));
        return ok(undefined);
      }),
    readLease: (signal) => answer('readLease', signal, () => ok(lease)),
    takeLease: (from, holder, expirySeconds, force, signal) =>
      answer('takeLease', signal, () => {
        const asRead =
          lease?.epoch === from?.epoch &&
          (force || (lease?.renewals === from?.renewals && lease?.released === from?.released));
        if (!asRead) return err({ kind: 'changed' as const });
        lease = {
          epoch: (from?.epoch ?? 0) + 1,
          holder,
          released: false,
          renewals: 0,
          expirySeconds,
          renewedAt: clock.now(),
          requests: lease?.requests ?? [],
        };
        return ok(undefined);
      }),
    renewLease: (epoch, signal) =>
      answer('renewLease', signal, () => {
        if (lease?.epoch !== epoch || lease.released) return err({ kind: 'changed' as const });
        lease = { ...lease, renewals: lease.renewals + 1, renewedAt: clock.now() };
        return ok(lease);
      }),
    releaseLease: (epoch, signal) =>
      answer('releaseLease', signal, () => {
        if (lease?.epoch !== epoch) return err({ kind: 'changed' as const });
        lease = { ...lease, released: true };
        return ok(undefined);
      }),
    request: (request, signal) =>
      answer('request', signal, () => {
        if (!lease) return err({ kind: 'refused' as const, code: 'NoLease', message: 'nobody ever held the lease' });
        lease = { ...lease, requests: [...lease.requests.filter((other) => other.id !== request.id), request] };
        return ok(undefined);
      }),
    forget: (epoch, requestId, signal) =>
      answer('forget', signal, () => {
        if (lease?.epoch !== epoch) return err({ kind: 'changed' as const });
        lease = { ...lease, requests: lease.requests.filter((other) => other.id !== requestId) };
        return ok(undefined);
      }),
  };
}

import { type Clock, type Ms, ms } from '../base/index.ts';
import { callDeadlineMs } from './decide.ts';
import type { Holder, LeaseReading, PendingRequest } from './lease-reading.ts';
import type { CallError, Journal } from './ports.ts';

/** How long a lease lasts unrenewed, and how often it is renewed. */
export const leaseSeconds = 15;
const renewEveryMs = 4_000;
/** Requests of other processes are looked for this often at most. */
const refreshEveryMs = 1_000;
/** A release that gets no answer is tried so often: until the lease runs out it would stand in everybody's way. */
const releaseTries = 3;
const releasePauseMs = 200;
/** After a take without an answer the lease is looked for so often, though the look fails. */
const mostMisses = 3;

/** The right to drive one service, held by this process. */
export interface Lease {
  readonly epoch: number;
  /** True when the former holder may still have a call under way: it did not give the lease back. */
  readonly takenOver: boolean;
  /** Aborted as soon as the lease is lost or has run out; its reason is a `LeaseLost`. */
  readonly lost: AbortSignal;
  /** Of the lease, counted from sending the last renewal that was answered. */
  leftMs(): Ms;
  /** Requests as of the last renewal or reading. */
  requests(): readonly PendingRequest[];
  /** Reads the lease anew: finds fresh requests, and a taker. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Ends the renewals without giving the lease back: a collision in the journal told that it is another's. */
  lose(lost: LeaseLost): void;
  /** Gives the lease back and ends the renewals. Only for a holder without a call under way. */
  release(): Promise<void>;
}

/** Another process drives now, or the lease could not be renewed in time. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  readonly to: Holder | undefined;

  constructor(message: string, to?: Holder) {
    super(message);
    this.to = to;
  }
}

export type TakeResult =
  | { readonly ok: true; readonly lease: Lease }
  /** Held by a living process. */
  | { readonly ok: false; readonly held: LeaseReading }
  | { readonly ok: false; readonly error: CallError };

/** How to deal with a lease that another holds. */
export type Insistence =
  /** Only a lease that is free. */
  | 'ask'
  /** Also one whose holder gives no sign of life for its whole length; refused as soon as it gives one. */
  | 'patient'
  /** Also one whose holder has not renewed it for its whole length, watched by our own clock. */
  | 'wait'
  /** At once, whoever holds it. */
  | 'force';

/** Takes the lease and keeps it until `release`. */
export async function takeLease(
  journal: Journal,
  clock: Clock,
  holder: Holder,
  insistence: Insistence,
  signal: AbortSignal,
): Promise<TakeResult> {
  let watched: { reading: LeaseReading; since: number } | undefined;
  let unheard: Take | undefined;
  let misses = 0;
  for (;;) {
    const read = await journal.readLease(signal);
    if (!read.ok && (!unheard || ++misses > mostMisses)) return { ok: false, error: read.error };
    const reading = read.ok ? read.value : undefined;
    if (unheard && reading && isOurs(unheard, reading, holder)) return hold(unheard);
    if (read.ok) {
      const free = reading === undefined || reading.released;
      if (!watched || watched.reading.epoch !== reading?.epoch || watched.reading.renewals !== reading.renewals) {
        if (watched && !free && insistence === 'patient') return { ok: false, held: reading };
        watched = reading && { reading, since: clock.monotonic() };
      }
      const expired = watched !== undefined && clock.monotonic() - watched.since > watched.reading.expirySeconds * 1000;
      if (!free && insistence === 'ask') return { ok: false, held: reading };
      if (free || expired || insistence === 'force') {
        const take: Take = { from: reading, sentAt: clock.monotonic() };
        const taken = await journal.takeLease(reading, holder, leaseSeconds, insistence === 'force', signal);
        if (taken.ok) return hold(take);
        if (taken.error.kind !== 'changed' && taken.error.kind !== 'unknown') return { ok: false, error: taken.error };
        if (taken.error.kind === 'unknown') unheard = take;
        watched = undefined;
      }
    }
    await clock.sleep(ms(insistence === 'force' ? 50 : 1_000), signal);
  }

  function hold({ from, sentAt }: Take): TakeResult {
    const takenOver = from !== undefined && !from.released;
    return { ok: true, lease: holdLease(journal, clock, (from?.epoch ?? 0) + 1, takenOver, sentAt) };
  }
}

/** One try to take the lease: from what was read, and when it was sent. */
interface Take {
  readonly from: LeaseReading | undefined;
  readonly sentAt: number;
}

/** An unanswered take has happened if the lease now carries our name in the next epoch. */
const isOurs = ({ from }: Take, now: LeaseReading, holder: Holder): boolean =>
  now.epoch === (from?.epoch ?? 0) + 1 &&
  now.holder.who === holder.who &&
  now.holder.where === holder.where &&
  now.holder.since === holder.since;

function holdLease(journal: Journal, clock: Clock, epoch: number, takenOver: boolean, sentAt: number): Lease {
  const lost = new AbortController();
  const end = new AbortController();
  const ended = end.signal;
  let renewedAt = sentAt;
  let readAt = sentAt;
  let requests: readonly PendingRequest[] = [];
  const leftMs = (): Ms => ms(leaseSeconds * 1000 - (clock.monotonic() - renewedAt));
  const lose = (reason: LeaseLost): void => {
    lost.abort(reason);
    end.abort(reason);
  };

  const renew = async (): Promise<void> => {
    const sent = clock.monotonic();
    const renewed = await journal.renewLease(epoch, ended);
    if (renewed.ok) {
      renewedAt = sent;
      readAt = sent;
      requests = renewed.value.requests;
    } else if (renewed.error.kind === 'changed') {
      const now = await journal.readLease(ended);
      const by = now.ok ? now.value?.holder : undefined;
      lose(new LeaseLost(by ? `${by.who} at ${by.where} took the lease over` : 'the lease was taken over', by));
    }
  };
  const renewals = async (): Promise<void> => {
    while (!ended.aborted) {
      await clock.sleep(ms(renewEveryMs), ended);
      await renew();
    }
  };
  const expiry = async (): Promise<void> => {
    while (!ended.aborted) {
      await clock.sleep(ms(Math.max(leftMs(), 0) + 1), ended);
      if (leftMs() <= 0) lose(new LeaseLost(`the lease could not be renewed for ${leaseSeconds} s`));
    }
  };
  for (const loop of [renewals, expiry])
    loop().catch((error: unknown) => ended.aborted || lose(new LeaseLost(String(error))));

  return {
    epoch,
    takenOver,
    lost: lost.signal,
    leftMs,
    requests: () => requests,
    async refresh(signal) {
      if (clock.monotonic() - readAt < refreshEveryMs) return;
      readAt = clock.monotonic();
      const now = await journal.readLease(signal);
      if (!now.ok || now.value === undefined) return;
      if (now.value.epoch !== epoch) {
        const by = now.value.holder;
        lose(new LeaseLost(`${by.who} at ${by.where} took the lease over`, by));
        return;
      }
      requests = now.value.requests;
    },
    lose,
    async release() {
      if (ended.aborted) return;
      end.abort(new Error('released'));
      for (let tries = 1; ; tries++) {
        const released = await journal.releaseLease(epoch, new AbortController().signal);
        const isOver = released.ok || released.error.kind === 'changed' || released.error.kind === 'refused';
        if (isOver || tries === releaseTries) return;
        await clock.sleep(ms(releasePauseMs));
      }
    },
  };
}

/** Whether a mutating call may start: with a whole call deadline of the lease left, so that it can't outlive it. */
export const mayCall = (lease: Lease): boolean => !lease.lost.aborted && lease.leftMs() > callDeadlineMs;

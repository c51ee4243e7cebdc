import { describe, expect, test } from 'vitest';
import { createVirtualClock, epochMs, seconds, type VirtualClock } from '../base/index.ts';
import { type Insistence, LeaseLost, mayCall, takeLease } from './lease.ts';
import { memoryJournal } from './testing/memory-journal.ts';

const never = new AbortController().signal;
const holder = (who: string) => ({ who, where: 'ci', since: epochMs(0) });

function aService() {
  const clock = createVirtualClock();
  const journal = memoryJournal(clock);
  const take = (who: string, insistence: Insistence = 'ask') =>
    takeLease(journal, clock, holder(who), insistence, never);
  const taken = async (who: string, insistence: Insistence = 'ask') => {
    const result = await within(clock, 60, take(who, insistence));
    if (!result.ok) throw new Error(`${who} did not get the lease`);
    return result.lease;
  };
  return { clock, journal, take, taken };
}

/** What a promise resolves with, in virtual time. */
async function within<T>(clock: VirtualClock, limitSeconds: number, promise: Promise<T>): Promise<T> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  watched.catch(() => undefined);
  for (let tenths = 0; !settled && tenths < limitSeconds * 10; tenths++) await clock.advanceAsync(seconds(0.1));
  if (!settled) throw new Error(`not settled within ${limitSeconds} s`);
  return watched;
}

describe('taking a lease', () => {
  test('that nobody ever held', async () => {
    const { taken, journal } = aService();
    const lease = await taken('ana');
    expect(lease).toMatchObject({ epoch: 1, takenOver: false });
    expect(journal.lease).toMatchObject({ epoch: 1, holder: holder('ana'), released: false });
  });

  test('that was given back', async () => {
    const { taken, clock } = aService();
    const first = await taken('ana');
    await within(clock, 1, first.release());
    expect(await taken('ben')).toMatchObject({ epoch: 2, takenOver: false });
  });

  test('that a living process holds is refused with who it is', async () => {
    const { taken, take, clock } = aService();
    await taken('ana');
    const asked = await within(clock, 1, take('ben'));
    expect(asked).toMatchObject({ ok: false, held: { holder: holder('ana'), epoch: 1 } });
  });

  test('of a holder that died is waited for, and of one that lives refused at its next sign of life', async () => {
    const { taken, take, clock } = aService();
    const first = await taken('ana');
    const asked = clock.monotonic();
    expect(await within(clock, 6, take('ben', 'patient'))).toMatchObject({
      ok: false,
      held: { holder: holder('ana') },
    });
    expect(clock.monotonic() - asked).toBeLessThanOrEqual(6_000);
    first.lose(new LeaseLost('it died'));
    expect(await taken('ben', 'patient')).toMatchObject({ epoch: 2, takenOver: true });
  });

  test('waits as long as the holder lives', async () => {
    const { taken, take, clock } = aService();
    const first = await taken('ana');
    const waiting = take('ben', 'wait');
    await clock.advanceAsync(seconds(120));
    expect(first.lost.aborted).toBe(false);
    await within(clock, 1, first.release());
    expect(await within(clock, 2, waiting)).toMatchObject({ ok: true, lease: { epoch: 2, takenOver: false } });
  });

  test('waits out a dead holder by its own clock, over an unchanged counter', async () => {
    const { taken, take, clock, journal } = aService();
    const first = await taken('ana');
    journal.troubleAll('renewLease', 'lost');
    const since = clock.monotonic();
    const second = await within(clock, 60, take('ben', 'wait'));
    expect(second).toMatchObject({ ok: true, lease: { epoch: 2, takenOver: true } });
    expect(clock.monotonic() - since).toBeGreaterThan(15_000);
    expect(clock.monotonic() - since).toBeLessThan(25_000);
    expect(first.lost.aborted).toBe(true);
  });

  test('a request that changes the item does not keep a dead holder alive', async () => {
    const { taken, take, clock, journal } = aService();
    await taken('ana');
    journal.troubleAll('renewLease', 'lost');
    const waiting = take('ben', 'wait');
    await clock.advanceAsync(seconds(10));
    await within(clock, 1, journal.request({ id: 'r', deployment: 'd', hold: '', kind: 'pause', by: 'cem' }, never));
    expect(await within(clock, 10, waiting)).toMatchObject({ ok: true });
    expect(journal.lease?.requests).toHaveLength(1);
  });

  test('by force takes it at once from a living holder, who loses it', async () => {
    const { taken, clock } = aService();
    const first = await taken('ana');
    const since = clock.monotonic();
    const second = await taken('ben', 'force');
    expect(second).toMatchObject({ epoch: 2, takenOver: true });
    expect(clock.monotonic() - since).toBeLessThan(200);
    await clock.advanceAsync(seconds(5));
    expect(first.lost.reason).toBeInstanceOf(LeaseLost);
    expect(first.lost.reason).toMatchObject({ to: holder('ben') });
    expect(second.lost.aborted).toBe(false);
  });

  test('of two who ask at once gives it to one', async () => {
    const { take, clock } = aService();
    const both = await within(clock, 5, Promise.all([take('ana'), take('ben')]));
    expect(both.map((result) => result.ok).sort()).toEqual([false, true]);
  });

  test('finds itself after a take that was not answered and had happened', async () => {
    const { taken, journal } = aService();
    journal.trouble('takeLease', 'unheard');
    expect(await taken('ana')).toMatchObject({ epoch: 1, takenOver: false });
  });

  test('finds itself also when the look after it fails', async () => {
    const { take, clock, journal } = aService();
    journal.trouble('takeLease', 'unheard');
    const taking = take('ana');
    await clock.advanceAsync(seconds(4));
    journal.trouble('readLease', 'lost');
    expect(await within(clock, 30, taking)).toMatchObject({ ok: true, lease: { epoch: 1, takenOver: false } });
  });

  test('tries again after a take that was lost', async () => {
    const { taken, journal } = aService();
    journal.trouble('takeLease', 'lost');
    expect(await taken('ana')).toMatchObject({ epoch: 1 });
  });

  test('tells when the journal refuses', async () => {
    const { take, clock, journal } = aService();
    journal.trouble('readLease', 'refused');
    expect(await within(clock, 1, take('ana'))).toMatchObject({ ok: false, error: { code: 'AccessDeniedException' } });
  });
});

describe('a lease', () => {
  test('is renewed for as long as it is held', async () => {
    const { taken, clock, journal } = aService();
    const lease = await taken('ana');
    await clock.advanceAsync(seconds(60));
    expect(lease.lost.aborted).toBe(false);
    expect(lease.leftMs()).toBeGreaterThan(10_000);
    expect(journal.lease?.renewals).toBeGreaterThan(10);
  });

  test('counts from sending a renewal, not from its answer', async () => {
    const { clock, journal, take } = aService();
    const result = await within(clock, 1, take('ana'));
    if (!result.ok) throw new Error('free');
    journal.troubleAll('renewLease', 'unheard');
    const left = result.lease.leftMs();
    await clock.advanceAsync(seconds(10));
    expect(result.lease.leftMs()).toBe(left - 10_000);
  });

  test('is lost when no renewal is answered for its whole length, and not before', async () => {
    const { taken, clock, journal } = aService();
    const lease = await taken('ana');
    journal.troubleAll('renewLease', 'lost');
    await clock.advanceAsync(seconds(14));
    expect(lease.lost.aborted).toBe(false);
    await clock.advanceAsync(seconds(2));
    expect(lease.lost.reason).toMatchObject({ message: 'the lease could not be renewed for 15 s' });
  });

  test('outlives renewals that were throttled and refused', async () => {
    const { taken, clock, journal } = aService();
    const lease = await taken('ana');
    journal.trouble('renewLease', 'throttled', 'refused');
    await clock.advanceAsync(seconds(60));
    expect(lease.lost.aborted).toBe(false);
  });

  test('lets a call start only with a whole call deadline left', async () => {
    const { taken, clock, journal } = aService();
    const lease = await taken('ana');
    expect(mayCall(lease)).toBe(true);
    journal.troubleAll('renewLease', 'lost');
    await clock.advanceAsync(seconds(10.4));
    expect(mayCall(lease)).toBe(true);
    await clock.advanceAsync(seconds(0.2));
    expect(mayCall(lease)).toBe(false);
  });

  test('tells of requests within a refresh', async () => {
    const { taken, clock, journal } = aService();
    const lease = await taken('ana');
    const pause = { id: 'r', deployment: 'd', hold: '', kind: 'pause', by: 'ben' } as const;
    await within(clock, 1, journal.request(pause, never));
    await clock.advanceAsync(seconds(1));
    await within(clock, 1, lease.refresh(never));
    expect(lease.requests()).toEqual([pause]);
  });

  test('finds a taker at a refresh', async () => {
    const { taken, clock } = aService();
    const lease = await taken('ana');
    await taken('ben', 'force');
    await clock.advanceAsync(seconds(1));
    await within(clock, 1, lease.refresh(never));
    expect(lease.lost.reason).toMatchObject({ to: holder('ben') });
  });

  test('once given back is not renewed any more', async () => {
    const { taken, clock, journal } = aService();
    const lease = await taken('ana');
    await within(clock, 1, lease.release());
    await clock.advanceAsync(seconds(30));
    expect(journal.lease).toMatchObject({ released: true, renewals: 0 });
    expect(clock.nextAt()).toBeUndefined();
  });

  test('is given back again where that got no answer', async () => {
    const { taken, clock, journal } = aService();
    const lease = await taken('ana');
    journal.trouble('releaseLease', 'lost', 'throttled');
    await within(clock, 10, lease.release());
    expect(journal.lease).toMatchObject({ released: true });
  });

  test('that was lost is not given back: it is another’s', async () => {
    const { taken, clock, journal } = aService();
    const lease = await taken('ana');
    await taken('ben', 'force');
    lease.lose(new LeaseLost('a collision'));
    await within(clock, 1, lease.release());
    expect(journal.lease).toMatchObject({ epoch: 2, released: false });
  });
});

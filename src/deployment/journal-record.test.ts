import { describe, expect, test } from 'vitest';
import { createVirtualClock, epochMs, seconds } from '../base/index.ts';
import type { EntryBody } from './entry.ts';
import { JournalError, occupy, openRecord } from './journal-record.ts';
import { LeaseLost, takeLease } from './lease.ts';
import { aPlan } from './testing/a-plan.ts';
import { entered, opened } from './testing/a-stream.ts';
import { memoryJournal } from './testing/memory-journal.ts';

const never = new AbortController().signal;
const plan = aPlan();
const takeover: EntryBody = { kind: 'took-over', body: { by: { who: 'ben', where: 'ci', since: epochMs(0) } } };

function aService() {
  const clock = createVirtualClock();
  const journal = memoryJournal(clock);
  /** What a promise resolves with, in virtual time. */
  const during = async <T>(promise: Promise<T>, limit = 30): Promise<T> => {
    promise.catch(() => undefined);
    await clock.advanceAsync(seconds(limit));
    return promise;
  };
  const lease = async (who: string) => {
    const taken = await during(takeLease(journal, clock, { who, where: 'ci', since: epochMs(0) }, 'force', never), 0.2);
    if (!taken.ok) throw new Error('a forced lease is taken');
    return taken.lease;
  };
  const driver = async (who: string) => {
    const own = await lease(who);
    return { lease: own, record: await during(openRecord(journal, own, clock, never), 1) };
  };
  return { clock, journal, during, lease, driver };
}

describe('a record of the journal', () => {
  test('appends one entry after the other and keeps the fold', async () => {
    const { driver, during, journal } = aService();
    const { record } = await driver('ana');
    await during(record.append(plan.id, opened(plan)), 0.2);
    await during(record.append(plan.id, entered('provisioning')), 0.2);
    expect(journal.entries.map(({ seq, epoch, kind }) => [seq, epoch, kind])).toEqual([
      [0, 1, 'opened'],
      [1, 1, 'entered'],
    ]);
    expect(record.state.deployment?.phase.name).toBe('provisioning');
  });

  test.each(['unheard', 'lost', 'throttled'] as const)(
    'repeats an append that was %s, and is there once',
    async (trouble) => {
      const { driver, during, journal } = aService();
      const { record } = await driver('ana');
      journal.trouble('append', trouble);
      await during(record.append(plan.id, opened(plan)), 8);
      expect(journal.entries).toHaveLength(1);
      expect(record.state.nextSeq).toBe(1);
    },
  );

  test('goes on where the stream ends', async () => {
    const { driver, during, journal } = aService();
    const first = await driver('ana');
    await during(first.record.append(plan.id, opened(plan)), 0.2);
    const second = await driver('ben');
    await during(second.record.append(plan.id, entered('provisioning')), 0.2);
    expect(journal.entries.map(({ seq, epoch }) => [seq, epoch])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test('ends a stale driver that collides with a taker', async () => {
    const { driver, during, journal, lease, clock } = aService();
    const stale = await driver('ana');
    await during(stale.record.append(plan.id, opened(plan)), 0.2);
    const taken = await lease('ben');
    await during(occupy(journal, taken, clock, never, takeover), 0.2);
    await expect(during(stale.record.append(plan.id, entered('provisioning')), 0.2)).rejects.toBeInstanceOf(LeaseLost);
    expect(stale.lease.lost.aborted).toBe(true);
    expect(taken.lost.aborted).toBe(false);
    expect(journal.entries.map(({ kind }) => kind)).toEqual(['opened', 'took-over']);
  });

  test('tells when the journal refuses', async () => {
    const { driver, during, journal } = aService();
    const { record } = await driver('ana');
    journal.trouble('append', 'refused');
    await expect(during(record.append(plan.id, opened(plan)), 0.2)).rejects.toBeInstanceOf(JournalError);
  });

  test('gives up writing when its lease is lost', async () => {
    const { driver, during, journal } = aService();
    const { record } = await driver('ana');
    journal.troubleAll('append', 'lost');
    journal.troubleAll('renewLease', 'lost');
    await expect(during(record.append(plan.id, opened(plan)), 30)).rejects.toBeInstanceOf(LeaseLost);
  });

  test('can’t be opened while the journal does not answer', async () => {
    const { lease, clock, journal, during } = aService();
    const own = await lease('ana');
    journal.troubleAll('readTail', 'throttled');
    await expect(during(openRecord(journal, own, clock, never), 60)).rejects.toBeInstanceOf(JournalError);
  });
});

describe('occupying the journal', () => {
  test('goes after what a stale driver still wrote', async () => {
    const { driver, during, journal, lease, clock } = aService();
    const stale = await driver('ana');
    await during(stale.record.append(plan.id, opened(plan)), 0.2);
    const taken = await lease('ben');
    journal.trouble('append', 'throttled');
    const occupying = occupy(journal, taken, clock, never, takeover);
    // The taker has read, its first put was put off: now the stale driver's entry arrives there.
    await clock.advanceAsync(seconds(0.05));
    const written = stale.record.append(plan.id, entered('provisioning'));
    await during(written, 0.2);
    const record = await during(occupying, 0.2);
    expect(journal.entries.map(({ kind, epoch }) => [kind, epoch])).toEqual([
      ['opened', 1],
      ['entered', 1],
      ['took-over', 2],
    ]);
    expect(record.state).toMatchObject({ epoch: 2, nextSeq: 3, deployment: { phase: { name: 'provisioning' } } });
  });

  test('finds its own entry when the put was not answered', async () => {
    const { during, journal, lease, clock } = aService();
    const own = await lease('ana');
    journal.trouble('append', 'unheard');
    await during(occupy(journal, own, clock, never, takeover), 8);
    expect(journal.entries).toHaveLength(1);
  });

  test('is not for a taker who was overtaken: it must not collide with the rightful driver', async () => {
    const { during, journal, lease, clock } = aService();
    const first = await lease('ana');
    const second = await lease('ben');
    await during(occupy(journal, second, clock, never, takeover), 0.2);
    await expect(during(occupy(journal, first, clock, never, takeover), 0.2)).rejects.toBeInstanceOf(LeaseLost);
    expect(journal.entries.map(({ epoch }) => epoch)).toEqual([2]);
  });

  test('is not for a taker who was overtaken between its reading and its writing', async () => {
    const { during, journal, lease, clock } = aService();
    const first = await lease('ana');
    journal.trouble('append', 'throttled', 'throttled', 'throttled');
    const occupying = occupy(journal, first, clock, never, takeover);
    occupying.catch(() => undefined);
    await clock.advanceAsync(seconds(0.05));
    const second = await lease('ben');
    journal.trouble('append');
    await during(occupy(journal, second, clock, never, takeover), 0.2);
    await expect(during(occupying, 2)).rejects.toBeInstanceOf(LeaseLost);
    expect(journal.entries.map(({ epoch }) => epoch)).toEqual([2]);
  });
});

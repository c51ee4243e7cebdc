import { beforeAll, describe, expect, test } from 'vitest';
import { change, dynamoJournal, journalKeys, loadSdk } from '../src/aws/index.ts';
import { createVirtualClock, epochMs, type Ms, seconds } from '../src/base/index.ts';
import type { Entry, Journal, LeaseReading } from '../src/deployment/index.ts';
import { aPlan } from '../src/deployment/testing/a-plan.ts';
import { entered, entries, opened } from '../src/deployment/testing/a-stream.ts';
import { memoryJournal } from '../src/deployment/testing/memory-journal.ts';
import { localAws } from './local-aws.ts';

/** What every journal must do: the one in memory that the engine's tests use, and DynamoDB's on the local runtime. */
interface Place {
  readonly journal: Journal;
  within<T>(limit: Ms, promise: Promise<T>): Promise<T>;
}

const signal = new AbortController().signal;

async function inMemory(): Promise<Place> {
  const clock = createVirtualClock();
  return {
    journal: memoryJournal(clock),
    async within(limit, promise) {
      promise.catch(() => undefined);
      await clock.advanceAsync(limit);
      return promise;
    },
  };
}

async function inDynamo(): Promise<Place> {
  const { aws, clock, within, warmUp } = localAws();
  await warmUp();
  const { client, sdk } = await aws.clients.dynamodb();
  const table = new sdk.CreateTableCommand({
    TableName: 'journal',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: journalKeys.partition, KeyType: 'HASH' },
      { AttributeName: journalKeys.sort, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: journalKeys.partition, AttributeType: 'S' },
      { AttributeName: journalKeys.sort, AttributeType: 'S' },
    ],
  });
  const made = await within(
    seconds(60),
    change(aws, client, table, signal, (output) => output.TableDescription),
  );
  if (!made.ok) throw new Error('the table is made');
  await clock.advanceAsync(seconds(60));
  return { journal: dynamoJournal(aws, 'journal', 'test', 'web'), within };
}

beforeAll(loadSdk);

const holder = (who: string) => ({ who, where: 'ci', since: epochMs(1_767_225_600_000) });
const plan = aPlan();

describe.each([
  ['in memory', inMemory],
  ['in DynamoDB', inDynamo],
])('a journal %s', (_, make) => {
  async function aJournal() {
    const { journal, within } = await make();
    const soon = <T>(promise: Promise<T>): Promise<T> => within(seconds(1), promise);
    const append = (entry: Entry) => soon(journal.append(entry, signal));
    const appendAll = async (list: readonly Entry[]) => {
      for (const entry of list) await append(entry);
    };
    const lease = async (): Promise<LeaseReading> => {
      const read = await soon(journal.readLease(signal));
      if (!read.ok || !read.value) throw new Error('there is a lease');
      return read.value;
    };
    const take = (from: LeaseReading | undefined, who: string, force = false) =>
      soon(journal.takeLease(from, holder(who), 15, force, signal));
    return { journal, soon, append, appendAll, lease, take };
  }

  test('is empty at first', async () => {
    const { journal, soon } = await aJournal();
    expect(await soon(journal.readTail(signal))).toEqual({ ok: true, value: [] });
    expect(await soon(journal.readAll(signal))).toEqual({ ok: true, value: [] });
    expect(await soon(journal.readLease(signal))).toEqual({ ok: true, value: undefined });
  });

  test('gives back what was appended, as it was', async () => {
    const { journal, soon, appendAll } = await aJournal();
    const written = entries([opened(plan), entered('provisioning')]);
    await appendAll(written);
    expect(await soon(journal.readAll(signal))).toEqual({ ok: true, value: written });
  });

  test('takes one entry at each place, and tells which was there', async () => {
    const { journal, soon, append } = await aJournal();
    const [first, other] = [entries([opened(plan)])[0], entries([entered('baking')], { epoch: 2 })[0]];
    if (!first || !other) throw new Error('one each');
    expect(await append(first)).toEqual({ ok: true, value: undefined });
    expect(await append(other)).toEqual({ ok: false, error: { kind: 'occupied', by: first } });
    expect(await append(first)).toEqual({ ok: false, error: { kind: 'occupied', by: first } });
    expect(await soon(journal.readAll(signal))).toEqual({ ok: true, value: [first] });
  });

  test('reads the tail from the last opening, over more entries than one answer holds', async () => {
    const { journal, soon, appendAll } = await aJournal();
    const many = (length: number) => Array.from({ length }, (_, step) => entered('shifting', step));
    const all = entries([opened(plan), ...many(60), opened(plan), ...many(120)]);
    await appendAll(all);
    expect(await soon(journal.readTail(signal))).toEqual({ ok: true, value: all.slice(61) });
    expect(await soon(journal.readAll(signal))).toEqual({ ok: true, value: all });
  });

  test('reads everything where nothing was opened yet, so that the sequence runs on', async () => {
    const { journal, soon, appendAll } = await aJournal();
    const takeover = entries([{ kind: 'took-over', body: { by: holder('ana') } }]);
    await appendAll(takeover);
    expect(await soon(journal.readTail(signal))).toEqual({ ok: true, value: takeover });
  });

  test('gives the lease to one, in the next epoch', async () => {
    const { lease, take } = await aJournal();
    expect(await take(undefined, 'ana')).toEqual({ ok: true, value: undefined });
    expect(await take(undefined, 'ben')).toEqual({ ok: false, error: { kind: 'changed' } });
    const first = await lease();
    expect(first).toMatchObject({
      epoch: 1,
      holder: holder('ana'),
      released: false,
      renewals: 0,
      expirySeconds: 15,
      requests: [],
    });
    expect(await take(first, 'ben')).toEqual({ ok: true, value: undefined });
    expect(await lease()).toMatchObject({ epoch: 2, holder: holder('ben') });
    expect(await take(first, 'cem')).toEqual({ ok: false, error: { kind: 'changed' } });
  });

  test('gives no lease away that was renewed since it was read, but by force', async () => {
    const { journal, soon, lease, take } = await aJournal();
    await take(undefined, 'ana');
    const read = await lease();
    expect(await soon(journal.renewLease(1, signal))).toMatchObject({ ok: true, value: { epoch: 1, renewals: 1 } });
    expect(await take(read, 'ben')).toEqual({ ok: false, error: { kind: 'changed' } });
    expect(await take(read, 'ben', true)).toEqual({ ok: true, value: undefined });
    expect(await take(read, 'cem', true)).toEqual({ ok: false, error: { kind: 'changed' } });
    expect(await lease()).toMatchObject({ epoch: 2, renewals: 0, holder: holder('ben') });
  });

  test('gives no lease away that was given back since it was read', async () => {
    const { journal, soon, lease, take } = await aJournal();
    await take(undefined, 'ana');
    const read = await lease();
    await soon(journal.releaseLease(1, signal));
    expect(await take(read, 'ben')).toEqual({ ok: false, error: { kind: 'changed' } });
  });

  test('renews for its holder alone, and not after it was given back', async () => {
    const { journal, soon, lease, take } = await aJournal();
    await take(undefined, 'ana');
    expect(await soon(journal.renewLease(2, signal))).toEqual({ ok: false, error: { kind: 'changed' } });
    expect(await soon(journal.releaseLease(2, signal))).toEqual({ ok: false, error: { kind: 'changed' } });
    expect(await soon(journal.releaseLease(1, signal))).toEqual({ ok: true, value: undefined });
    expect(await lease()).toMatchObject({ epoch: 1, released: true });
    expect(await soon(journal.renewLease(1, signal))).toEqual({ ok: false, error: { kind: 'changed' } });
  });

  test('keeps requests over renewals and a takeover, until they are forgotten', async () => {
    const { journal, soon, lease, take } = await aJournal();
    await take(undefined, 'ana');
    const pause = { id: 'pause-1', deployment: 'd-2', hold: '', kind: 'pause', by: 'ben' } as const;
    const abort = { id: 'abort-1', deployment: 'd-2', hold: '', kind: 'abort', by: 'cem' } as const;
    for (const request of [pause, abort, pause]) await soon(journal.request(request, signal));
    const renewed = await soon(journal.renewLease(1, signal));
    expect(renewed.ok && [...renewed.value.requests].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([abort, pause]);
    await take(await lease(), 'dee', true);
    expect((await lease()).requests).toHaveLength(2);
    expect(await soon(journal.forget(1, pause.id, signal))).toEqual({ ok: false, error: { kind: 'changed' } });
    await soon(journal.forget(2, pause.id, signal));
    expect((await lease()).requests).toEqual([abort]);
    await soon(journal.forget(2, pause.id, signal));
    expect((await lease()).requests).toEqual([abort]);
  });

  test('does not change the renewal counter for a request: that would keep a dead holder alive', async () => {
    const { journal, soon, lease, take } = await aJournal();
    await take(undefined, 'ana');
    const before = await lease();
    await soon(journal.request({ id: 'r', deployment: 'd-2', hold: '', kind: 'pause', by: 'ben' }, signal));
    expect(await lease()).toEqual({ ...before, requests: [expect.objectContaining({ id: 'r' })] });
  });

  test('refuses a request where nobody ever drove', async () => {
    const { journal, soon } = await aJournal();
    const asked = await soon(
      journal.request({ id: 'r', deployment: 'd-2', hold: '', kind: 'pause', by: 'ben' }, signal),
    );
    expect(asked).toMatchObject({ ok: false, error: { kind: 'refused', code: 'NoLease' } });
  });

  test('sends nothing for a caller who has stopped', async () => {
    const { journal, soon, take, lease } = await aJournal();
    await take(undefined, 'ana');
    const stopped = AbortSignal.abort(new Error('stopped'));
    expect(await soon(journal.renewLease(1, stopped))).toMatchObject({ ok: false, error: { kind: 'unknown' } });
    expect(await lease()).toMatchObject({ renewals: 0 });
  });
});

import { describe, expect, test } from 'vitest';
import { aRecord } from './a-record.ts';
import type { AccessLogEntry } from './access-log.ts';
import { compareCounts, failures } from './verdict.ts';

const entry = (rid: string, over: Partial<AccessLogEntry> = {}): AccessLogEntry => ({
  receivedAt: 150,
  rid,
  status: 500,
  targetStatus: 500,
  targetGroup: 'green',
  userAgent: 'items-demo-load/1',
  ...over,
});
const broken = (rid: string) => aRecord({ rid, outcome: { kind: 'broken', error: 'ECONNRESET' } });
const canary = { version: 'v4', targetGroup: 'green', from: 100, to: 200 };
const blamed = (log: AccessLogEntry[]) => failures([broken('a')], log, [canary]).map((failure) => failure.canary);

describe('a failure', () => {
  test('is the bad version’s if the balancer sent it to that target group while that version was in it', () => {
    expect(blamed([entry('a')])).toEqual(['v4']);
  });
  test('is not when the balancer sent it to the other group', () => {
    expect(blamed([entry('a', { targetGroup: 'blue' })])).toEqual([undefined]);
  });
  test('is not when another version was in that group at that time', () => {
    expect(blamed([entry('a', { receivedAt: 99 })])).toEqual([undefined]);
    expect(blamed([entry('a', { receivedAt: 200 })])).toEqual([undefined]);
  });
  test('is not when the balancer knows nothing of it, or chose no group', () => {
    expect(blamed([entry('b')])).toEqual([undefined]);
    expect(blamed([entry('a', { targetGroup: undefined })])).toEqual([undefined]);
  });
  test('is also an answer that was not the expected one', () => {
    const wrong = aRecord({
      outcome: { kind: 'answered', answeredAt: 2, status: 200, version: 'v1', colour: 'blue', correct: false },
    });
    expect(failures([wrong, aRecord({})], [], [])).toEqual([{ record: wrong, canary: undefined }]);
  });
});

describe('the three counts', () => {
  const records = [aRecord({ rid: 'a' }), aRecord({ rid: 'b' })];
  test('agree when each request is logged once and counted once; requests of others are not looked at', () => {
    const log = [entry('a'), entry('b'), entry('x', { rid: undefined })];
    expect(compareCounts(records, log, 2)).toEqual({ client: 2, balancer: 2, app: 2, disagreements: [] });
  });
  test('disagree when a request is missing and another is doubled, though the sums are equal', () => {
    expect(compareCounts(records, [entry('a'), entry('a')], 2).disagreements).toEqual([
      "1 requests are not in the balancer's log, the first is b",
      "1 requests are in the balancer's log twice",
    ]);
  });
  test('disagree when the balancer saw what nobody sent, or the application another number', () => {
    expect(compareCounts(records, [entry('a'), entry('b'), entry('c')], 3).disagreements).toEqual([
      "1 requests in the balancer's log were never sent, the first is c",
      'the application counted 3 requests, the clients 2',
    ]);
  });
});

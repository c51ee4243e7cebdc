import { expect, test } from 'vitest';
import { aRecord } from './a-record.ts';
import { latency } from './latency.ts';

test('latency counts from when a request was due, so that a late client hides nothing', () => {
  const records = Array.from({ length: 100 }, (_, n) => aRecord({ dueAt: 100, sentAt: 140, endedAt: 141 + n }));
  expect(latency(records)?.p50Ms).toBeCloseTo(90, -1);
  expect(latency(records)?.p99Ms).toBeCloseTo(139, -1);
});

test('what is slow on purpose or broke has no say', () => {
  const records = [
    aRecord({ kind: 'stream', endedAt: 3_000 }),
    aRecord({ kind: 'upload', endedAt: 3_000 }),
    aRecord({ endedAt: 9_000, outcome: { kind: 'broken', error: 'out of time' } }),
  ];
  expect(latency(records)).toBeUndefined();
  expect(latency([...records, aRecord({ endedAt: 2 })])?.p99Ms).toBeCloseTo(2, 1);
});

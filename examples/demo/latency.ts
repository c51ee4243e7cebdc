import { createHistogram } from 'node:perf_hooks';
import { isLong, type LoadRecord } from './load-record.ts';

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Of the answered requests that are not slow on purpose, from when they were due; undefined where there are none. */
export function latency(records: readonly LoadRecord[]): Latency | undefined {
  const histogram = createHistogram();
  for (const record of records) {
    if (isLong(record) || record.outcome.kind === 'broken') continue;
    histogram.record(Math.max(1, Math.round((record.endedAt - record.dueAt) * 1_000)));
  }
  if (histogram.count === 0) return undefined;
  return { p50Ms: histogram.percentile(50) / 1_000, p99Ms: histogram.percentile(99) / 1_000 };
}

import { bucketOf, type Distribution } from './distribution.ts';

/**
 * What is kept of the values of one metric in one period. `distribution` is undefined while all values are equal,
 * and null where it can't be known: of statistic sets that a client aggregated itself, and of negative values
 * (CW/Statistics-definitions: neither has percentiles).
 */
export interface StatisticSet {
  count: number;
  sum: number;
  min: number;
  max: number;
  distribution: Distribution | undefined | null;
}

/** As it is stored: count, sum, least, greatest; and the distribution as pairs of bucket and count, where there is one. */
export type StoredSet =
  | readonly [number, number, number, number]
  | readonly [number, number, number, number, readonly number[] | null];

/** `count` times the same value. */
export const setOf = (value: number, count = 1): StatisticSet => ({
  count,
  sum: value * count,
  min: value,
  max: value,
  distribution: value < 0 ? null : undefined,
});

/** Adds `from` to `into`, which changes. */
export function addTo(into: StatisticSet, from: StatisticSet): void {
  if (from.count === 0) return;
  if (into.count === 0) {
    into.distribution = from.distribution && new Map(from.distribution);
  } else if (into.distribution === null || from.distribution === null) {
    into.distribution = null;
  } else if (into.min !== into.max || from.min !== from.max || into.min !== from.min) {
    const joined = into.distribution ?? new Map([[bucketOf(into.min), into.count]]);
    for (const [bucket, count] of from.distribution ?? [[bucketOf(from.min), from.count] as const]) {
      joined.set(bucket, (joined.get(bucket) ?? 0) + count);
    }
    into.distribution = joined;
  }
  into.min = into.count === 0 ? from.min : Math.min(into.min, from.min);
  into.max = into.count === 0 ? from.max : Math.max(into.max, from.max);
  into.count += from.count;
  into.sum += from.sum;
}

export const emptySet = (): StatisticSet => ({ count: 0, sum: 0, min: 0, max: 0, distribution: undefined });

export function storedSet({ count, sum, min, max, distribution }: StatisticSet): StoredSet {
  if (distribution === undefined) return [count, sum, min, max];
  return [count, sum, min, max, distribution && [...distribution].flat()];
}

export function readSet([count, sum, min, max, pairs]: StoredSet): StatisticSet {
  if (pairs === undefined || pairs === null) return { count, sum, min, max, distribution: pairs };
  const distribution: Distribution = new Map();
  for (let at = 0; at < pairs.length; at += 2) distribution.set(pairs[at] ?? 0, pairs[at + 1] ?? 0);
  return { count, sum, min, max, distribution };
}

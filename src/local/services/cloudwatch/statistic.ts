import { bucketOf, valueIn } from './distribution.ts';
import type { StatisticSet } from './statistic-set.ts';

/** One number of a period's values. */
export type Statistic =
  | { readonly kind: 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum' }
  | { readonly kind: 'percentile'; readonly percent: number }
  /** `tm`, `tc`, `ts`, `wm`: mean, count and sum of the values between two percentiles, and the winsorised mean. */
  | { readonly kind: 'trimmed'; readonly of: 'tm' | 'tc' | 'ts' | 'wm'; readonly from: Bound; readonly to: Bound }
  /** Percentile rank: the share of the values between two values, in percent. */
  | { readonly kind: 'rank'; readonly from: Bound; readonly to: Bound };

/** A percentile or a value. */
export type Bound = { readonly percent: number } | { readonly value: number } | undefined;

const simple = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;

/** Undefined for a text that names none. Source: CW/Statistics-definitions */
export function parseStatistic(text: string): Statistic | undefined {
  const plain = simple.find((name) => name === text);
  if (plain) return { kind: plain };
  if (text.toUpperCase() === 'IQM') return trimmed('tm', { percent: 25 }, { percent: 75 });
  const short = /^(p|tm|tc|ts|wm)(\d{1,3}(?:\.\d{1,10})?)$/i.exec(text);
  if (short) {
    const [, letters = '', number = ''] = short;
    const percent = Number(number);
    if (percent > 100) return undefined;
    return letters.toLowerCase() === 'p'
      ? { kind: 'percentile', percent }
      : trimmed(letters.toLowerCase(), undefined, { percent });
  }
  const long = /^(TM|TC|TS|WM|PR)\(\s*([\d.]*)(%?)\s*:\s*([\d.]*)(%?)\s*\)$/i.exec(text);
  if (!long) return undefined;
  const [, letters = '', from = '', fromSign = '', to = '', toSign = ''] = long;
  if (from === '' && to === '') return undefined;
  if (letters.toUpperCase() === 'PR') return { kind: 'rank', from: bound(from, ''), to: bound(to, '') };
  return trimmed(
    letters.toLowerCase(),
    bound(from, fromSign || (from && toSign)),
    bound(to, toSign || (to && fromSign)),
  );
}

/** Undefined where the values can't tell: no values, or percentiles of what was aggregated elsewhere. */
export function statisticOf(statistic: Statistic, set: StatisticSet): number | undefined {
  if (set.count === 0) return undefined;
  switch (statistic.kind) {
    case 'SampleCount':
      return set.count;
    case 'Average':
      return set.sum / set.count;
    case 'Sum':
      return set.sum;
    case 'Minimum':
      return set.min;
    case 'Maximum':
      return set.max;
    case 'percentile': {
      const steps = stepsOf(set);
      return steps && valueAt(steps, set, statistic.percent);
    }
    case 'trimmed': {
      const steps = stepsOf(set);
      return steps && trimmedOf(statistic, steps, set);
    }
    case 'rank': {
      const steps = stepsOf(set);
      return steps && (countIn(steps, statistic.from, statistic.to) / set.count) * 100;
    }
  }
}

const trimmed = (letters: string, from: Bound, to: Bound): Statistic | undefined =>
  letters === 'tm' || letters === 'tc' || letters === 'ts' || letters === 'wm'
    ? { kind: 'trimmed', of: letters, from, to }
    : undefined;

const bound = (text: string, sign: string): Bound =>
  text === '' ? undefined : sign === '%' ? { percent: Number(text) } : { value: Number(text) };

/** Values in order, and how many there are of each. */
type Steps = readonly (readonly [value: number, count: number])[];

function stepsOf(set: StatisticSet): Steps | undefined {
  if (set.distribution === null) return set.min === set.max && set.min >= 0 ? [[set.min, set.count]] : undefined;
  if (set.distribution === undefined) return [[set.min, set.count]];
  const least = bucketOf(set.min);
  const most = bucketOf(set.max);
  return [...set.distribution]
    .sort(([a], [b]) => a - b)
    .map(([bucket, count]) => [bucket === least ? set.min : bucket === most ? set.max : valueIn(bucket), count]);
}

/** The least value that is not below `percent` % of all. */
function valueAt(steps: Steps, set: StatisticSet, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * set.count - 1e-9));
  let seen = 0;
  for (const [value, count] of steps) {
    seen += count;
    if (seen >= rank) return value;
  }
  return set.max;
}

function countIn(steps: Steps, from: Bound, to: Bound): number {
  const least = from && 'value' in from ? from.value : -Infinity;
  const most = to && 'value' in to ? to.value : Infinity;
  return steps.reduce((sum, [value, count]) => (value > least && value <= most ? sum + count : sum), 0);
}

function trimmedOf(
  statistic: Statistic & { readonly kind: 'trimmed' },
  steps: Steps,
  set: StatisticSet,
): number | undefined {
  const { from, to } = statistic;
  const firstRank = from && 'percent' in from ? (from.percent / 100) * set.count : 0;
  const lastRank = to && 'percent' in to ? (to.percent / 100) * set.count : set.count;
  const least = from && 'value' in from ? from.value : -Infinity;
  const most = to && 'value' in to ? to.value : Infinity;
  let seen = 0;
  let count = 0;
  let sum = 0;
  let [lowest, highest] = [Infinity, -Infinity];
  for (const [value, times] of steps) {
    const inside = Math.max(0, Math.min(seen + times, lastRank) - Math.max(seen, firstRank));
    seen += times;
    if (inside <= 0 || value < least || value > most) continue;
    count += inside;
    sum += inside * value;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  if (statistic.of === 'tc') return count;
  if (count === 0) return undefined;
  if (statistic.of === 'ts') return sum;
  if (statistic.of === 'tm') return sum / count;
  const below = steps.reduce((n, [value, times]) => (value < lowest ? n + times : n), 0);
  const above = Math.max(0, set.count - count - below);
  return (sum + below * lowest + above * highest) / (count + below + above);
}

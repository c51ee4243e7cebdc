import { MathError } from './math-error.ts';
import { mapped, merged, scalar, seriesValue, type TimeSeries, type Value } from './value.ts';

/** The times at which an expression has points: those of its grid that have come. */
export interface Grid {
  readonly times: readonly number[];
  readonly period: number;
  /** Of the expression. */
  readonly label: string;
}

type MathFunction = (args: readonly Value[], grid: Grid) => Value;

/** By their names in capitals. Source: CW/using-metric-math, "Functions supported for metric math" */
export const functions: Readonly<Record<string, MathFunction>> = {
  ABS: eachPoint(Math.abs),
  CEIL: eachPoint(Math.ceil),
  FLOOR: eachPoint(Math.floor),
  LOG: eachPoint(Math.log),
  LOG10: eachPoint(Math.log10),
  AVG: aggregate((values) => sum(values) / values.length),
  MAX: aggregate((values) => Math.max(...values)),
  MIN: aggregate((values) => Math.min(...values)),
  SUM: aggregate(sum),
  STDDEV: aggregate((values) => {
    const mean = sum(values) / values.length;
    return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
  }),
  DATAPOINT_COUNT: perSeries((series) => scalar(series.points.size)),
  METRIC_COUNT: ([of]) =>
    scalar(of?.kind === 'list' ? of.all.length : of?.kind === 'series' ? 1 : wrong('METRIC_COUNT')),
  FIRST: pick((all) => all[0]),
  LAST: pick((all) => all.at(-1)),
  PERIOD: perSeries((series) => scalar(series.period / 1000)),
  DIFF: perSeries((series) => seriesValue(differences(series, (value, before) => value - before))),
  DIFF_TIME: perSeries((series) => seriesValue(differences(series, (_value, _before, seconds) => seconds))),
  RATE: perSeries((series) => seriesValue(differences(series, (value, before, seconds) => (value - before) / seconds))),
  RUNNING_SUM: perSeries((series) => {
    let total = 0;
    return seriesValue(
      mapped(series, (value) => {
        total += value;
        return total;
      }),
    );
  }),
  EPOCH: ofTime((at) => at.getTime() / 1000),
  MINUTE: ofTime((at) => at.getUTCMinutes()),
  HOUR: ofTime((at) => at.getUTCHours()),
  /** Monday is 1. */
  DAY: ofTime((at) => at.getUTCDay() || 7),
  DATE: ofTime((at) => at.getUTCDate()),
  MONTH: ofTime((at) => at.getUTCMonth() + 1),
  YEAR: ofTime((at) => at.getUTCFullYear()),
  TIME_SERIES: ([of], grid) =>
    of?.kind === 'scalar'
      ? seriesValue({ label: grid.label, period: grid.period, points: new Map(grid.times.map((at) => [at, of.value])) })
      : wrong('TIME_SERIES'),
  REMOVE_EMPTY: ([of]) =>
    of?.kind === 'list' ? { kind: 'list', all: of.all.filter(({ points }) => points.size > 0) } : wrong('REMOVE_EMPTY'),
  FILL: fill,
  IF: choose,
  SLICE: ([of, from, to]) =>
    of?.kind === 'list' && from?.kind === 'scalar' && (to === undefined || to.kind === 'scalar')
      ? { kind: 'list', all: of.all.slice(from.value, to?.value) }
      : wrong('SLICE'),
  SORT: sort,
};

function eachPoint(change: (value: number) => number): MathFunction {
  return ([of]) => {
    switch (of?.kind) {
      case 'scalar':
        return scalar(change(of.value));
      case 'series':
        return seriesValue(mapped(of.series, change));
      case 'list':
        return { kind: 'list', all: of.all.map((series) => mapped(series, change)) };
      default:
        return wrong('this function');
    }
  };
}

/** Of one series a scalar; of several one series, made of the values at each time. */
function aggregate(of: (values: readonly number[]) => number): MathFunction {
  return ([value], { label }) => {
    if (value?.kind === 'series') return scalar(of([...value.series.points.values()]));
    if (value?.kind === 'list') return seriesValue(merged(value.all, of, label));
    return wrong('this function');
  };
}

function perSeries(of: (series: TimeSeries) => Value): MathFunction {
  return ([value]) => {
    if (value?.kind === 'series') return of(value.series);
    if (value?.kind !== 'list') return wrong('this function');
    const all = value.all.map(of);
    return { kind: 'list', all: all.flatMap((each) => (each.kind === 'series' ? [each.series] : [])) };
  };
}

function pick(of: (all: readonly TimeSeries[]) => TimeSeries | undefined): MathFunction {
  return ([value]) => {
    const found = value?.kind === 'list' ? of(value.all) : undefined;
    return found ? seriesValue(found) : wrong('FIRST and LAST');
  };
}

function ofTime(of: (at: Date) => number): MathFunction {
  return perSeries((series) => seriesValue(mapped(series, (_value, at) => of(new Date(at)))));
}

function differences(series: TimeSeries, of: (value: number, before: number, seconds: number) => number): TimeSeries {
  let last: readonly [number, number] | undefined;
  return mapped(series, (value, at) => {
    const made = last && of(value, last[1], (at - last[0]) / 1000);
    last = [at, value];
    return made;
  });
}

/** A value for each missing point: a number, the last one (`REPEAT`), between its neighbours (`LINEAR`), or another series'. */
function fill(args: readonly Value[], grid: Grid): Value {
  const [of, by] = args;
  if (of?.kind === 'list') {
    const all = of.all.map((series) => fill([seriesValue(series), ...args.slice(1)], grid));
    return { kind: 'list', all: all.flatMap((each) => (each.kind === 'series' ? [each.series] : [])) };
  }
  if (of?.kind !== 'series' || by === undefined || by.kind === 'list') return wrong('FILL');
  const { series } = of;
  const points = new Map<number, number>();
  let last: readonly [number, number] | undefined;
  for (const at of timesOf(grid, series)) {
    const known = series.points.get(at);
    if (known !== undefined) last = [at, known];
    const value = known ?? filling(by, series, at, last);
    if (value !== undefined) points.set(at, value);
  }
  return seriesValue({ ...series, points });
}

/** The grid's times, and those that the series has besides. */
const timesOf = (grid: Grid, series: TimeSeries): readonly number[] =>
  [...new Set([...grid.times, ...series.points.keys()])].sort((a, b) => a - b);

function filling(
  by: Exclude<Value, { readonly kind: 'list' }>,
  series: TimeSeries,
  at: number,
  last: readonly [number, number] | undefined,
): number | undefined {
  switch (by.kind) {
    case 'scalar':
      return by.value;
    case 'series':
      return by.series.points.get(at);
    case 'text': {
      if (by.value === 'REPEAT') return last?.[1];
      if (by.value !== 'LINEAR') return wrong('FILL');
      const next = [...series.points].find(([time]) => time > at);
      if (!last || !next) return last?.[1] ?? next?.[1];
      return last[1] + ((next[1] - last[1]) * (at - last[0])) / (next[0] - last[0]);
    }
  }
}

/** IF(condition, then, else): point by point where the condition is a series. Without `else` there is no point. */
function choose([condition, then, otherwise]: readonly Value[], grid: Grid): Value {
  if (condition === undefined || then === undefined) return wrong('IF');
  if (condition.kind === 'scalar') {
    return condition.value !== 0
      ? then
      : (otherwise ?? seriesValue({ label: grid.label, period: grid.period, points: new Map() }));
  }
  if (condition.kind !== 'series') return wrong('IF');
  const at = (value: Value | undefined, time: number): number | undefined => {
    if (value === undefined) return undefined;
    if (value.kind === 'scalar') return value.value;
    return value.kind === 'series' ? value.series.points.get(time) : wrong('IF');
  };
  return seriesValue(mapped(condition.series, (value, time) => at(value !== 0 ? then : otherwise, time)));
}

/** SORT(series, AVG | MIN | MAX | SUM, ASC | DESC, how many) */
function sort([of, by, order, most]: readonly Value[]): Value {
  if (of?.kind !== 'list' || by?.kind !== 'text' || order?.kind !== 'text') return wrong('SORT');
  const rate = (series: TimeSeries): number => {
    const values = [...series.points.values()];
    const ways: Readonly<Record<string, number>> = {
      AVG: sum(values) / values.length,
      MIN: Math.min(...values),
      MAX: Math.max(...values),
      SUM: sum(values),
    };
    return ways[by.value] ?? wrong('SORT');
  };
  const direction = order.value === 'DESC' ? -1 : 1;
  const all = of.all.toSorted((a, b) => direction * (rate(a) - rate(b)));
  return { kind: 'list', all: most?.kind === 'scalar' ? all.slice(0, most.value) : all };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function wrong(name: string): never {
  throw new MathError(`The arguments of ${name} are not valid`);
}

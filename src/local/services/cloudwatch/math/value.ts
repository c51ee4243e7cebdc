/** The points of one metric or expression: values by the start of their period, in order of time. */
export interface TimeSeries {
  readonly label: string;
  /** Milliseconds between two points. */
  readonly period: number;
  readonly points: ReadonlyMap<number, number>;
}

/** What an expression, or a part of one, comes to. CW/using-metric-math: S, TS and TS[]. */
export type Value =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'series'; readonly series: TimeSeries }
  | { readonly kind: 'list'; readonly all: readonly TimeSeries[] };

export const scalar = (value: number): Value => ({ kind: 'scalar', value });
export const seriesValue = (series: TimeSeries): Value => ({ kind: 'series', series });

/** Points whose value is no number are left out: a division by zero has none. */
export function mapped(series: TimeSeries, change: (value: number, at: number) => number | undefined): TimeSeries {
  const points = new Map<number, number>();
  for (const [at, value] of series.points) {
    const made = change(value, at);
    if (made !== undefined && Number.isFinite(made)) points.set(at, made);
  }
  return { ...series, points };
}

/** The points at which both have a value. */
export const joined = (
  left: TimeSeries,
  right: TimeSeries,
  combine: (left: number, right: number) => number,
): TimeSeries => ({
  ...mapped(left, (value, at) => {
    const other = right.points.get(at);
    return other === undefined ? undefined : combine(value, other);
  }),
  period: Math.max(left.period, right.period),
});

/** One series of several: at each time, of the values that there are. */
export function merged(
  all: readonly TimeSeries[],
  combine: (values: readonly number[]) => number,
  label: string,
): TimeSeries {
  const times = [...new Set(all.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
  const points = new Map<number, number>();
  for (const at of times) {
    const value = combine(all.flatMap((series) => series.points.get(at) ?? []));
    if (Number.isFinite(value)) points.set(at, value);
  }
  return { label, period: Math.max(0, ...all.map(({ period }) => period)), points };
}

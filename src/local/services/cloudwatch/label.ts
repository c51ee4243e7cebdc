import type { World } from '../../world.ts';
import type { TimeSeries } from './math/value.ts';
import type { MetricQuery } from './queries.ts';

/**
 * What a series is called: the query's label, in which `${…}` stands for what the series has; else the metric's name
 * or the expression's id. CW/graph-dynamic-labels.
 */
export function labelOf(query: MetricQuery, series: TimeSeries, world: World): string {
  if (query.Label === undefined) return series.label;
  return query.Label.replace(
    /\$\{\s*([^}]+?)\s*\}/g,
    (all, inside: string) => dynamic(inside, query, series, world) ?? all,
  );
}

function dynamic(inside: string, query: MetricQuery, series: TimeSeries, world: World): string | undefined {
  const property = /^PROP\(\s*['"](.+?)['"]\s*\)$/.exec(inside)?.[1];
  if (property !== undefined) return propertyOf(property, query, world);
  const values = [...series.points.values()];
  const sum = values.reduce((total, value) => total + value, 0);
  const numbers: Readonly<Record<string, number | undefined>> = {
    AVG: sum / values.length,
    MIN: Math.min(...values),
    MAX: Math.max(...values),
    SUM: sum,
    FIRST: values[0],
    LAST: values.at(-1),
    DATAPOINT_COUNT: values.length,
  };
  if (inside === 'LABEL') return series.label;
  if (!(inside in numbers)) return undefined;
  const number = numbers[inside];
  return number === undefined || !Number.isFinite(number) ? '--' : String(number);
}

function propertyOf(name: string, { MetricStat }: MetricQuery, world: World): string | undefined {
  const texts: Readonly<Record<string, string | undefined>> = {
    AccountId: world.account,
    Region: world.region,
    Namespace: MetricStat?.Metric?.Namespace,
    MetricName: MetricStat?.Metric?.MetricName,
    Stat: MetricStat?.Stat,
    Period: MetricStat?.Period?.toString(),
  };
  const dimension = /^Dim\.(.+)$/.exec(name)?.[1];
  if (dimension === undefined) return texts[name];
  return MetricStat?.Metric?.Dimensions?.find(({ Name }) => Name === dimension)?.Value ?? '--';
}

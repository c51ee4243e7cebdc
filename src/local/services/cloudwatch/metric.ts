import type { Dimension } from '@aws-sdk/client-cloudwatch';

/** What names a metric. Dimensions are in order of their names. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly MetricDimension[];
}

export interface MetricDimension {
  readonly Name: string;
  readonly Value: string;
}

export const metric = (namespace: string, name: string, dimensions: readonly Dimension[] | undefined = []): Metric => ({
  namespace,
  name,
  dimensions: dimensions
    .map(({ Name, Value }) => ({ Name: Name ?? '', Value: Value ?? '' }))
    .sort((a, b) => (a.Name < b.Name ? -1 : 1)),
});

/** Equal for equal metrics. */
export const metricKey = ({ namespace, name, dimensions }: Metric): string =>
  [namespace, name, ...dimensions.flatMap(({ Name, Value }) => [Name, Value])].join('\n');

import { metricKey } from '../metric.ts';
import type { Series } from '../metric-data.ts';
import { pageOf } from '../page.ts';
import { invalidValue, optionalText } from '../refusals.ts';
import type { Operation } from '../state.ts';

const atOnce = 500;
const hour = 60 * 60 * 1000;

/**
 * CW-API/API_ListMetrics: what had data in the last two weeks, or in the last three hours. AWS shows a new metric up
 * to 15 minutes late; here it is there at once.
 */
export const listMetrics: Operation<'ListMetrics'> = (state, input) => {
  const namespace = optionalText(input.Namespace, 'namespace', 255);
  const name = optionalText(input.MetricName, 'metricName', 255);
  if ((input.Dimensions?.length ?? 0) > 10)
    return invalidValue('The collection Dimensions must not have a size greater than 10.');
  if (input.RecentlyActive !== undefined && input.RecentlyActive !== 'PT3H') {
    return invalidValue(`The value ${input.RecentlyActive} for parameter RecentlyActive is invalid.`);
  }
  const oldest = state.world.clock.now() - (input.RecentlyActive ? 3 * hour : 14 * 24 * hour);
  const found = new Map<string, Series>();
  for (const series of state.data.all()) {
    const { metric } = series;
    if (namespace !== undefined && metric.namespace !== namespace) continue;
    if (name !== undefined && metric.name !== name) continue;
    if (state.data.lastAt(series) < oldest) continue;
    const has = (input.Dimensions ?? []).every(({ Name, Value }) =>
      metric.dimensions.some(
        (dimension) => dimension.Name === Name && (Value === undefined || dimension.Value === Value),
      ),
    );
    if (has) found.set(metricKey(metric), series);
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  const { page, ...more } = pageOf(sorted, ([key]) => key, atOnce, input.NextToken);
  return {
    Metrics: page.map(([, { metric }]) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: [...metric.dimensions],
    })),
    ...more,
  };
};

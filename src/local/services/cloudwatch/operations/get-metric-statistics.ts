import type { Datapoint } from '@aws-sdk/client-cloudwatch';
import { checkedMetric, checkedUnit } from '../check-metric.ts';
import { invalid, invalidCombination, invalidValue, missingParameter, oneOf, requiredText } from '../refusals.ts';
import { startOf } from '../start-of-points.ts';
import type { Operation } from '../state.ts';
import { parseStatistic, type Statistic, statisticOf } from '../statistic.ts';
import type { StatisticSet } from '../statistic-set.ts';

const datapointsAtOnce = 1440;
const simple = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;

/** CW-API/API_GetMetricStatistics. Points are in no order that could be relied on: here the oldest is first. */
export const getMetricStatistics: Operation<'GetMetricStatistics'> = (state, input) => {
  const namespace = requiredText(input.Namespace, 'namespace', 255);
  const name = requiredText(input.MetricName, 'metricName', 255);
  const metric = checkedMetric(namespace, name, input.Dimensions, 'dimensions');
  const unit = checkedUnit(input.Unit, 'unit');
  const start = input.StartTime?.getTime() ?? missingParameter('The parameter StartTime is required.');
  const end = input.EndTime?.getTime() ?? missingParameter('The parameter EndTime is required.');
  const period = input.Period ?? missingParameter('The parameter Period is required.');
  const statistics = checkedStatistics(input.Statistics ?? [], input.ExtendedStatistics ?? []);
  if (start >= end) return invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  if (![1, 5, 10, 20, 30].includes(period) && (period % 60 !== 0 || period <= 0)) {
    return invalidValue('The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
  }
  const asked = Math.ceil((end - start) / (period * 1000));
  if (asked > datapointsAtOnce) {
    return invalidCombination(
      `You have requested up to ${asked.toLocaleString('en-US')} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  const first = startOf(start, state.world.clock.now(), period);
  const windows = { start: first, period: period * 1000, count: Math.ceil((end - first) / (period * 1000)) };
  const Datapoints = state.data
    .find(metric, unit)
    .flatMap((series) =>
      state.data
        .read([series], windows)
        .flatMap((set, index) =>
          set ? [datapoint(set, statistics, first + index * windows.period, series.unit)] : [],
        ),
    );
  return { Label: name, Datapoints };
};

interface Asked {
  readonly name: string;
  readonly statistic: Statistic;
}

function checkedStatistics(given: readonly string[], extended: readonly string[]): readonly Asked[] {
  if (given.length === 0 && extended.length === 0) {
    return invalidCombination('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  }
  if (extended.length > 10) return invalid('The collection ExtendedStatistics must not have a size greater than 10.');
  const all = [...given.map((name) => oneOf(name, 'statistics', simple)), ...extended];
  return all.map((name, index) => {
    const statistic = parseStatistic(name);
    const plain = simple.some((known) => known === name);
    return statistic && (index < given.length || !plain)
      ? { name, statistic }
      : invalidValue(
          `The value ${name} for parameter ExtendedStatistics.member.${index - given.length + 1} is invalid.`,
        );
  });
}

function datapoint(set: StatisticSet, asked: readonly Asked[], at: number, unit: string): Datapoint {
  const point: Datapoint = { Timestamp: new Date(at), Unit: unit as Datapoint['Unit'] };
  const extended: Record<string, number> = {};
  for (const { name, statistic } of asked) {
    const value = statisticOf(statistic, set);
    if (value === undefined) continue;
    switch (statistic.kind) {
      case 'percentile':
      case 'trimmed':
      case 'rank':
        extended[name] = value;
        break;
      default:
        point[statistic.kind] = value;
    }
  }
  return Object.keys(extended).length > 0 ? { ...point, ExtendedStatistics: extended } : point;
}

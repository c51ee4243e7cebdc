import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { alarmArn } from '../alarm-arn.ts';
import { initialState, type MetricAlarmRecord, stored } from '../alarm-record.ts';
import { checkedActions } from '../check-actions.ts';
import { checkedMetric, checkedUnit } from '../check-metric.ts';
import { checkAlarmQueries } from '../check-queries.ts';
import {
  invalid,
  invalidCombination,
  missingParameter,
  oneOf,
  optionalText,
  requiredText,
  within,
} from '../refusals.ts';
import type { CloudWatchState, Operation } from '../state.ts';
import { comparisons } from '../state-reason.ts';
import { parseStatistic } from '../statistic.ts';
import { tagNew } from './tags.ts';

const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
const treatments = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;

/** CW-API/API_PutMetricAlarm: it replaces the whole configuration, and keeps the state. */
export const putMetricAlarm: Operation<'PutMetricAlarm'> = (state, input) => {
  checkAlarm(state, input);
  storeMetricAlarm(state, input);
  return {};
};

/** For the runtime's own alarms, whose periods follow its timing, too. */
export function storeMetricAlarm(state: CloudWatchState, input: PutMetricAlarmInput): void {
  const { Tags, ...configuration } = input;
  const name = input.AlarmName ?? '';
  const known = state.alarms.get(name);
  if (known?.kind === 'composite') invalid(`An alarm of another type has the name ${name}.`);
  const now = state.world.clock.now();
  // Tags of an alarm that is there already are left alone: CW-API/API_PutMetricAlarm, `Tags`.
  if (!known) tagNew(state, alarmArn(state.world, name), Tags);
  const alarm: MetricAlarmRecord = {
    kind: 'metric',
    name,
    configuration: stored({ ...configuration, ActionsEnabled: configuration.ActionsEnabled ?? true }),
    configuredAt: now,
    state: known?.state ?? initialState(now),
  };
  state.alarms.put(alarm);
}

function checkAlarm(state: CloudWatchState, input: PutMetricAlarmInput): void {
  requiredText(input.AlarmName, 'alarmName', 255);
  const periods = input.EvaluationPeriods;
  if (periods === undefined) missingParameter('The parameter EvaluationPeriods is required.');
  else within(periods, 'evaluationPeriods', 1, 86_400);
  oneOf(input.ComparisonOperator ?? missing('ComparisonOperator'), 'comparisonOperator', [
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
    'LessThanLowerOrGreaterThanUpperThreshold',
    'LessThanLowerThreshold',
    'GreaterThanUpperThreshold',
  ]);
  if (!comparisons[input.ComparisonOperator ?? ''] || input.ThresholdMetricId !== undefined) {
    invalid('The local runtime does not imitate alarms on anomaly detection bands.');
  }
  if (input.Threshold === undefined) missingParameter('The parameter Threshold is required.');
  const most = input.DatapointsToAlarm;
  if (most !== undefined) {
    within(most, 'datapointsToAlarm', 1, 86_400);
    if (most > (periods ?? 1)) {
      invalid('Metric alarms cannot have DatapointsToAlarm greater than EvaluationPeriods.');
    }
  }
  if (input.TreatMissingData !== undefined && !treatments.some((known) => known === input.TreatMissingData)) {
    invalid(
      `Option ${input.TreatMissingData} is not supported for TreatMissingData. Use one of [${treatments.join(', ')}]`,
    );
  }
  checkedActions(input);
  const low = input.EvaluateLowSampleCountPercentile;
  if (low !== undefined) {
    if (low !== 'evaluate' && low !== 'ignore') {
      invalid(`Option ${low} is not supported for EvaluateLowSampleCountPercentile. Use one of [evaluate, ignore]`);
    }
    if (!/^p\d/i.test(input.ExtendedStatistic ?? '')) {
      invalid('EvaluateLowSampleCountPercentile can only be used with percentile statistics.');
    }
  }
  if (input.Metrics && input.Metrics.length > 0) checkMath(state, input);
  else checkOneMetric(input);
}

function checkOneMetric(input: PutMetricAlarmInput): void {
  const namespace = requiredHere(optionalText(input.Namespace, 'namespace', 255), 'Namespace');
  const name = requiredHere(optionalText(input.MetricName, 'metricName', 255), 'MetricName');
  checkedMetric(namespace, name, input.Dimensions, 'dimensions');
  checkedUnit(input.Unit, 'unit');
  const { Statistic: statistic, ExtendedStatistic: extended } = input;
  if (statistic !== undefined && extended !== undefined) {
    invalidCombination('Exactly one of Statistic and ExtendedStatistic must be specified.');
  }
  if (statistic !== undefined) oneOf(statistic, 'statistic', statistics);
  else if (extended === undefined) {
    invalidCombination('Exactly one of Statistic and ExtendedStatistic must be specified.');
  } else {
    const parsed = parseStatistic(extended);
    if (!parsed || statistics.some((simple) => simple === parsed.kind)) {
      invalid(`The value ${extended} for parameter ExtendedStatistic is not supported.`);
    }
  }
  const period = input.Period ?? missing('Period');
  within(period, 'period', 1, Number.MAX_SAFE_INTEGER);
  checkPeriod(period, input.EvaluationPeriods ?? 1);
}

function checkMath(state: CloudWatchState, input: PutMetricAlarmInput): void {
  const together = [
    'Namespace',
    'MetricName',
    'Dimensions',
    'Period',
    'Unit',
    'Statistic',
    'ExtendedStatistic',
  ] as const;
  const both = together.find((member) => input[member] !== undefined && !isEmptyList(input[member]));
  if (both) invalidCombination(`${both} must not be set if Metrics list is set.`);
  const period = checkAlarmQueries(input.Metrics ?? [], state.data);
  checkPeriod(period, input.EvaluationPeriods ?? 1);
}

/** CW-API/API_PutMetricAlarm, `EvaluationPeriods` and `Period`. */
function checkPeriod(period: number, evaluationPeriods: number): void {
  if (period !== 10 && period !== 20 && period !== 30 && (period % 60 !== 0 || period === 0)) {
    invalid('Period must be 10, 20, 30 or a multiple of 60');
  }
  const longest = period < 3600 ? 86_400 : 604_800;
  if (period * evaluationPeriods > longest) {
    invalid(
      `Metrics cannot be checked across more than ${period < 3600 ? 'a day' : 'seven days'} (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  }
}

const missing = (member: string): never => missingParameter(`The parameter ${member} is required.`);
const requiredHere = (value: string | undefined, member: string): string => value ?? missing(member);
const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

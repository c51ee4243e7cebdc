import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { World } from '../../world.ts';
import type { MetricAlarmConfiguration, MetricAlarmRecord } from './alarm-record.ts';
import { evaluationRange, judge } from './judge.ts';
import type { MetricData, Windows } from './metric-data.ts';
import { type MetricQuery, QueryEvaluation } from './queries.ts';
import { comparisons, reasonDataOf, reasonOf, type SeenPoint } from './state-reason.ts';
import { parseStatistic } from './statistic.ts';

export interface FoundState {
  readonly value: StateValue;
  /** Written only where somebody asks: most evaluations change nothing. */
  readonly reason: () => string;
  readonly reasonData: () => string;
}

/**
 * What an alarm's state is now; undefined where it stays as it is. Its windows end with the last full minute (or ten
 * seconds, or second where points come each second) and slide with it, whatever its period.
 * CW/AlarmThatSendsEmail, "Evaluating an alarm".
 */
export function evaluateMetricAlarm(alarm: MetricAlarmRecord, data: MetricData, world: World): FoundState | undefined {
  const { configuration } = alarm;
  const periodMs = periodOf(configuration) * 1000;
  const periods = configuration.EvaluationPeriods ?? 1;
  const count = evaluationRange(periods);
  const now = world.clock.now();
  const step = Math.min(world.timing.metricPeriod, periodMs < 60_000 ? 10_000 : 60_000);
  const end = Math.floor(now / step) * step;
  const windows: Windows = { start: end - count * periodMs, period: periodMs, count };
  const points = pointsOf(configuration, data, windows);
  const threshold = configuration.Threshold ?? 0;
  const comparison = comparisons[configuration.ComparisonOperator ?? ''];
  const verdict = judge(
    points.map(({ value }) => value),
    {
      evaluationPeriods: periods,
      datapointsToAlarm: configuration.DatapointsToAlarm ?? periods,
      treatMissingData: treatmentOf(configuration.TreatMissingData),
      breaches: (value) => comparison?.breaches(value, threshold) ?? false,
    },
  );
  if (verdict.state === 'retained') return undefined;
  if (
    tooFewSamples(
      configuration,
      verdict.evaluated.flatMap((index) => points[index] ?? []),
    )
  )
    return undefined;
  return {
    value: verdict.state,
    reason: () => reasonOf(configuration, verdict, points),
    reasonData: () => reasonDataOf(configuration, verdict, points, now, periodMs),
  };
}

function pointsOf(configuration: MetricAlarmConfiguration, data: MetricData, windows: Windows): readonly SeenPoint[] {
  const queries = queriesOf(configuration);
  const wanted = queries.find(({ ReturnData }) => ReturnData !== false)?.Id ?? '';
  const end = windows.start + windows.count * windows.period;
  const evaluation = new QueryEvaluation(queries, data, { start: windows.start, end });
  const [series] = evaluation.seriesOf(wanted);
  const samples = evaluation.samples.get(wanted);
  return Array.from({ length: windows.count }, (_, index) => {
    const at = windows.start + index * windows.period;
    return { at, value: series?.points.get(at), sampleCount: samples?.get(at) };
  });
}

/** An alarm on one metric has one query. */
function queriesOf(configuration: MetricAlarmConfiguration): readonly MetricQuery[] {
  if (configuration.Metrics && configuration.Metrics.length > 0) return configuration.Metrics;
  const { Namespace, MetricName, Dimensions, Unit, Statistic, ExtendedStatistic, Period } = configuration;
  const Metric = { Namespace, MetricName, Dimensions };
  return [{ Id: 'metric', MetricStat: { Metric, Unit, Period, Stat: Statistic ?? ExtendedStatistic } }];
}

/** In seconds. */
export function periodOf(configuration: MetricAlarmConfiguration): number {
  const metrics = configuration.Metrics?.flatMap(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? []) ?? [];
  return configuration.Period ?? (metrics.length > 0 ? Math.max(...metrics) : 60);
}

function treatmentOf(text: string | undefined): 'missing' | 'ignore' | 'breaching' | 'notBreaching' {
  return text === 'ignore' || text === 'breaching' || text === 'notBreaching' ? text : 'missing';
}

/**
 * `EvaluateLowSampleCountPercentile` `ignore`: the state stays while a percentile has too few samples to mean anything,
 * below 10 / (1 - percentile), or 10 / percentile for one below 0.5. CW/percentiles-with-low-samples.
 */
function tooFewSamples(configuration: MetricAlarmConfiguration, points: readonly SeenPoint[]): boolean {
  if (configuration.EvaluateLowSampleCountPercentile !== 'ignore') return false;
  const statistic = parseStatistic(configuration.ExtendedStatistic ?? '');
  if (statistic?.kind !== 'percentile') return false;
  const share = statistic.percent / 100;
  const needed = 10 / (share >= 0.5 ? 1 - share : share);
  return points.some(({ sampleCount }) => sampleCount !== undefined && sampleCount < needed - 1e-6);
}

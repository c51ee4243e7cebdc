import type { MetricAlarmConfiguration } from './alarm-record.ts';
import type { Verdict } from './judge.ts';

/** A data point as an alarm saw it: the start of its window, and its value where it has one. */
export interface SeenPoint {
  readonly at: number;
  readonly value: number | undefined;
  readonly sampleCount: number | undefined;
}

/** Written out in a sentence at most. */
const quotedPoints = 5;

/** Why an alarm changed its state, in CloudWatch's words. */
export function reasonOf(
  configuration: MetricAlarmConfiguration,
  verdict: Verdict,
  points: readonly SeenPoint[],
): string {
  const periods = configuration.EvaluationPeriods ?? 1;
  if (verdict.state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${periods} datapoint${periods === 1 ? ' was' : 's were'} unknown.`;
  }
  const treatment = configuration.TreatMissingData ?? 'missing';
  if (verdict.filled > 0 && (treatment === 'breaching' || treatment === 'notBreaching')) {
    const received = verdict.evaluated.length;
    const who =
      received === 0 ? 'no datapoints were' : received === 1 ? '1 datapoint was' : `${received} datapoints were`;
    const missing = verdict.filled === 1 ? '1 missing datapoint was' : `${verdict.filled} missing datapoints were`;
    return `Threshold Crossed: ${who} received for ${periods} period${periods === 1 ? '' : 's'} and ${missing} treated as [${treatment === 'breaching' ? 'Breaching' : 'NonBreaching'}].`;
  }
  const threshold = configuration.Threshold ?? 0;
  const compares = comparisons[configuration.ComparisonOperator ?? ''] ?? unknownComparison;
  const alarm = verdict.state === 'ALARM';
  const telling = verdict.evaluated
    .flatMap((index) => points[index] ?? [])
    .filter(({ value }) => value !== undefined && compares.breaches(value, threshold) === alarm)
    .reverse();
  const quoted = telling
    .slice(0, quotedPoints)
    .map(({ at, value }) => `${double(value ?? 0)} (${shortTime(at)})`)
    .join(', ');
  const were = `${telling.length === 1 ? 'was' : 'were'}${alarm ? '' : ' not'} ${compares.words} the threshold (${double(threshold)})`;
  const { DatapointsToAlarm: least } = configuration;
  if (least !== undefined) {
    const needed = alarm ? least : periods - least + 1;
    const transition = alarm ? 'OK -> ALARM' : 'ALARM -> OK';
    return `Threshold Crossed: ${telling.length} out of the last ${periods} datapoints [${quoted}] ${were} (minimum ${needed} datapoint${needed === 1 ? '' : 's'} for ${transition} transition).`;
  }
  const count = `${telling.length} datapoint${telling.length === 1 ? '' : 's'}`;
  return telling.length <= quotedPoints
    ? `Threshold Crossed: ${count} [${quoted}] ${were}.`
    : `Threshold Crossed: ${count} ${were}. The most recent datapoints which crossed the threshold: [${quoted}].`;
}

/** The same for programs: `StateReasonData`. */
export function reasonDataOf(
  configuration: MetricAlarmConfiguration,
  verdict: Verdict,
  points: readonly SeenPoint[],
  now: number,
  period: number,
): string {
  const evaluated = verdict.evaluated.flatMap((index) => points[index] ?? []);
  const first = evaluated[0];
  return JSON.stringify({
    version: '1.0',
    queryDate: longTime(now),
    ...(first ? { startDate: longTime(first.at) } : {}),
    ...(configuration.Unit ? { unit: configuration.Unit } : {}),
    ...(configuration.Metrics ? {} : { statistic: configuration.Statistic ?? configuration.ExtendedStatistic }),
    period: period / 1000,
    recentDatapoints: evaluated.map(({ value }) => value),
    threshold: configuration.Threshold,
    evaluatedDatapoints: evaluated
      .map(({ at, value, sampleCount }) => ({ timestamp: longTime(at), sampleCount, value }))
      .reverse(),
  });
}

export interface Comparison {
  readonly words: string;
  readonly breaches: (value: number, threshold: number) => boolean;
}

/** By `ComparisonOperator`; the three for anomaly detection bands are not imitated. */
export const comparisons: Readonly<Record<string, Comparison>> = {
  GreaterThanOrEqualToThreshold: {
    words: 'greater than or equal to',
    breaches: (value, threshold) => value >= threshold,
  },
  GreaterThanThreshold: { words: 'greater than', breaches: (value, threshold) => value > threshold },
  LessThanThreshold: { words: 'less than', breaches: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', breaches: (value, threshold) => value <= threshold },
};
const unknownComparison: Comparison = { words: 'within', breaches: () => false };

/** As Java writes a double: `5.0`, `0.25`, `1.0E7`. */
function double(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = '', exponent = '0'] = value.toExponential().split('e');
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `21/10/26 10:20:00` */
const shortTime = (at: number): string => {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
};

/** `2026-10-21T10:20:50.932+0000` */
export const longTime = (at: number): string => new Date(at).toISOString().replace('Z', '+0000');

import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { checkedMetric, checkedUnit } from '../check-metric.ts';
import type { Metric } from '../metric.ts';
import {
  invalid,
  invalidCombination,
  invalidValue,
  missingParameter,
  optionalText,
  requiredText,
} from '../refusals.ts';
import type { Operation } from '../state.ts';
import { addTo, emptySet, type StatisticSet, setOf } from '../statistic-set.ts';

const day = 24 * 60 * 60 * 1000;
const dataAtOnce = 1000;
const valuesAtOnce = 150;

/** CW-API/API_PutMetricData: all of it or nothing. */
export const putMetricData: Operation<'PutMetricData'> = (state, input) => {
  const namespace = checkedNamespace(input.Namespace);
  const now = state.world.clock.now();
  const all = [...(input.MetricData ?? []), ...(input.EntityMetricData ?? []).flatMap((each) => each.MetricData ?? [])];
  if (input.MetricData === undefined && input.EntityMetricData === undefined) {
    return missingParameter('The parameter MetricData is required.');
  }
  if (all.length > dataAtOnce) {
    return invalid(`The collection MetricData must not have a size greater than ${dataAtOnce}.`);
  }
  const checked = all.map((datum, index) => check(namespace, datum, `MetricData.member.${index + 1}`, now));
  for (const { metric, unit, at, set, resolution } of checked) {
    state.data.record(state.data.series(metric, unit, 'published'), at, set, resolution);
  }
  return {};
};

interface Checked {
  readonly metric: Metric;
  readonly unit: string;
  readonly at: number;
  readonly set: StatisticSet;
  readonly resolution: 'standard' | 'high';
}

function check(namespace: string, datum: MetricDatum, at: string, now: number): Checked {
  const name = requiredText(datum.MetricName, `${lower(at)}.metricName`, 255);
  const metric = checkedMetric(namespace, name, datum.Dimensions, `${lower(at)}.dimensions`);
  const unit = checkedUnit(datum.Unit, `${lower(at)}.unit`) ?? 'None';
  const resolution = datum.StorageResolution ?? 60;
  if (resolution !== 1 && resolution !== 60) {
    return invalidValue(`The parameter ${at}.StorageResolution must be 1 or 60.`);
  }
  const time = datum.Timestamp?.getTime() ?? now;
  if (time < now - 14 * day) {
    return invalidValue(
      `The parameter ${at}.Timestamp must specify a time no more than two weeks in the past. You specified ${iso(time)}.`,
    );
  }
  if (time > now + day / 12) {
    return invalidValue(
      `The parameter ${at}.Timestamp must specify a time no more than two hours in the future. You specified ${iso(time)}.`,
    );
  }
  return { metric, unit, at: time, set: valuesOf(datum, at), resolution: resolution === 1 ? 'high' : 'standard' };
}

/** One value, a statistic set that the client made, or values with their counts. */
function valuesOf(datum: MetricDatum, at: string): StatisticSet {
  const { Value: value, Values: values, Counts: counts, StatisticValues: statistics } = datum;
  const exclusive = (one: string, other: string): never =>
    invalidCombination(
      `The parameters ${at}.${one} and ${at}.${other} are mutually exclusive and you have specified both.`,
    );
  if (value !== undefined && statistics) return exclusive('Value', 'StatisticValues');
  if (value !== undefined && values) return exclusive('Value', 'Values');
  if (values && statistics) return exclusive('Values', 'StatisticValues');
  if (value !== undefined) return setOf(checkedNumber(value, `${at}.Value`));
  if (statistics) {
    const read = (member: 'SampleCount' | 'Sum' | 'Minimum' | 'Maximum'): number => {
      const given = statistics[member];
      const path = `${at}.StatisticValues.${member}`;
      return given === undefined ? missingParameter(`The parameter ${path} is required.`) : checkedNumber(given, path);
    };
    const [count, sum, min, max] = [read('SampleCount'), read('Sum'), read('Minimum'), read('Maximum')];
    if (max < min) {
      return invalidValue(
        `The parameter ${at}.StatisticValues.Maximum must be greater than or equal to ${at}.StatisticValues.Minimum.`,
      );
    }
    if (count <= 0) return invalidValue(`The parameter ${at}.StatisticValues.SampleCount must be greater than 0.`);
    return { count, sum, min, max, distribution: min === max && min >= 0 ? undefined : null };
  }
  if (!values) {
    return missingParameter(`At least one of the parameters ${at}.Value or ${at}.StatisticValues must be specified.`);
  }
  if (values.length > valuesAtOnce) {
    return invalidValue(`The collection ${at}.Values must not have a size greater than ${valuesAtOnce}.`);
  }
  if (counts && counts.length !== values.length) {
    return invalidValue(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`);
  }
  const joined = emptySet();
  for (const [index, each] of values.entries()) {
    const count = checkedNumber(counts?.[index] ?? 1, `${at}.Counts.member.${index + 1}`);
    if (count < 0) return invalidValue(`The value ${count} for parameter ${at}.Counts.member.${index + 1} is invalid.`);
    addTo(joined, setOf(checkedNumber(each, `${at}.Values.member.${index + 1}`), count));
  }
  return joined;
}

/** AWS takes what fits its own floating point: -2^360 to 2^360, and no special values. */
function checkedNumber(value: number, path: string): number {
  if (!Number.isFinite(value) || Math.abs(value) > 2 ** 360) {
    return invalidValue(
      `The value ${Number.isFinite(value) ? value : String(value)} for parameter ${path} is invalid.`,
    );
  }
  return value;
}

function checkedNamespace(given: string | undefined): string {
  const namespace = requiredText(given, 'namespace', 255);
  if (namespace.startsWith(':') || !/^[\x20-\x7e]+$/.test(namespace)) {
    return invalidValue(`The value ${namespace} for parameter Namespace is invalid.`);
  }
  if (/^AWS\//.test(namespace)) {
    return invalidValue('The value AWS/ for parameter Namespace is invalid.');
  }
  return optionalText(namespace, 'namespace', 255) ?? '';
}

const iso = (at: number): string => new Date(at).toISOString();
const lower = (path: string): string => path.charAt(0).toLowerCase() + path.slice(1);

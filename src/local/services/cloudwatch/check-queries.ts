import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { checkedMetric, checkedUnit } from './check-metric.ts';
import type { MetricData } from './metric-data.ts';
import { QueryEvaluation } from './queries.ts';
import { invalid } from './refusals.ts';
import { parseStatistic } from './statistic.ts';

/** CW-API/API_MetricDataQuery. `member` as in the API: `MetricDataQueries` or `Metrics`. */
export function checkQueries(queries: readonly MetricDataQuery[], member: string): void {
  const ids = new Set<string>();
  for (const [index, query] of queries.entries()) {
    const at = `${member}.member.${index + 1}`;
    const id = query.Id ?? invalid(`The parameter ${at}.Id is required.`);
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
      invalid(`The value for parameter ${at}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`);
    }
    if (ids.has(id)) invalid(`The values for parameter id in ${member} are not unique.`);
    ids.add(id);
    checkQuery(query, at);
  }
}

function checkQuery(query: MetricDataQuery, at: string): void {
  const { MetricStat: stat, Expression: expression, Period: period } = query;
  const exclusive = (one: string, other: string): never =>
    invalid(`The parameters ${at}.${one} and ${at}.${other} are mutually exclusive and you have specified both.`);
  if (stat && expression !== undefined) exclusive('Expression', 'MetricStat');
  if (stat && period !== undefined) exclusive('Period', 'MetricStat');
  if (period !== undefined) checkPeriod(period, `${at}.Period`);
  if (expression !== undefined) {
    if (expression === '') invalid(`The parameter ${at}.Expression must have length greater than or equal to 1.`);
    if (/^\s*SELECT\b/i.test(expression)) invalid('The local runtime does not imitate Metrics Insights queries.');
    return;
  }
  if (!stat) {
    invalid(`At least one of the parameters ${at}.Expression and ${at}.MetricStat must be specified.`);
    return;
  }
  const namespace = stat.Metric?.Namespace ?? invalid(`The parameter ${at}.MetricStat.Metric.Namespace is required.`);
  const name = stat.Metric?.MetricName ?? invalid(`The parameter ${at}.MetricStat.Metric.MetricName is required.`);
  checkedMetric(namespace, name, stat.Metric?.Dimensions, `${at}.MetricStat.Metric.Dimensions`);
  checkedUnit(stat.Unit, `${at}.MetricStat.Unit`);
  checkPeriod(stat.Period ?? invalid(`The parameter ${at}.MetricStat.Period is required.`), `${at}.MetricStat.Period`);
  if (!parseStatistic(stat.Stat ?? '')) {
    invalid(`The value ${stat.Stat} for parameter ${at}.MetricStat.Stat is not a valid statistic.`);
  }
}

function checkPeriod(period: number, at: string): void {
  const short = [1, 5, 10, 20, 30];
  if (!short.includes(period) && (period % 60 !== 0 || period <= 0)) {
    invalid(`The parameter ${at} must be 1, 5, 10, 20, 30 or a multiple of 60.`);
  }
}

/**
 * The queries of an alarm on metric math: up to 10 metrics, one element that returns data, and that one an expression
 * of one time series or a metric. Answers the alarm's period in seconds. CW-API/API_PutMetricAlarm, `Metrics`.
 */
export function checkAlarmQueries(queries: readonly MetricDataQuery[], data: MetricData): number {
  checkQueries(queries, 'Metrics');
  if (queries.length === 0) return invalid('Metrics list must not be empty.');
  const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
  const [only] = returned;
  if (returned.length !== 1 || !only) return invalid('Exactly one element of the metrics list should return data.');
  if (queries.filter(({ MetricStat }) => MetricStat).length > 10) {
    return invalid('An alarm based on a math expression can have at most 10 metrics.');
  }
  const id = only.Id ?? '';
  const evaluation = new QueryEvaluation(queries, data, { start: 0, end: 0 });
  if (evaluation.seriesOf(id).length !== 1) {
    return invalid(
      'Metrics expression that return multi time series are only allowed for MetricsInsights expression with an ORDER BY clause',
    );
  }
  const periods = new Set(queries.flatMap(({ MetricStat }) => MetricStat?.Period ?? []));
  if (periods.size > 1) return invalid('All metrics of an alarm must have the same period.');
  return evaluation.periodOf(id) / 1000;
}

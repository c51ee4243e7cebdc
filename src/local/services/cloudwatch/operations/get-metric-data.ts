import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { refuse } from '../../../aws-error.ts';
import { checkQueries } from '../check-queries.ts';
import { labelOf } from '../label.ts';
import type { TimeSeries } from '../math/value.ts';
import { QueryEvaluation } from '../queries.ts';
import { invalid, oneOf, within } from '../refusals.ts';
import { startOf } from '../start-of-points.ts';
import type { CloudWatchState, Operation } from '../state.ts';

const queriesAtOnce = 500;
const datapointsAtOnce = 100_800;

/** CW-API/API_GetMetricData: `StartTime` counts, `EndTime` does not; the newest points come first, unless told. */
export const getMetricData: Operation<'GetMetricData'> = (state, input) => {
  const queries = input.MetricDataQueries ?? [];
  if (queries.length === 0) return invalid('The parameter MetricDataQueries is required.');
  if (queries.length > queriesAtOnce) {
    return invalid(`The collection MetricDataQueries must not have a size greater than ${queriesAtOnce}.`);
  }
  checkQueries(queries, 'MetricDataQueries');
  if (!queries.some(({ ReturnData }) => ReturnData !== false)) {
    return invalid('At least one element of the MetricDataQueries must return data.');
  }
  const start = input.StartTime?.getTime() ?? invalid('The parameter StartTime is required.');
  const end = input.EndTime?.getTime() ?? invalid('The parameter EndTime is required.');
  if (start >= end) return invalid('The parameter StartTime must be less than the parameter EndTime.');
  const order = oneOf(input.ScanBy ?? 'TimestampDescending', 'scanBy', ['TimestampDescending', 'TimestampAscending']);
  const most = within(input.MaxDatapoints ?? datapointsAtOnce, 'maxDatapoints', 1, datapointsAtOnce);
  const results = resultsOf(state, queries, start, end, order);
  return pageOf(results, most, input.NextToken);
};

function resultsOf(
  state: CloudWatchState,
  queries: readonly MetricDataQuery[],
  start: number,
  end: number,
  order: 'TimestampDescending' | 'TimestampAscending',
): readonly MetricDataResult[] {
  const now = state.world.clock.now();
  const periods = queries.flatMap(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? []);
  const range = { start: startOf(start, now, Math.min(...periods, 60)), end: Math.min(end, now + 1) };
  const evaluation = new QueryEvaluation(queries, state.data, range);
  return queries.flatMap((query) => {
    const id = query.Id ?? '';
    // An expression that nobody is to see may still be wrong.
    const all = evaluation.seriesOf(id);
    if (query.ReturnData === false) return [];
    return all.map((series) => resultOf(state, query, series, order));
  });
}

function resultOf(
  state: CloudWatchState,
  query: MetricDataQuery,
  series: TimeSeries,
  order: 'TimestampDescending' | 'TimestampAscending',
): MetricDataResult {
  const points = [...series.points];
  if (order === 'TimestampDescending') points.reverse();
  return {
    Id: query.Id,
    Label: labelOf(query, series, state.world),
    Timestamps: points.map(([at]) => new Date(at)),
    Values: points.map(([, value]) => value),
    StatusCode: 'Complete',
  };
}

/** As many data points as asked for; the token says how many were given before. */
function pageOf(results: readonly MetricDataResult[], most: number, token: string | undefined) {
  const before = token === undefined ? 0 : offsetIn(token);
  let skipped = before;
  let left = most;
  const page: MetricDataResult[] = [];
  for (const result of results) {
    const count = result.Values?.length ?? 0;
    const from = Math.min(skipped, count);
    skipped -= from;
    if (from === count && count > 0) continue;
    const to = Math.min(count, from + left);
    left -= to - from;
    if (count > 0 && to === from) break;
    page.push({
      ...result,
      Timestamps: result.Timestamps?.slice(from, to),
      Values: result.Values?.slice(from, to),
      StatusCode: to < count ? 'PartialData' : 'Complete',
    });
  }
  const total = results.reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0);
  const given = before + most - left;
  return {
    MetricDataResults: page,
    Messages: [],
    ...(given < total ? { NextToken: Buffer.from(`${mark}${given}`).toString('base64url') } : {}),
  };
}

const mark = 'points ';

function offsetIn(token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const offset = text.startsWith(mark) ? Number(text.slice(mark.length)) : Number.NaN;
  return Number.isInteger(offset) ? offset : refuse('InvalidNextToken', 'The next token specified is invalid.');
}

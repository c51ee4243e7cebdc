import type { Dimension } from '@aws-sdk/client-cloudwatch';
import { evaluate } from './math/evaluate.ts';
import { MathError } from './math/math-error.ts';
import { type Expression, parse } from './math/parse.ts';
import { seriesValue, type TimeSeries, type Value } from './math/value.ts';
import { metric } from './metric.ts';
import type { MetricData } from './metric-data.ts';
import { invalid } from './refusals.ts';
import { parseStatistic, statisticOf } from './statistic.ts';

/** A MetricDataQuery, as it is sent or as an alarm has it stored. */
export interface MetricQuery {
  readonly Id?: string | undefined;
  readonly MetricStat?:
    | {
        readonly Metric?:
          | {
              readonly Namespace?: string | undefined;
              readonly MetricName?: string | undefined;
              readonly Dimensions?: readonly Dimension[] | undefined;
            }
          | undefined;
        readonly Period?: number | undefined;
        readonly Stat?: string | undefined;
        readonly Unit?: string | undefined;
      }
    | undefined;
  readonly Expression?: string | undefined;
  readonly Label?: string | undefined;
  readonly ReturnData?: boolean | undefined;
  readonly Period?: number | undefined;
}

/** From `start` to before `end`; points begin at `start` and each period after it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Answers the series of each query when asked; each is worked out once. */
export class QueryEvaluation {
  readonly #queries: ReadonlyMap<string, MetricQuery>;
  readonly #data: MetricData;
  readonly #range: Range;
  readonly #known = new Map<string, Value>();
  readonly #parsed = new Map<string, Expression>();
  readonly #pending = new Set<string>();
  /** How many values each point of a metric has, by the query's id. */
  readonly samples = new Map<string, ReadonlyMap<number, number>>();

  constructor(queries: readonly MetricQuery[], data: MetricData, range: Range) {
    this.#queries = new Map(queries.map((query) => [query.Id ?? '', query]));
    this.#data = data;
    this.#range = range;
  }

  /** @throws AwsError ValidationException for an expression that can't be worked out */
  seriesOf(id: string): readonly TimeSeries[] {
    const value = this.#value(id);
    if (value?.kind === 'series') return [value.series];
    if (value?.kind === 'list') return value.all;
    return invalid(`Error in expression '${id}': The expression must return a time series`);
  }

  /** Milliseconds between the points of a query: its own, or the greatest of the metrics that it names. */
  periodOf(id: string): number {
    const query = this.#queries.get(id);
    if (query?.MetricStat) return (query.MetricStat.Period ?? 60) * 1000;
    if (query?.Period !== undefined) return query.Period * 1000;
    const periods = this.#metricsBehind(id, new Set()).map((name) => this.periodOf(name));
    return periods.length > 0 ? Math.max(...periods) : 60_000;
  }

  #value(id: string): Value | undefined {
    const known = this.#known.get(id);
    if (known) return known;
    const query = this.#queries.get(id);
    if (!query) return undefined;
    const value = query.MetricStat ? this.#metricValue(id, query) : this.#expressionValue(id);
    this.#known.set(id, value);
    return value;
  }

  #metricValue(id: string, query: MetricQuery): Value {
    const { Metric, Stat = '', Unit } = query.MetricStat ?? {};
    const named = metric(Metric?.Namespace ?? '', Metric?.MetricName ?? '', Metric?.Dimensions);
    const statistic = parseStatistic(Stat);
    const period = this.periodOf(id);
    const { start, end } = this.#range;
    const count = Math.max(0, Math.ceil((end - start) / period));
    const points = new Map<number, number>();
    const samples = new Map<number, number>();
    const sets = this.#data.read(this.#data.find(named, Unit), { start, period, count });
    for (const [index, set] of sets.entries()) {
      const value = set && statistic && statisticOf(statistic, set);
      if (set && value !== undefined) {
        points.set(start + index * period, value);
        samples.set(start + index * period, set.count);
      }
    }
    this.samples.set(id, samples);
    return seriesValue({ label: named.name, period, points });
  }

  #expressionValue(id: string): Value {
    if (this.#pending.has(id)) return invalid(`Error in expression '${id}': Circular reference`);
    this.#pending.add(id);
    const period = this.periodOf(id);
    const times: number[] = [];
    for (let at = this.#range.start; at < this.#range.end; at += period) times.push(at);
    try {
      const value = evaluate(this.#parse(id), {
        grid: { times, period, label: id },
        named: (name) => this.#value(name),
        metrics: () =>
          [...this.#queries].flatMap(([name, query]) => {
            if (!query.MetricStat) return [];
            return this.seriesOf(name).map((series) => [name, series] as const);
          }),
      });
      return value.kind === 'series' ? seriesValue({ ...value.series, label: id }) : value;
    } catch (error) {
      if (error instanceof MathError) return invalid(`Error in expression '${id}': ${error.message}`);
      throw error;
    } finally {
      this.#pending.delete(id);
    }
  }

  #parse(id: string): Expression {
    const known = this.#parsed.get(id);
    if (known) return known;
    const parsed = parsedExpressions.get(this.#queries.get(id)?.Expression ?? '');
    this.#parsed.set(id, parsed);
    return parsed;
  }

  #metricsBehind(id: string, seen: Set<string>): readonly string[] {
    if (seen.has(id)) return [];
    seen.add(id);
    const query = this.#queries.get(id);
    if (query?.MetricStat) return [id];
    if (query?.Expression === undefined) return [];
    const all = () => [...this.#queries].flatMap(([name, each]) => (each.MetricStat ? [name] : []));
    try {
      return [...namesIn(this.#parse(id))].flatMap((name) =>
        name === allMetrics ? all() : this.#metricsBehind(name, seen),
      );
    } catch (error) {
      if (error instanceof MathError) return [];
      throw error;
    }
  }
}

const allMetrics = 'METRICS()';

function namesIn(expression: Expression): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (part: Expression): void => {
    switch (part.kind) {
      case 'name':
        found.add(part.name);
        break;
      case 'call':
        if (part.name === 'METRICS') found.add(allMetrics);
        part.args.forEach(walk);
        break;
      case 'list':
        part.items.forEach(walk);
        break;
      case 'minus':
        walk(part.of);
        break;
      case 'binary':
        walk(part.left);
        walk(part.right);
        break;
      case 'number':
      case 'text':
        break;
    }
  };
  walk(expression);
  return found;
}

/** Alarms evaluate the same few expressions again and again. */
const parsedExpressions = {
  kept: new Map<string, Expression>(),
  get(text: string): Expression {
    const known = this.kept.get(text);
    if (known) return known;
    const parsed = parse(text);
    if (this.kept.size > 1_000) this.kept.clear();
    this.kept.set(text, parsed);
    return parsed;
  },
};

import { unreachable } from '../../../../base/index.ts';
import { functions, type Grid } from './functions.ts';
import { MathError } from './math-error.ts';
import type { Expression, Operator } from './parse.ts';
import { joined, mapped, scalar, seriesValue, type TimeSeries, type Value } from './value.ts';

/** What an expression may ask for. */
export interface MathScope {
  readonly grid: Grid;
  /** By the id of a query; undefined where there is none. */
  readonly named: (id: string) => Value | undefined;
  /** All that are metrics, with their ids: METRICS(). */
  readonly metrics: () => readonly (readonly [id: string, series: TimeSeries])[];
}

/** Words that are arguments of functions. */
const words: ReadonlySet<string> = new Set(['REPEAT', 'LINEAR', 'AVG', 'MIN', 'MAX', 'SUM', 'ASC', 'DESC']);

/** @throws MathError */
export function evaluate(expression: Expression, scope: MathScope): Value {
  switch (expression.kind) {
    case 'number':
      return scalar(expression.value);
    case 'text':
      return { kind: 'text', value: expression.value };
    case 'name': {
      const found = scope.named(expression.name);
      if (found) return found;
      if (words.has(expression.name.toUpperCase())) return { kind: 'text', value: expression.name.toUpperCase() };
      throw new MathError(`Unknown metric or expression id '${expression.name}'`);
    }
    case 'list':
      return { kind: 'list', all: expression.items.flatMap((item) => seriesIn(evaluate(item, scope))) };
    case 'minus':
      return binary('-', scalar(0), evaluate(expression.of, scope));
    case 'binary':
      return binary(expression.operator, evaluate(expression.left, scope), evaluate(expression.right, scope));
    case 'call': {
      const args = expression.args.map((argument) => evaluate(argument, scope));
      if (expression.name === 'METRICS') return { kind: 'list', all: metricsOf(scope, args[0]) };
      const named = functions[expression.name];
      if (!named) throw new MathError(`Function '${expression.name}' not found`);
      return named(args, scope.grid);
    }
  }
}

/** METRICS('text') takes those whose id has the text in it. */
const metricsOf = ({ metrics }: MathScope, part: Value | undefined): readonly TimeSeries[] =>
  metrics().flatMap(([id, series]) => (part?.kind === 'text' && !id.includes(part.value) ? [] : [series]));

function seriesIn(value: Value): readonly TimeSeries[] {
  if (value.kind === 'series') return [value.series];
  if (value.kind === 'list') return value.all;
  throw new MathError('A list has time series only');
}

function binary(operator: Operator, left: Value, right: Value): Value {
  const combine = operations[operator];
  if (left.kind === 'text' || right.kind === 'text') throw new MathError(`Operator ${operator} does not take text`);
  if (left.kind === 'list' || right.kind === 'list') {
    if (left.kind === 'list' && right.kind === 'list') {
      throw new MathError(`Operator ${operator} does not take two arrays`);
    }
    const all = left.kind === 'list' ? left.all : right.kind === 'list' ? right.all : [];
    const each = all.map((series) =>
      left.kind === 'list' ? binary(operator, seriesValue(series), right) : binary(operator, left, seriesValue(series)),
    );
    return { kind: 'list', all: each.flatMap((value) => (value.kind === 'series' ? [value.series] : [])) };
  }
  if (left.kind === 'scalar') {
    if (right.kind === 'scalar') return scalar(combine(left.value, right.value));
    return seriesValue(mapped(right.series, (value) => combine(left.value, value)));
  }
  if (right.kind === 'scalar') return seriesValue(mapped(left.series, (value) => combine(value, right.value)));
  if (right.kind === 'series') return seriesValue(joined(left.series, right.series, combine));
  return unreachable(right);
}

const truth = (value: boolean): number => (value ? 1 : 0);

const operations: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
};

import { assert, type Brand } from '../base/index.ts';
import { type Color, otherColor } from './color.ts';

/** A share of production traffic: 0 to 100 in tenths. */
export type Percent = Brand<number, 'Percent'>;

/** @throws AssertionError when `value` is not 0–100 in whole tenths. */
export function percent(value: number): Percent {
  assert(value >= 0 && value <= 100 && isTenths(value), `a weight is 0-100 in tenths, got ${value}`);
  return value as Percent;
}

/** The weights of both target groups as they stand in a forward action: whole numbers, 0–999 (ELB-API/TargetGroupTuple). */
export interface Weights {
  readonly blue: number;
  readonly green: number;
}

/** Whole percent are written as (p, 100−p), tenths as (round(9p), 900−round(9p)): 0.1 % is 1 of 900. */
export function weightsFor(to: Color, share: Percent): Weights {
  const whole = Number.isInteger(share);
  const total = whole ? 100 : 900;
  const part = whole ? share : Math.round(9 * share);
  return to === 'green' ? { blue: total - part, green: part } : { blue: part, green: total - part };
}

export const sameWeights = (a: Weights, b: Weights): boolean => shareOf('green', a) === shareOf('green', b);

/** The share of new requests that goes to `color`, in percent; NaN where both weights are 0. */
export const shareOf = (color: Color, weights: Weights): number =>
  (100 * weights[color]) / (weights[color] + weights[otherColor(color)]);

/** The colour that has all of the traffic, or undefined while it is split. */
export function fullColor(weights: Weights): Color | undefined {
  if (weights.blue > 0 && weights.green === 0) return 'blue';
  if (weights.green > 0 && weights.blue === 0) return 'green';
  return undefined;
}

const isTenths = (value: number): boolean => Math.abs(value * 10 - Math.round(value * 10)) < 1e-9;

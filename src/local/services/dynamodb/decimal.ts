import { assert } from '../../../base/index.ts';
import { refuse } from '../../aws-error.ts';

/**
 * DynamoDB's numbers: exact decimals of at most 38 significant digits, magnitude 1E-130 to 9.99…E+125.
 * Kept as text in plain notation without needless zeros, so that equal numbers are equal texts.
 * Source: DynamoDB/HowItWorks.NamingRulesDataTypes.
 */
export function normaliseDecimal(text: string): string {
  return print(parse(text));
}

/** Negative, 0 or positive, as for sorting. Both normalised or not. */
export function compareDecimals(a: string, b: string): number {
  const difference = align(parse(a), parse(b));
  return difference.left < difference.right ? -1 : difference.left > difference.right ? 1 : 0;
}

/** @throws AwsError ValidationException when the sum needs more than 38 digits or leaves the range. */
export const addDecimals = (a: string, b: string): string => combine(a, b, (left, right) => left + right);

/** @throws AwsError ValidationException as `addDecimals`. */
export const subtractDecimals = (a: string, b: string): string => combine(a, b, (left, right) => left - right);

/**
 * A text whose order as a string is the number's order: `0` negative, `1` zero, `2` positive; then exponent and
 * digits, as nines' complement where negative, with an end mark that sorts after (before) all digits.
 */
export function sortableDecimal(text: string): string {
  const { digits, exponent } = parse(text);
  if (digits === 0n) return '1';
  const magnitude = String(digits < 0n ? -digits : digits);
  const scaled = String(exponent + magnitude.length + 500).padStart(3, '0');
  return digits > 0n ? `2${scaled}${magnitude}` : `0${complement(scaled)}${complement(magnitude)}~`;
}

/** How many bytes AWS counts: one per two significant digits and one, one more when negative. */
export function decimalSize(text: string): number {
  const { digits } = parse(text);
  const negative = digits < 0n;
  const count = digits === 0n ? 0 : String(negative ? -digits : digits).length;
  return Math.ceil(count / 2) + 1 + (negative ? 1 : 0);
}

/** digits × 10^exponent; digits do not end in 0. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const digitsMax = 38;
const form = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?\s*$/;

function parse(text: string): Decimal {
  const match = form.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || whole.length + fraction.length === 0) {
    return refuse(
      'ValidationException',
      text.trim() === ''
        ? 'The parameter cannot be converted to a numeric value'
        : `The parameter cannot be converted to a numeric value: ${text}`,
    );
  }
  const magnitude = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = magnitude.replace(/0+$/, '');
  const exponent = Number(match[4] ?? 0) - fraction.length + (magnitude.length - significant.length);
  return inRange(significant, exponent, match[1] === '-');
}

function inRange(significant: string, exponent: number, negative: boolean): Decimal {
  if (significant === '') return { digits: 0n, exponent: 0 };
  const order = exponent + significant.length - 1;
  if (order > 125) {
    refuse(
      'ValidationException',
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  }
  if (order < -130) {
    refuse(
      'ValidationException',
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  if (significant.length > digitsMax) {
    refuse('ValidationException', 'Attempting to store more than 38 significant digits in a Number');
  }
  return { digits: BigInt(negative ? `-${significant}` : significant), exponent };
}

function print({ digits, exponent }: Decimal): string {
  const negative = digits < 0n;
  const magnitude = String(negative ? -digits : digits);
  const sign = negative ? '-' : '';
  if (exponent >= 0) return `${sign}${magnitude}${'0'.repeat(digits === 0n ? 0 : exponent)}`;
  const point = magnitude.length + exponent;
  return point > 0
    ? `${sign}${magnitude.slice(0, point)}.${magnitude.slice(point)}`
    : `${sign}0.${'0'.repeat(-point)}${magnitude}`;
}

function align(a: Decimal, b: Decimal): { left: bigint; right: bigint; exponent: number } {
  const exponent = Math.min(a.exponent, b.exponent);
  const raise = (value: Decimal): bigint => value.digits * 10n ** BigInt(value.exponent - exponent);
  return { left: raise(a), right: raise(b), exponent };
}

function combine(a: string, b: string, operation: (left: bigint, right: bigint) => bigint): string {
  const { left, right, exponent } = align(parse(a), parse(b));
  return normaliseDecimal(`${operation(left, right)}E${exponent}`);
}

function complement(digits: string): string {
  assert(/^\d+$/.test(digits), `only digits have a complement, got ${digits}`);
  return Array.from(digits, (digit) => 9 - Number(digit)).join('');
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDecimals, compareDecimals, decimalSize, normaliseDecimal, subtractDecimals } from './decimal.ts';

test.each([
  ['1', '1'],
  ['-0', '0'],
  ['+007.500', '7.5'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['1e3', '1000'],
  ['12.34E-4', '0.001234'],
  ['-1.5e1', '-15'],
  ['0e999', '0'],
  ['1E125', `1${'0'.repeat(125)}`],
  ['1E-130', `0.${'0'.repeat(129)}1`],
])('%s is kept as %s', (given, kept) => {
  expect(normaliseDecimal(given)).toBe(kept);
});

test.each([
  ['', 'The parameter cannot be converted to a numeric value'],
  ['abc', 'The parameter cannot be converted to a numeric value: abc'],
  ['1e', 'The parameter cannot be converted to a numeric value: 1e'],
  ['.', 'The parameter cannot be converted to a numeric value: .'],
  ['1E126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ['1E-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
  ['1'.repeat(39), 'Attempting to store more than 38 significant digits in a Number'],
])('refuses %j', (given, message) => {
  expect(() => normaliseDecimal(given)).toThrow(message);
});

test('adds where floating point would not', () => {
  expect(addDecimals('0.1', '0.2')).toBe('0.3');
  expect(addDecimals('12345678901234567890123456789012345678', '-1')).toBe('12345678901234567890123456789012345677');
  expect(subtractDecimals('1', '1.00000000000000000000000000000000000')).toBe('0');
  expect(subtractDecimals('0.1', '1000')).toBe('-999.9');
});

test('refuses a sum that 38 digits do not hold', () => {
  expect(() => addDecimals('1E100', '1')).toThrow('more than 38 significant digits');
});

test('sums and order agree with whole-number arithmetic', () => {
  const scaled = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
  const places = fc.integer({ min: 0, max: 18 });
  fc.assert(
    fc.property(scaled, scaled, places, (a, b, scale) => {
      const [x, y] = [`${a}E-${scale}`, `${b}E-${scale}`];
      expect(addDecimals(x, y)).toBe(normaliseDecimal(`${a + b}E-${scale}`));
      expect(Math.sign(compareDecimals(x, y))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test('counts a byte per two digits, one more, and one for the sign', () => {
  expect(['0', '1', '12', '123', '-123', '1000'].map(decimalSize)).toEqual([1, 2, 2, 3, 4, 2]);
});

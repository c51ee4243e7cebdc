import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullColor, percent, sameWeights, shareOf, weightsFor } from './weights.ts';

const tenths = fc.integer({ min: 0, max: 1000 }).map((value) => percent(value / 10));
const color = fc.constantFrom('blue', 'green');

describe('weights', () => {
  test.each([
    ['green', 10, { blue: 90, green: 10 }],
    ['blue', 10, { blue: 10, green: 90 }],
    ['green', 100, { blue: 0, green: 100 }],
    ['green', 0, { blue: 100, green: 0 }],
    ['green', 0.1, { blue: 899, green: 1 }],
    ['green', 33.3, { blue: 600, green: 300 }],
    ['blue', 99.9, { blue: 899, green: 1 }],
  ] as const)('of %s at %s percent are what AWS takes', (to, share, expected) => {
    expect(weightsFor(to, percent(share))).toEqual(expected);
  });

  test('are whole, never both 0, within what AWS takes, and right within half a weight', () => {
    fc.assert(
      fc.property(color, tenths, (to, share) => {
        const { blue, green } = weightsFor(to, share);
        expect([blue, green].every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= 999)).toBe(true);
        expect(blue + green).toBeGreaterThan(0);
        expect(Math.abs(shareOf(to, { blue, green }) - share)).toBeLessThanOrEqual(100 / 1800 + 1e-9);
      }),
    );
  });

  test('give a share to both colours unless all of it is asked for', () => {
    fc.assert(
      fc.property(color, tenths, (to, share) => {
        const whole = fullColor(weightsFor(to, share));
        expect(whole !== undefined).toBe(share === 0 || share === 100);
      }),
    );
  });

  test('are the same where the shares are, whatever they add up to', () => {
    expect(sameWeights({ blue: 90, green: 10 }, { blue: 810, green: 90 })).toBe(true);
    expect(sameWeights({ blue: 90, green: 10 }, { blue: 811, green: 89 })).toBe(false);
  });

  test.each([-1, 100.1, 33.33, Number.NaN])('refuse a share of %s', (value) => {
    expect(() => percent(value)).toThrow('a weight is 0-100 in tenths');
  });
});

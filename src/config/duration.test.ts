import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration, durationText } from './duration.ts';

const any = duration({ min: 0, max: 1e9 });

describe('a duration', () => {
  test.each([
    ['90s', 90],
    ['5m', 300],
    ['1h30m', 5400],
    ['7d', 604_800],
    ['500ms', 0.5],
    ['1s500ms', 1.5],
    ['0s', 0],
  ])('%s is %d seconds', (text, seconds) => {
    expect(any.parse(text)).toBe(seconds);
  });

  test.each(['', '5', '5 m', 'm', '30m1h', '1h1h', '-5s', '1.5s', '5min', '0x5s'])('%j is none', (text) => {
    expect(any.safeParse(text).success).toBe(false);
  });

  test('is written so that it reads the same', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 10 }), (milliseconds) => {
        expect(any.parse(durationText(milliseconds / 1000))).toBe(milliseconds / 1000);
      }),
    );
  });

  test('outside of its range says what the range is', () => {
    const { error } = duration({ min: 2, max: 120, whole: true }).safeParse('3m');
    expect(error?.issues[0]?.message).toBe('outside of what is allowed: 2s to 2m, in whole seconds');
  });

  test('with fractions is refused where AWS knows whole seconds only', () => {
    expect(duration({ min: 2, max: 120, whole: true }).safeParse('2s500ms').success).toBe(false);
  });
});

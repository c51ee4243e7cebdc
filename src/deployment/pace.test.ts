import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('a driver looks as often as planned, a shorter wait being no reason to wait longer', () => {
  const pace = new Pace(2_500);
  pace.looked(200);
  expect(pace.pause(2_500)).toBe(2_500);
  expect(pace.pause(300)).toBe(300);
  expect(pace.pause(0)).toBe(1);
  expect(pace.longestGapMs).toBe(7_500);
});

test('slow looks are further apart, to eight times as far, and what counts as watched goes with them', () => {
  const pace = new Pace(2_500);
  pace.looked(3_000);
  expect(pace.pause(2_500)).toBe(5_000);
  expect(pace.pause(300)).toBe(5_000);
  expect(pace.longestGapMs).toBe(15_000);
  for (let n = 0; n < 9; n++) pace.looked(20_000);
  expect(pace.pause(2_500)).toBe(20_000);
});

test('as soon as looks are quick again they come closer', () => {
  const pace = new Pace(2_500);
  for (let n = 0; n < 3; n++) pace.looked(3_000);
  for (const expected of [10_000, 5_000, 2_500]) {
    pace.looked(200);
    expect(pace.pause(2_500)).toBe(expected);
  }
});

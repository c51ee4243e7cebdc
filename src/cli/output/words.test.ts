import { describe, expect, test } from 'vitest';
import { agoWords, countWords, cut, durationWords, groups, percentWords, stopwatch, wrap } from './words.ts';

describe('durations', () => {
  test.each([
    [400, '0.4 s'],
    [3_000, '3 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [190_000, '3 min 10 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [7 * 86_400_000, '7 days'],
  ])('%d ms is %s', (value, words) => expect(durationWords(value)).toBe(words));

  test('a count-down shows whole seconds and never less than none', () => {
    expect(countWords(1_499)).toBe('1 s');
    expect(countWords(-5)).toBe('0 s');
  });

  test('a stopwatch grows an hour only when there is one', () => {
    expect(stopwatch(134_000)).toBe('02:14');
    expect(stopwatch(3_734_000)).toBe('1:02:14');
  });

  test('what is long ago is told roughly', () => {
    expect([200, 4_000, 240_000, 7_300_000, 400_000_000].map(agoWords)).toEqual([
      'just now',
      '4 s ago',
      '4 min ago',
      '2 h ago',
      '5 days ago',
    ]);
  });
});

test('numbers are grouped by thousands, percents keep their tenths', () => {
  expect([0, 999, 41_233, 1_000_000].map(groups)).toEqual(['0', '999', '41,233', '1,000,000']);
  expect([10, 0.5].map(percentWords)).toEqual(['10 %', '0.5 %']);
});

test('a text is broken between words, keeps its indentation, and leaves a long word whole', () => {
  expect(wrap('  Why   one two three', 14, '        ')).toBe('  Why   one\n        two\n        three');
  expect(wrap('averyveryverylongword b', 10)).toBe('averyveryverylongword\nb');
});

test('what is cut says so', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('abcd', 4)).toBe('abcd');
});

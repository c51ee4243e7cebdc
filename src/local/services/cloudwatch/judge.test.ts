import { describe, expect, test } from 'vitest';
import { evaluationRange, type Judging, judge } from './judge.ts';

/** As AWS writes them: `0` good, `X` breaching, `-` missing, the oldest left. */
const states = (row: string, evaluationPeriods: number, datapointsToAlarm: number) => {
  const points = row.split(' ').map((sign) => (sign === '-' ? undefined : sign === 'X' ? 1 : 0));
  expect(points.length).toBe(evaluationRange(evaluationPeriods));
  const treatments: readonly Judging['treatMissingData'][] = ['missing', 'ignore', 'breaching', 'notBreaching'];
  return treatments.map(
    (treatMissingData) =>
      judge(points, { evaluationPeriods, datapointsToAlarm, treatMissingData, breaches: (value) => value > 0 }).state,
  );
};

describe('the state of an alarm, by how missing data is treated (CW/alarms-and-missing-data)', () => {
  test.each([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', ['INSUFFICIENT_DATA', 'retained', 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', ['ALARM', 'retained', 'ALARM', 'OK']],
  ])('3 of 3: %s', (row, expected) => {
    expect(states(row, 3, 3)).toEqual(expected);
  });

  test.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', 'retained', 'ALARM', 'OK']],
  ])('2 of 3: %s', (row, expected) => {
    expect(states(row, 3, 2)).toEqual(expected);
  });

  test.each(['- - - - X', '- - - X -'])('is not ALARM before its time: %s', (row) => {
    expect(states(row, 3, 3)[0]).toBe('retained');
  });

  test('older points of the evaluation range count only in the place of missing ones', () => {
    expect(states('X X 0 0 0', 3, 1)).toEqual(['OK', 'OK', 'OK', 'OK']);
    expect(states('X X 0 - 0', 3, 1)).toEqual(['ALARM', 'ALARM', 'ALARM', 'ALARM']);
  });
});

import { expect, test } from 'vitest';
import { awsCron } from './aws-cron.ts';

test.each([
  ['0 7 * * *', 'cron(0 7 * * ? *)'],
  ['0 7 * * MON-FRI', 'cron(0 7 ? * MON-FRI *)'],
  ['*/15 8-18 1 * ?', 'cron(*/15 8-18 1 * ? *)'],
  ['30 6 * JAN 1-5', 'cron(30 6 ? JAN 2-6 *)'],
  ['0 0 ? * 0,7', 'cron(0 0 ? * 1,1 *)'],
  ['0 0 * * 5#2', 'cron(0 0 ? * 6#2 *)'],
])('writes %s as AWS does', (fiveFields, expected) => {
  expect(awsCron(fiveFields)).toBe(expected);
});

test('has no expression for a day of month together with a day of week', () => {
  expect(awsCron('0 7 1 * MON')).toBeUndefined();
});

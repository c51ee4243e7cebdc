import { describe, expect, test } from 'vitest';
import { parseSchedule } from './schedule.ts';

const at = (iso: string): number => new Date(iso).getTime();

/** The next `count` times after an instant. */
function times(expression: string, after: string, zone = 'UTC', count = 1): readonly (string | undefined)[] {
  const schedule = parseSchedule(expression, zone);
  if (!schedule) throw new Error(`no schedule: ${expression}`);
  const found: (string | undefined)[] = [];
  let from: number | undefined = at(after);
  for (let n = 0; n < count; n++) {
    from = from === undefined ? undefined : schedule.next(from, at(after));
    found.push(from === undefined ? undefined : new Date(from).toISOString().slice(0, 16));
  }
  return found;
}

describe('cron (AAS/scheduled-scaling-using-cron-expressions)', () => {
  test.each([
    ['cron(30 6 ? * MON *)', ['2026-01-05T06:30', '2026-01-12T06:30']],
    ['cron(0 10 * * ? *)', ['2026-01-01T10:00', '2026-01-02T10:00']],
    ['cron(15 12 * * ? *)', ['2026-01-01T12:15', '2026-01-02T12:15']],
    ['cron(0 18 ? * MON-FRI *)', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
    ['cron(0 8 1 * ? *)', ['2026-01-01T08:00', '2026-02-01T08:00']],
    ['cron(0/10 * ? * MON-FRI *)', ['2026-01-01T00:10', '2026-01-01T00:20']],
    ['cron(0/5 8-17 ? * MON-FRI *)', ['2026-01-01T08:00', '2026-01-01T08:05']],
    ['cron(0 9 ? * 2#1 *)', ['2026-01-05T09:00', '2026-02-02T09:00']],
    ['cron(0 0 1 * ? *)', ['2026-02-01T00:00', '2026-03-01T00:00']],
    ['cron(0 0 L * ? *)', ['2026-01-31T00:00', '2026-02-28T00:00', '2026-03-31T00:00']],
    ['cron(0 0 LW * ? *)', ['2026-01-30T00:00', '2026-02-27T00:00']],
    // The 1st of February 2026 is a Sunday, the 1st of August a Saturday.
    ['cron(0 0 1W 2,8 ? *)', ['2026-02-02T00:00', '2026-08-03T00:00']],
    ['cron(0 0 ? * 6L *)', ['2026-01-30T00:00', '2026-02-27T00:00']],
    [
      'cron(0 22 ? * FRI-MON *)',
      ['2026-01-02T22:00', '2026-01-03T22:00', '2026-01-04T22:00', '2026-01-05T22:00', '2026-01-09T22:00'],
    ],
    ['cron(0 0 29 FEB ? *)', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['cron(0 12 1 1 ? 2026-2027)', ['2026-01-01T12:00', '2027-01-01T12:00', undefined]],
  ])('%s', (expression, wanted) => {
    expect(times(expression, '2026-01-01T00:00:00Z', 'UTC', wanted.length)).toEqual(wanted);
  });

  test('follows the clocks of its time zone through the change to summer time and back', () => {
    expect(times('cron(0 7 * * ? *)', '2026-03-27T12:00:00Z', 'Europe/Berlin', 3)).toEqual([
      '2026-03-28T06:00',
      '2026-03-29T05:00',
      '2026-03-30T05:00',
    ]);
    // 2:30 is skipped on the 29th of March, and comes twice on the 25th of October.
    expect(times('cron(30 2 * * ? *)', '2026-03-28T12:00:00Z', 'Europe/Berlin', 2)).toEqual([
      '2026-03-29T01:30',
      '2026-03-30T00:30',
    ]);
    expect(times('cron(30 2 * * ? *)', '2026-10-24T12:00:00Z', 'Europe/Berlin', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  test.each([
    'cron(0 7 * * *)',
    'cron(0 7 * * MON *)',
    'cron(60 7 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 7 32 * ? *)',
    'cron(0 7 ? * FUN *)',
    'cron(0 7 ? * 2#6 *)',
    'cron(0/0 7 * * ? *)',
    'cron(a 7 * * ? *)',
    'cron(0 7 ? * ? *)',
    '0 7 * * ? *',
  ])('is not %s', (expression) => expect(parseSchedule(expression, 'UTC')).toBeUndefined());
});

describe('at and rate (AAS-API/API_PutScheduledAction)', () => {
  test('at is once, by the clocks of its time zone', () => {
    expect(times('at(2026-07-01T09:00:00)', '2026-01-01T00:00:00Z', 'America/New_York', 2)).toEqual([
      '2026-07-01T13:00',
      undefined,
    ]);
    expect(times('at(2025-07-01T09:00:00)', '2026-01-01T00:00:00Z')).toEqual([undefined]);
  });

  test('rate is counted from where it begins', () => {
    expect(times('rate(5 minutes)', '2026-01-01T00:02:00Z', 'UTC', 2)).toEqual([
      '2026-01-01T00:07',
      '2026-01-01T00:12',
    ]);
    expect(times('rate(1 hour)', '2026-01-01T00:02:00Z')).toEqual(['2026-01-01T01:02']);
    expect(times('rate(2 days)', '2026-01-01T00:02:00Z')).toEqual(['2026-01-03T00:02']);
  });

  test.each([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(5 weeks)',
    'at(2026-02-30T00:00:00)',
    'at(2026-02-03)',
    'at(2026-02-03T24:00:00)',
  ])('not %s', (expression) => expect(parseSchedule(expression, 'UTC')).toBeUndefined());

  test('only where people live', () => {
    expect(parseSchedule('rate(5 minutes)', 'Europe/Berln')).toBeUndefined();
  });
});

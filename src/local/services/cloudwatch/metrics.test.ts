import type { GetMetricDataInput, MetricDataQuery, MetricDatum } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { instant } from '../../timing.ts';
import { cloudWatchFixture, type Fixture, start } from './cloudwatch-fixture.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { getMetricStatistics } from './operations/get-metric-statistics.ts';
import { listMetrics } from './operations/list-metrics.ts';
import { putMetricData } from './operations/put-metric-data.ts';

const minute = 60;
const put = ({ run }: Fixture, ...MetricData: MetricDatum[]) => run(putMetricData, { Namespace: 'app', MetricData });

/** The values by the minute, as `0:5` for 5 in the first minute. */
function series({ run, clock }: Fixture, queries: MetricDataQuery[], more: Partial<GetMetricDataInput> = {}) {
  const answer = run(getMetricData, {
    MetricDataQueries: queries,
    StartTime: new Date(start),
    EndTime: new Date(clock.now() + 1),
    ScanBy: 'TimestampAscending',
    ...more,
  });
  return Object.fromEntries(
    (answer.MetricDataResults ?? []).map(({ Id, Values = [], Timestamps = [] }) => [
      Id,
      Values.map((value, index) => `${((Timestamps[index]?.getTime() ?? 0) - start) / 60_000}:${value}`).join(' '),
    ]),
  );
}

const of = (Id: string, MetricName: string, Stat = 'Sum', Period = 60): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'app', MetricName }, Stat, Period },
});
const math = (Id: string, Expression: string): MetricDataQuery => ({ Id, Expression });

describe('PutMetricData (CW-API/API_PutMetricData)', () => {
  test('takes one value, values with counts, and a statistic set', () => {
    const fixture = cloudWatchFixture();
    put(
      fixture,
      { MetricName: 'a', Value: 2 },
      { MetricName: 'a', Values: [1, 5], Counts: [3, 1] },
      { MetricName: 'a', StatisticValues: { SampleCount: 2, Sum: 20, Minimum: 8, Maximum: 12 } },
    );
    const stats = ['SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'];
    const found = series(
      fixture,
      stats.map((Stat) => of(Stat.toLowerCase(), 'a', Stat)),
    );
    expect(found).toEqual({
      samplecount: '0:7',
      sum: '0:30',
      minimum: '0:1',
      maximum: '0:12',
      average: `0:${30 / 7}`,
    });
  });

  test('goes to the minute of its timestamp, two weeks back at most', () => {
    const fixture = cloudWatchFixture();
    put(fixture, { MetricName: 'a', Value: 1, Timestamp: new Date(start + 95_000) });
    put(fixture, { MetricName: 'a', Value: 1, Timestamp: new Date(start - 10 * 86_400_000) });
    fixture.clock.advance(seconds(300));
    expect(series(fixture, [of('a', 'a')])).toEqual({ a: '1:1' });
    expect(
      series(fixture, [of('a', 'a')], {
        StartTime: new Date(start - 10 * 86_400_000),
        EndTime: new Date(start - 9 * 86_400_000),
      }),
    ).toEqual({ a: '-14400:1' });
  });

  test.each<[MetricDatum, string]>([
    [
      { MetricName: 'a', Value: 1, Values: [1] },
      'InvalidParameterCombinationException: The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.',
    ],
    [
      { MetricName: 'a', Values: [1, 2], Counts: [1] },
      'InvalidParameterValueException: The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
    ],
    [
      { MetricName: 'a', Value: Number.NaN },
      'InvalidParameterValueException: The value NaN for parameter MetricData.member.1.Value is invalid.',
    ],
    [{ MetricName: 'a' }, 'MissingRequiredParameterException: At least one of the parameters'],
    [{ MetricName: 'a', Value: 1, StorageResolution: 5 }, 'InvalidParameterValueException: The parameter MetricD'],
    [
      { MetricName: 'a', StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } },
      'InvalidParameterValueException: The parameter MetricData.member.1.StatisticValues.Maximum',
    ],
    [
      { MetricName: 'a', Value: 1, Timestamp: new Date(start - 15 * 86_400_000) },
      'InvalidParameterValueException: The parameter MetricData.member.1.Timestamp must specify a time no more than two weeks in the past.',
    ],
    [
      { MetricName: 'a', Value: 1, Timestamp: new Date(start + 3 * 3_600_000) },
      'InvalidParameterValueException: The parameter MetricData.member.1.Timestamp must specify a time no more than two hours in the future.',
    ],
    [{ MetricName: '', Value: 1 }, "ValidationException: 1 validation error detected: Value '' at 'metricData"],
    [{ MetricName: 'a', Value: 1, Dimensions: [{ Name: 'd', Value: '' }] }, 'ValidationException: 1 validation error'],
  ])('refuses %j, and keeps nothing of the call', (datum, message) => {
    const fixture = cloudWatchFixture();
    expect(
      fixture.refusal(putMetricData, { Namespace: 'app', MetricData: [datum, { MetricName: 'b', Value: 1 }] }),
    ).toContain(message);
    expect(fixture.run(listMetrics, {}).Metrics).toEqual([]);
  });

  test('refuses namespaces of AWS, and more than 1000 data at once', () => {
    const { refusal } = cloudWatchFixture();
    const MetricData = [{ MetricName: 'a', Value: 1 }];
    expect(refusal(putMetricData, { Namespace: 'AWS/ECS', MetricData })).toMatch(/^InvalidParameterValueException: /);
    expect(refusal(putMetricData, { Namespace: 'app', MetricData: Array(1001).fill(MetricData[0]) })).toBe(
      'ValidationException: The collection MetricData must not have a size greater than 1000.',
    );
  });
});

describe('percentiles (CW/Statistics-definitions)', () => {
  const hundred = { MetricName: 'a', Values: Array.from({ length: 100 }, (_, index) => index + 1) };

  test('are true to 1 %, and trimmed statistics to 3 %', () => {
    const fixture = cloudWatchFixture();
    put(fixture, hundred);
    const near = (Stat: string) => Number(series(fixture, [of('a', 'a', Stat)]).a?.split(':')[1]);
    for (const [stat, expected] of [
      ['p50', 50],
      ['p99', 99],
      ['p99.9', 100],
      ['tm90', 45.5],
      ['TM(10%:90%)', 50.5],
      ['TM(:50)', 25.5],
      ['IQM', 50.5],
      ['tc90', 90],
      ['ts10', 55],
      ['wm98', 50.47],
      ['PR(:50)', 50],
    ] as const) {
      const most = stat.startsWith('p') ? 0.0101 : 0.03;
      expect(Math.abs(near(stat) / expected - 1), stat).toBeLessThan(most);
    }
    expect(near('p100')).toBe(100);
  });

  test('are not known of statistic sets that the client made, nor of negative values', () => {
    const fixture = cloudWatchFixture();
    put(fixture, { MetricName: 'a', StatisticValues: { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 } });
    put(fixture, { MetricName: 'b', Value: -1 }, { MetricName: 'b', Value: 3 });
    put(fixture, { MetricName: 'c', StatisticValues: { SampleCount: 1, Sum: 3, Minimum: 3, Maximum: 3 } });
    expect(
      series(
        fixture,
        ['a', 'b', 'c'].map((name) => of(name, name, 'p90')),
      ),
    ).toEqual({ a: '', b: '', c: '0:3' });
  });
});

describe('metric math (CW/using-metric-math)', () => {
  /** Requests in four minutes, errors in the second and the fourth alone. */
  function site() {
    const fixture = cloudWatchFixture();
    for (const [requests, errors] of [
      [100, 0],
      [10, 5],
      [200, 0],
      [50, 5],
    ] as const) {
      put(fixture, { MetricName: 'requests', Value: requests });
      if (errors > 0) put(fixture, { MetricName: 'errors', Value: errors });
      fixture.clock.advance(seconds(minute));
    }
    return fixture;
  }
  const both = [of('e', 'errors'), of('r', 'requests')].map((query) => ({ ...query, ReturnData: false }));

  test('works out the rate of errors that an alarm on a load balancer watches', () => {
    const expression = math('rate', 'IF(r>=20, 100*FILL(e,0)/r, 0)');
    expect(series(site(), [...both, expression])).toEqual({ rate: '0:0 1:0 2:0 3:10' });
  });

  test.each([
    ['e / r', '1:0.5 3:0.1'],
    ['e + r * 2 ^ 2', '1:45 3:205'],
    ['-(e - r)', '1:5 3:45'],
    ['FILL(e, REPEAT)', '1:5 2:5 3:5 4:5'],
    ['FILL(e, LINEAR)', '0:5 1:5 2:5 3:5 4:5'],
    ['r > 20 AND r < 150', '0:1 1:0 2:0 3:1'],
    ['r == 10 || r == 50', '0:0 1:1 2:0 3:1'],
    ['IF(r > 50, r)', '0:100 2:200'],
    ['r - MIN(r)', '0:90 1:0 2:190 3:40'],
    ['SUM(METRICS())', '0:100 1:15 2:200 3:55'],
    ['MAX([e, r])', '0:100 1:10 2:200 3:50'],
    ["AVG(METRICS('r'))", '0:100 1:10 2:200 3:50'],
    ['r / PERIOD(r) * 60', '0:100 1:10 2:200 3:50'],
    ['RATE(r) * 60', '1:-90 2:190 3:-150'],
    ['DIFF(r)', '1:-90 2:190 3:-150'],
    ['RUNNING_SUM(e)', '1:5 3:10'],
    ['r / 0', ''],
    ['e * DATAPOINT_COUNT(r)', '1:20 3:20'],
    ['TIME_SERIES(7)', '0:7 1:7 2:7 3:7 4:7'],
  ])('%s', (expression, expected) => {
    expect(series(site(), [...both, math('x', expression)])).toEqual({ x: expected });
  });

  test.each([
    ['e +', "Error in expression 'x': Unexpected end of expression"],
    ['NOPE(e)', "Error in expression 'x': Function 'NOPE' not found"],
    ['e / unknown', "Error in expression 'x': Unknown metric or expression id 'unknown'"],
    ['SUM(e)', "Error in expression 'x': The expression must return a time series"],
    ['x + 1', "Error in expression 'x': Circular reference"],
    ['e ? r', "Error in expression 'x': Unexpected '?'"],
  ])('refuses %s', (expression, message) => {
    const fixture = site();
    expect(() => series(fixture, [...both, math('x', expression)])).toThrow(message);
  });
});

describe('GetMetricData (CW-API/API_GetMetricData)', () => {
  function counted() {
    const fixture = cloudWatchFixture();
    for (let at = 0; at < 5; at++) {
      put(fixture, { MetricName: 'a', Value: at });
      fixture.clock.advance(seconds(minute));
    }
    return fixture;
  }

  test('gives the newest first unless told, and pages by the number of data points', () => {
    const fixture = counted();
    expect(series(fixture, [of('a', 'a')], { ScanBy: undefined })).toEqual({ a: '4:4 3:3 2:2 1:1 0:0' });
    const query = {
      MetricDataQueries: [of('a', 'a'), of('b', 'a', 'Maximum')],
      StartTime: new Date(start),
      EndTime: new Date(fixture.clock.now()),
      MaxDatapoints: 4,
    };
    const pages: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = fixture.run(getMetricData, { ...query, NextToken });
      pages.push(
        (page.MetricDataResults ?? []).map(({ Id, Values, StatusCode }) => `${Id} ${Values} ${StatusCode}`).join('; '),
      );
      NextToken = page.NextToken;
    } while (NextToken);
    expect(pages).toEqual(['a 4,3,2,1 PartialData', 'a 0 Complete; b 4,3,2 PartialData', 'b 1,0 Complete']);
  });

  test('has no values, and no error, for a metric that is not there', () => {
    expect(series(counted(), [of('a', 'none')])).toEqual({ a: '' });
  });

  test('adds minutes up to longer periods', () => {
    expect(series(counted(), [of('a', 'a', 'Sum', 120)])).toEqual({ a: '0:1 2:5 4:4' });
  });

  test('labels series by what they have', () => {
    const fixture = counted();
    const query = { ...of('a', 'a'), Label: `\${PROP('Namespace')} \${LABEL}: \${MAX} of \${DATAPOINT_COUNT}` };
    const answer = fixture.run(getMetricData, {
      MetricDataQueries: [query, math('twice', 'a * 2')],
      StartTime: new Date(start),
      EndTime: new Date(fixture.clock.now()),
    });
    expect(answer.MetricDataResults?.map(({ Label }) => Label)).toEqual(['app a: 4 of 5', 'twice']);
  });

  test.each<[MetricDataQuery[], string]>([
    [[of('A', 'a')], 'The value for parameter MetricDataQueries.member.1.Id is not matching the expected pattern'],
    [[of('a', 'a'), of('a', 'b')], 'The values for parameter id in MetricDataQueries are not unique.'],
    [
      [of('a', 'a', 'test')],
      'The value test for parameter MetricDataQueries.member.1.MetricStat.Stat is not a valid statistic.',
    ],
    [
      [{ ...of('a', 'a'), Period: 60 }],
      'The parameters MetricDataQueries.member.1.Period and MetricDataQueries.member.1.MetricStat are mutually exclusive and you have specified both.',
    ],
    [[of('a', 'a', 'Sum', 45)], 'The parameter MetricDataQueries.member.1.MetricStat.Period must be'],
    [[{ Id: 'a' }], 'At least one of the parameters MetricDataQueries.member.1.Expression and'],
    [[{ ...of('a', 'a'), ReturnData: false }], 'At least one element of the MetricDataQueries must return data.'],
    [[], 'The parameter MetricDataQueries is required.'],
  ])('refuses %j', (MetricDataQueries, message) => {
    const { refusal } = cloudWatchFixture();
    const input = { MetricDataQueries, StartTime: new Date(start), EndTime: new Date(start + 60_000) };
    expect(refusal(getMetricData, input)).toContain(`ValidationException: ${message}`);
  });

  test('refuses a range that ends before it starts', () => {
    const { refusal } = cloudWatchFixture();
    expect(
      refusal(getMetricData, {
        MetricDataQueries: [of('a', 'a')],
        StartTime: new Date(start),
        EndTime: new Date(start),
      }),
    ).toBe('ValidationException: The parameter StartTime must be less than the parameter EndTime.');
  });
});

describe('GetMetricStatistics (CW-API/API_GetMetricStatistics)', () => {
  const ask = { Namespace: 'app', MetricName: 'a', StartTime: new Date(start), Period: 60 };

  test('gives what was asked for, each unit apart', () => {
    const fixture = cloudWatchFixture();
    put(fixture, { MetricName: 'a', Value: 3, Unit: 'Seconds' }, { MetricName: 'a', Value: 5, Unit: 'Count' });
    const EndTime = new Date(start + 60_000);
    const input = { ...ask, EndTime, Statistics: ['Sum' as const], ExtendedStatistics: ['p50'] };
    expect(fixture.run(getMetricStatistics, input)).toEqual({
      Label: 'a',
      Datapoints: [
        { Timestamp: new Date(start), Unit: 'Seconds', Sum: 3, ExtendedStatistics: { p50: 3 } },
        { Timestamp: new Date(start), Unit: 'Count', Sum: 5, ExtendedStatistics: { p50: 5 } },
      ],
    });
    expect(fixture.run(getMetricStatistics, { ...input, Unit: 'Count' }).Datapoints?.length).toBe(1);
  });

  test.each([
    [
      { EndTime: new Date(start + 1608 * 60_000), Statistics: ['Sum' as const] },
      'InvalidParameterCombinationException: You have requested up to 1,608 datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    ],
    [
      { EndTime: new Date(start + 60_000) },
      'InvalidParameterCombinationException: At least one of the parameters Statistics and ExtendedStatistics must be specified.',
    ],
    [
      { EndTime: new Date(start), Statistics: ['Sum' as const] },
      'InvalidParameterValueException: The parameter StartTime must be less than the parameter EndTime.',
    ],
    [{ EndTime: new Date(start + 60_000), Statistics: ['Sum' as const], Period: 7 }, 'The parameter Period must be'],
    [{ EndTime: new Date(start + 60_000), ExtendedStatistics: ['q9'] }, 'The value q9 for parameter ExtendedStat'],
  ])('refuses %j', (changes, message) => {
    expect(cloudWatchFixture().refusal(getMetricStatistics, { ...ask, ...changes })).toContain(message);
  });
});

describe('ListMetrics (CW-API/API_ListMetrics)', () => {
  test('finds metrics by namespace, name and dimensions, in pages of 500', () => {
    const fixture = cloudWatchFixture();
    put(
      fixture,
      ...Array.from({ length: 501 }, (_, index) => ({
        MetricName: 'a',
        Value: 1,
        Dimensions: [{ Name: 'n', Value: String(index).padStart(3, '0') }],
      })),
      { MetricName: 'b', Value: 1 },
    );
    const first = fixture.run(listMetrics, { Namespace: 'app', MetricName: 'a', Dimensions: [{ Name: 'n' }] });
    expect(first.Metrics?.length).toBe(500);
    const { NextToken } = first;
    const second = fixture.run(listMetrics, {
      Namespace: 'app',
      MetricName: 'a',
      Dimensions: [{ Name: 'n' }],
      NextToken,
    });
    expect(second).toEqual({
      Metrics: [{ Namespace: 'app', MetricName: 'a', Dimensions: [{ Name: 'n', Value: '500' }] }],
    });
    expect(fixture.run(listMetrics, { Dimensions: [{ Name: 'n', Value: '007' }] }).Metrics?.length).toBe(1);
    expect(fixture.refusal(listMetrics, { NextToken: 'x' })).toMatch(/^InvalidNextToken: /);
  });

  test('tells what had data in the last two weeks, or in the last three hours', () => {
    const fixture = cloudWatchFixture();
    put(fixture, { MetricName: 'old', Value: 1 });
    fixture.clock.advance(seconds(4 * 3600));
    put(fixture, { MetricName: 'new', Value: 1 });
    const names = (input: object) => fixture.run(listMetrics, input).Metrics?.map(({ MetricName }) => MetricName);
    expect(names({})).toEqual(['new', 'old']);
    expect(names({ RecentlyActive: 'PT3H' })).toEqual(['new']);
    fixture.clock.advance(seconds(14 * 86_400));
    expect(names({})).toEqual(['new']);
  });
});

describe('what is kept', () => {
  test('outlives a restart, to the last minute that was written', () => {
    const store = memoryStore();
    const first = cloudWatchFixture({ store });
    put(first, { MetricName: 'a', Values: [1, 2, 3] });
    first.clock.advance(seconds(minute));
    put(first, { MetricName: 'a', Value: 9 });
    const crashed = cloudWatchFixture({ store, start: first.clock.now() });
    expect(series(crashed, [of('a', 'a')])).toEqual({ a: '0:6' });
    expect(Number(series(crashed, [of('p', 'a', 'p50')]).p?.slice(2))).toBeCloseTo(2, 1);
    first.state.data.close();
    const stopped = cloudWatchFixture({ store, start: first.clock.now() });
    expect(series(stopped, [of('a', 'a')])).toEqual({ a: '0:6 1:9' });
  });

  test('is each second under the instant timing, and of high resolution alone under the other', () => {
    const perSecond = (timing: 'instant' | 'aws-like', StorageResolution?: number) => {
      const fixture = timing === 'instant' ? cloudWatchFixture({ timing: instant }) : cloudWatchFixture();
      for (let at = 0; at < 3; at++) {
        put(fixture, { MetricName: 'a', Value: at, StorageResolution });
        fixture.clock.advance(seconds(1));
      }
      return series(fixture, [of('a', 'a', 'Sum', 1)]).a?.split(' ').length;
    };
    expect(perSecond('instant')).toBe(3);
    expect(perSecond('aws-like', 1)).toBe(3);
    expect(series(cloudWatchFixture(), [of('a', 'a', 'Sum', 1)])).toEqual({ a: '' });
  });

  test('ends after 15 days', () => {
    const fixture = cloudWatchFixture();
    put(fixture, { MetricName: 'a', Value: 1 });
    fixture.clock.advance(seconds(16 * 86_400));
    put(fixture, { MetricName: 'b', Value: 1 });
    fixture.state.data.flush();
    expect(series(fixture, [of('a', 'a')], { EndTime: new Date(start + 60_000) })).toEqual({ a: '' });
    expect(fixture.state.data.all().map(({ metric }) => metric.name)).toEqual(['b']);
  });
});

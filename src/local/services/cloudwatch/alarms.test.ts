import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { instant } from '../../timing.ts';
import { cloudWatchFixture, type Fixture } from './cloudwatch-fixture.ts';
import { deleteAlarms, disableAlarmActions, enableAlarmActions, setAlarmState } from './operations/change-alarms.ts';
import { describeAlarmHistory } from './operations/describe-alarm-history.ts';
import { describeAlarms } from './operations/describe-alarms.ts';
import { describeAlarmsForMetric } from './operations/describe-alarms-for-metric.ts';
import { putCompositeAlarm } from './operations/put-composite-alarm.ts';
import { putMetricAlarm } from './operations/put-metric-alarm.ts';
import { putMetricData } from './operations/put-metric-data.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';

const anAlarm = (changes: Partial<PutMetricAlarmInput> = {}): PutMetricAlarmInput => ({
  AlarmName: 'errors',
  Namespace: 'app',
  MetricName: 'Errors',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  ...changes,
});

const put = ({ run }: Fixture, Value: number) =>
  run(putMetricData, { Namespace: 'app', MetricData: [{ MetricName: 'Errors', Value }] });

const described = ({ run }: Fixture, name = 'errors') => run(describeAlarms, { AlarmNames: [name] }).MetricAlarms?.[0];

describe('a metric alarm', () => {
  test('begins without a state of its own and is evaluated at the next full minute (CW/AlarmThatSendsEmail)', () => {
    const fixture = cloudWatchFixture();
    fixture.run(putMetricAlarm, anAlarm());
    expect(described(fixture)).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      AlarmArn: 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:errors',
      ActionsEnabled: true,
      AlarmActions: [],
      Dimensions: [],
    });
    fixture.clock.advance(seconds(59));
    expect(described(fixture)?.StateValue).toBe('INSUFFICIENT_DATA');
    fixture.clock.advance(seconds(1));
    expect(described(fixture)).toMatchObject({
      StateValue: 'OK',
      StateReason:
        'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    });
  });

  test('goes to ALARM and back by what was measured, and tells why', () => {
    const fixture = cloudWatchFixture();
    const seen: string[] = [];
    fixture.state.alarms.onStateChange(({ alarm, before, actions }) =>
      seen.push(`${before} → ${alarm.state.value}: ${actions.join()}`),
    );
    fixture.run(putMetricAlarm, anAlarm({ AlarmActions: ['arn:aws:sns:eu-central-1:000000000000:pager'] }));
    put(fixture, 4);
    put(fixture, 2);
    fixture.clock.advance(seconds(60));
    const alarm = described(fixture);
    expect(alarm).toMatchObject({
      StateValue: 'ALARM',
      StateReason: 'Threshold Crossed: 1 datapoint [6.0 (01/01/26 00:00:00)] was greater than the threshold (5.0).',
      StateUpdatedTimestamp: new Date('2026-01-01T00:01:00Z'),
      StateTransitionedTimestamp: new Date('2026-01-01T00:01:00Z'),
    });
    expect(JSON.parse(alarm?.StateReasonData ?? '')).toEqual({
      version: '1.0',
      queryDate: '2026-01-01T00:01:00.000+0000',
      startDate: '2026-01-01T00:00:00.000+0000',
      statistic: 'Sum',
      period: 60,
      recentDatapoints: [6],
      threshold: 5,
      evaluatedDatapoints: [{ timestamp: '2026-01-01T00:00:00.000+0000', sampleCount: 2, value: 6 }],
    });
    fixture.clock.advance(seconds(180));
    expect(described(fixture)?.StateValue).toBe('OK');
    expect(seen).toEqual(['INSUFFICIENT_DATA → ALARM: arn:aws:sns:eu-central-1:000000000000:pager', 'ALARM → OK: ']);
  });

  test('of M out of N tells how many were needed', () => {
    const fixture = cloudWatchFixture();
    fixture.run(putMetricAlarm, anAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 }));
    for (const value of [9, 1, 7]) {
      put(fixture, value);
      fixture.clock.advance(seconds(60));
    }
    expect(described(fixture)?.StateReason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [7.0 (01/01/26 00:02:00), 9.0 (01/01/26 00:00:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
  });

  test('without data is INSUFFICIENT_DATA again, when missing data is treated as missing', () => {
    const fixture = cloudWatchFixture();
    fixture.run(putMetricAlarm, anAlarm({ TreatMissingData: 'missing' }));
    put(fixture, 1);
    fixture.clock.advance(seconds(60));
    expect(described(fixture)?.StateValue).toBe('OK');
    fixture.clock.advance(seconds(180));
    expect(described(fixture)).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Insufficient Data: 1 datapoint was unknown.',
    });
  });

  test('on a period of 10 s is evaluated every 10 s, on data of high resolution alone', () => {
    const fixture = cloudWatchFixture();
    const alarm = anAlarm({ Period: 10, TreatMissingData: 'missing' });
    fixture.run(putMetricAlarm, anAlarm({ AlarmName: 'slow' }));
    fixture.clock.advance(seconds(5));
    fixture.run(putMetricAlarm, alarm);
    put(fixture, 100);
    fixture.clock.advance(seconds(15));
    expect(described(fixture)?.StateValue).toBe('INSUFFICIENT_DATA');
    fixture.run(putMetricData, {
      Namespace: 'app',
      MetricData: [{ MetricName: 'Errors', Value: 100, StorageResolution: 1 }],
    });
    fixture.clock.advance(seconds(10));
    expect(described(fixture)?.StateValue).toBe('ALARM');
    expect(described(fixture, 'slow')?.StateValue).toBe('INSUFFICIENT_DATA');
    fixture.clock.advance(seconds(30));
    expect(described(fixture, 'slow')?.StateValue).toBe('ALARM');
  });

  test('is looked at each second under the instant timing, over the whole of its period', () => {
    const fixture = cloudWatchFixture({ timing: instant });
    fixture.run(putMetricAlarm, anAlarm());
    put(fixture, 3);
    fixture.clock.advance(seconds(40));
    put(fixture, 3);
    fixture.clock.advance(seconds(1));
    expect(described(fixture)?.StateValue).toBe('ALARM');
    fixture.clock.advance(seconds(20));
    expect(described(fixture)?.StateValue).toBe('OK');
  });

  test('tells at each evaluation that its state lasts, so that scaling goes on', () => {
    const fixture = cloudWatchFixture();
    let lasting = 0;
    fixture.state.alarms.onLasting(({ alarm }) => {
      if (alarm.state.value === 'ALARM') lasting++;
    });
    fixture.run(putMetricAlarm, anAlarm({ TreatMissingData: 'ignore' }));
    put(fixture, 9);
    fixture.clock.advance(seconds(240));
    expect(lasting).toBe(3);
  });

  test('set by hand keeps that state until its next evaluation (CW-API/API_SetAlarmState)', () => {
    const fixture = cloudWatchFixture();
    fixture.run(putMetricAlarm, anAlarm());
    fixture.clock.advance(seconds(90));
    fixture.run(setAlarmState, { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a drill' });
    expect(described(fixture)).toMatchObject({ StateValue: 'ALARM', StateReason: 'a drill' });
    fixture.clock.advance(seconds(30));
    expect(described(fixture)?.StateValue).toBe('OK');
    expect(fixture.refusal(setAlarmState, { AlarmName: 'x', StateValue: 'OK', StateReason: '' })).toMatch(
      /^ResourceNotFound: /,
    );
    expect(
      fixture.refusal(setAlarmState, {
        AlarmName: 'errors',
        StateValue: 'OK',
        StateReason: '',
        StateReasonData: '{',
      }),
    ).toMatch(/^InvalidFormatFault: /);
  });

  test('names no actions while they are disabled', () => {
    const fixture = cloudWatchFixture();
    fixture.run(putMetricAlarm, anAlarm({ AlarmActions: ['arn:aws:sns:eu-central-1:000000000000:pager'] }));
    fixture.run(disableAlarmActions, { AlarmNames: ['errors'] });
    expect(described(fixture)?.ActionsEnabled).toBe(false);
    const seen: (readonly string[])[] = [];
    fixture.state.alarms.onStateChange(({ actions }) => seen.push(actions));
    fixture.run(setAlarmState, { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a drill' });
    fixture.run(enableAlarmActions, { AlarmNames: ['errors'] });
    fixture.run(setAlarmState, { AlarmName: 'errors', StateValue: 'OK', StateReason: 'over' });
    fixture.run(setAlarmState, { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'again' });
    expect(seen).toEqual([[], [], ['arn:aws:sns:eu-central-1:000000000000:pager']]);
  });

  test('that is put again keeps its state and its tags, and gets the new configuration', () => {
    const fixture = cloudWatchFixture();
    fixture.run(putMetricAlarm, anAlarm({ Tags: [{ Key: 'team', Value: 'a' }] }));
    fixture.run(setAlarmState, { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a drill' });
    const { TreatMissingData: _, ...other } = anAlarm({ Threshold: 9, Tags: [{ Key: 'team', Value: 'b' }] });
    fixture.run(putMetricAlarm, other);
    const found = described(fixture);
    expect(found).toMatchObject({ StateValue: 'ALARM', Threshold: 9 });
    expect(found).not.toHaveProperty('TreatMissingData');
    const ResourceARN = found?.AlarmArn;
    expect(fixture.run(listTagsForResource, { ResourceARN }).Tags).toEqual([{ Key: 'team', Value: 'a' }]);
    fixture.run(tagResource, { ResourceARN, Tags: [{ Key: 'environment', Value: 'test' }] });
    fixture.run(untagResource, { ResourceARN, TagKeys: ['team'] });
    expect(fixture.run(listTagsForResource, { ResourceARN }).Tags).toEqual([{ Key: 'environment', Value: 'test' }]);
    fixture.run(deleteAlarms, { AlarmNames: ['errors', 'never-was'] });
    expect(described(fixture)).toBeUndefined();
    expect(fixture.refusal(listTagsForResource, { ResourceARN })).toMatch(/^ResourceNotFoundException: /);
  });

  test('outlives a restart, with its state, and is evaluated again', () => {
    const store = memoryStore();
    const first = cloudWatchFixture({ store });
    first.run(putMetricAlarm, anAlarm());
    put(first, 9);
    first.clock.advance(seconds(60));
    first.state.alarms.close();
    first.state.data.close();
    const second = cloudWatchFixture({ store, start: first.clock.now() });
    expect(described(second)?.StateValue).toBe('ALARM');
    second.clock.advance(seconds(60));
    expect(described(second)?.StateValue).toBe('ALARM');
    second.clock.advance(seconds(120));
    expect(described(second)?.StateValue).toBe('OK');
  });

  test.each<[Partial<PutMetricAlarmInput>, string]>([
    [{ Period: 45 }, 'ValidationException: Period must be 10, 20, 30 or a multiple of 60'],
    [{ Statistic: undefined }, 'InvalidParameterCombinationException: Exactly one of Statistic and'],
    [{ ExtendedStatistic: 'p99' }, 'InvalidParameterCombinationException: Exactly one of Statistic and'],
    [{ Statistic: undefined, ExtendedStatistic: 'p101' }, 'ValidationException: The value p101 for parameter Ext'],
    [{ DatapointsToAlarm: 2 }, 'ValidationException: Metric alarms cannot have DatapointsToAlarm greater than Eva'],
    [{ TreatMissingData: 'maybe' }, 'ValidationException: Option maybe is not supported for TreatMissingData'],
    [{ Threshold: undefined }, 'MissingRequiredParameterException: The parameter Threshold is required.'],
    [{ Namespace: undefined }, 'MissingRequiredParameterException: The parameter Namespace is required.'],
    [{ EvaluationPeriods: 1441 }, 'ValidationException: Metrics cannot be checked across more than a day'],
    [{ AlarmActions: ['pager'] }, 'ValidationException: Invalid arn syntax: pager'],
    [{ EvaluateLowSampleCountPercentile: 'ignore' }, 'ValidationException: EvaluateLowSampleCountPercentile can only'],
    [{ ComparisonOperator: 'GreaterThanUpperThreshold' }, 'ValidationException: The local runtime does not imitate'],
  ])('is refused with %j (CW-API/API_PutMetricAlarm)', (changes, expected) => {
    expect(cloudWatchFixture().refusal(putMetricAlarm, anAlarm(changes))).toContain(expected);
  });

  test('on a percentile waits for enough samples, if it is told to (CW/percentiles-with-low-samples)', () => {
    const fixture = cloudWatchFixture();
    const { Statistic: _, ...alarm } = anAlarm({
      ExtendedStatistic: 'p90',
      EvaluateLowSampleCountPercentile: 'ignore',
    });
    fixture.run(putMetricAlarm, alarm);
    for (let sent = 0; sent < 99; sent++) put(fixture, 9);
    fixture.clock.advance(seconds(60));
    expect(described(fixture)?.StateValue).toBe('INSUFFICIENT_DATA');
    for (let sent = 0; sent < 100; sent++) put(fixture, 9);
    fixture.clock.advance(seconds(60));
    expect(described(fixture)?.StateValue).toBe('ALARM');
  });
});

describe('alarms', () => {
  test('are described by name, prefix, state and action, in pages; unknown names are passed over', () => {
    const fixture = cloudWatchFixture();
    for (const AlarmName of ['a-1', 'a-2', 'b-1']) {
      const action = `arn:aws:sns:eu-central-1:000000000000:${AlarmName}`;
      fixture.run(putMetricAlarm, anAlarm({ AlarmName, AlarmActions: [action] }));
    }
    fixture.run(setAlarmState, { AlarmName: 'a-2', StateValue: 'ALARM', StateReason: 'a drill' });
    const names = (input: Parameters<typeof describeAlarms>[1]) =>
      fixture.run(describeAlarms, input).MetricAlarms?.map(({ AlarmName }) => AlarmName);
    expect(names({ AlarmNames: ['b-1', 'none', 'a-1'] })).toEqual(['a-1', 'b-1']);
    expect(names({ AlarmNamePrefix: 'a-' })).toEqual(['a-1', 'a-2']);
    expect(names({ StateValue: 'ALARM' })).toEqual(['a-2']);
    expect(names({ ActionPrefix: 'arn:aws:sns:eu-central-1:000000000000:b' })).toEqual(['b-1']);
    expect(names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    const first = fixture.run(describeAlarms, { MaxRecords: 2 });
    expect(first.MetricAlarms?.length).toBe(2);
    expect(names({ NextToken: first.NextToken })).toEqual(['b-1']);
    expect(fixture.refusal(describeAlarms, { NextToken: 'x' })).toMatch(/^InvalidNextToken: /);
    expect(fixture.refusal(describeAlarms, { MaxRecords: 101 })).toMatch(/^ValidationException: /);
  });
});

describe('alarms on metric math (CW/alarm-evaluation)', () => {
  const metricOf = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'app', MetricName }, Stat: 'Sum', Period: 60 },
    ReturnData: false,
  });
  const rate = (Expression = 'IF(r>=20, 100*FILL(e,0)/r, 0)', more: Partial<PutMetricAlarmInput> = {}) => ({
    AlarmName: 'rate',
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold' as const,
    TreatMissingData: 'notBreaching',
    Metrics: [metricOf('e', 'Errors'), metricOf('r', 'Requests'), { Id: 'rate', Expression }],
    ...more,
  });

  test('follow what the expression comes to', () => {
    const fixture = cloudWatchFixture();
    fixture.run(putMetricAlarm, rate());
    const minute = (Requests: number, Errors: number) => {
      fixture.run(putMetricData, { Namespace: 'app', MetricData: [{ MetricName: 'Requests', Value: Requests }] });
      if (Errors > 0) put(fixture, Errors);
      fixture.clock.advance(seconds(60));
      return described(fixture, 'rate');
    };
    expect(minute(10, 9)?.StateValue).toBe('OK');
    expect(minute(100, 10)).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [10.0 (01/01/26 00:01:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).',
      Metrics: rate().Metrics,
    });
    expect(minute(100, 0)?.StateValue).toBe('OK');
  });

  test.each([
    [rate('e / nothing'), "Error in expression 'rate': Unknown metric or expression id 'nothing'"],
    [rate('SUM(e)'), "Error in expression 'rate': The expression must return a time series"],
    [rate('METRICS()'), 'Metrics expression that return multi time series are only allowed'],
    [rate('e', { Period: 60 }), 'Period must not be set if Metrics list is set.'],
    [rate('e', { Metrics: [metricOf('e', 'Errors')] }), 'Exactly one element of the metrics list should return data.'],
  ])('are refused where they could not be evaluated: %#', (input, message) => {
    expect(cloudWatchFixture().refusal(putMetricAlarm, input)).toContain(message);
  });
});

describe('the history of alarms (CW-API/API_DescribeAlarmHistory)', () => {
  test('tells what was configured, what changed and which actions were to follow, of deleted alarms too', () => {
    const fixture = cloudWatchFixture();
    const pager = 'arn:aws:sns:eu-central-1:000000000000:pager';
    fixture.run(putMetricAlarm, anAlarm({ AlarmActions: [pager] }));
    fixture.run(setAlarmState, { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a drill' });
    fixture.run(deleteAlarms, { AlarmNames: ['errors'] });
    const summaries = (input: object) =>
      fixture.run(describeAlarmHistory, input).AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary);
    expect(summaries({ AlarmName: 'errors' })).toEqual([
      'Alarm "errors" deleted',
      `Failed to execute action ${pager}. Received error: "The local runtime does not imitate sns."`,
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm "errors" created',
    ]);
    expect(summaries({ HistoryItemType: 'StateUpdate' })).toEqual(['Alarm updated from INSUFFICIENT_DATA to ALARM']);
    const first = fixture.run(describeAlarmHistory, { ScanBy: 'TimestampAscending', MaxRecords: 3 });
    expect(first.AlarmHistoryItems?.length).toBe(3);
    expect(summaries({ ScanBy: 'TimestampAscending', NextToken: first.NextToken })).toEqual(['Alarm "errors" deleted']);
    const [{ HistoryData = '' } = {}] =
      fixture.run(describeAlarmHistory, { HistoryItemType: 'StateUpdate' }).AlarmHistoryItems ?? [];
    expect(JSON.parse(HistoryData)).toMatchObject({
      oldState: { stateValue: 'INSUFFICIENT_DATA' },
      newState: { stateValue: 'ALARM', stateReason: 'a drill' },
    });
    expect(summaries({ StartDate: new Date(fixture.clock.now() + 1) })).toEqual([]);
    expect(fixture.refusal(describeAlarmHistory, { NextToken: 'x' })).toMatch(/^InvalidNextToken: /);
  });

  test('says that an action was executed where somebody executes it', () => {
    const fixture = cloudWatchFixture();
    const policy =
      'arn:aws:autoscaling:eu-central-1:000000000000:scalingPolicy:1:resource/ecs/service/a/b:policyName/p';
    fixture.state.alarms.addExecutor({ executes: (action) => action.includes(':scalingPolicy:') });
    fixture.run(putMetricAlarm, anAlarm({ AlarmActions: [policy] }));
    fixture.run(setAlarmState, { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a drill' });
    const items = fixture.run(describeAlarmHistory, { HistoryItemType: 'Action' }).AlarmHistoryItems ?? [];
    expect(items.map(({ HistorySummary }) => HistorySummary)).toEqual([`Successfully executed action ${policy}`]);
  });
});

describe('DescribeAlarmsForMetric (CW-API/API_DescribeAlarmsForMetric)', () => {
  test('finds the alarms on a metric, by statistic, period and unit', () => {
    const fixture = cloudWatchFixture();
    fixture.run(putMetricAlarm, anAlarm());
    fixture.run(putMetricAlarm, anAlarm({ AlarmName: 'slow', Statistic: 'Average', Period: 300 }));
    fixture.run(putMetricAlarm, anAlarm({ AlarmName: 'other', Dimensions: [{ Name: 'd', Value: 'v' }] }));
    const names = (input: object) =>
      fixture
        .run(describeAlarmsForMetric, { Namespace: 'app', MetricName: 'Errors', ...input })
        .MetricAlarms?.map(({ AlarmName }) => AlarmName);
    expect(names({})).toEqual(['errors', 'slow']);
    expect(names({ Period: 300 })).toEqual(['slow']);
    expect(names({ Statistic: 'Sum' })).toEqual(['errors']);
    expect(names({ Dimensions: [{ Name: 'd', Value: 'v' }] })).toEqual(['other']);
  });
});

describe('composite alarms (CW-API/API_PutCompositeAlarm)', () => {
  function family() {
    const fixture = cloudWatchFixture();
    for (const AlarmName of ['a', 'b']) fixture.run(putMetricAlarm, anAlarm({ AlarmName, TreatMissingData: 'ignore' }));
    const set = (AlarmName: string, StateValue: 'OK' | 'ALARM') =>
      fixture.run(setAlarmState, { AlarmName, StateValue, StateReason: 'a drill' });
    const composite = () =>
      fixture.run(describeAlarms, { AlarmNames: ['both'], AlarmTypes: ['CompositeAlarm'] }).CompositeAlarms?.[0];
    return { ...fixture, set, composite };
  }

  test('have the state of their rule, at once', () => {
    const { run, set, composite } = family();
    run(putCompositeAlarm, { AlarmName: 'both', AlarmRule: 'ALARM("a") AND NOT OK(b)' });
    expect(composite()).toMatchObject({
      StateValue: 'OK',
      StateReason:
        'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:both was created and its alarm rule evaluates to OK',
    });
    set('a', 'ALARM');
    expect(composite()).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:a transitioned to ALARM at Thursday 01 January, 2026 00:00:00 UTC',
    });
    set('b', 'OK');
    expect(composite()?.StateValue).toBe('OK');
    expect(run(describeAlarms, {}).CompositeAlarms).toEqual([]);
    expect(run(describeAlarms, { ChildrenOfAlarmName: 'both' }).MetricAlarms?.length).toBe(2);
    expect(run(describeAlarms, { ParentsOfAlarmName: 'a' }).CompositeAlarms?.length).toBe(1);
  });

  test('that depend on themselves are evaluated no more, and go one by one', () => {
    const { run, set, refusal, composite } = family();
    run(putCompositeAlarm, { AlarmName: 'both', AlarmRule: 'ALARM(a)' });
    run(putCompositeAlarm, { AlarmName: 'other', AlarmRule: 'NOT ALARM(both)' });
    run(putCompositeAlarm, { AlarmName: 'both', AlarmRule: 'ALARM(a) OR ALARM(other)' });
    set('a', 'ALARM');
    expect(composite()?.StateValue).toBe('OK');
    expect(refusal(deleteAlarms, { AlarmNames: ['other'] })).toContain('Cannot delete other');
    expect(refusal(deleteAlarms, { AlarmNames: ['other', 'both'] })).toContain('Only one composite alarm');
    run(putCompositeAlarm, { AlarmName: 'both', AlarmRule: 'FALSE' });
    expect(refusal(deleteAlarms, { AlarmNames: ['other'] })).toBe('accepted');
  });

  test('keep what they depend on from being deleted', () => {
    const { run, refusal } = family();
    run(putCompositeAlarm, { AlarmName: 'both', AlarmRule: 'ALARM(a) OR ALARM(b)' });
    expect(refusal(deleteAlarms, { AlarmNames: ['a'] })).toBe(
      'ValidationException: Cannot delete a as there are composite alarm(s) depending on it.',
    );
    expect(refusal(deleteAlarms, { AlarmNames: ['a', 'both'] })).toBe('accepted');
  });

  test.each([
    ['ALARM(a) AND', 'AlarmRule must not contain syntax errors: unexpected end of rule.'],
    ['FIRING(a)', "AlarmRule must not contain syntax errors: unexpected 'FIRING' at column 1."],
    ['ALARM(none)', 'Could not save the composite alarm as alarms [none] in the alarm rule do not exist.'],
    ['ALARM(both)', 'Could not save the composite alarm as alarms [both] in the alarm rule do not exist.'],
  ])('are refused with the rule %s', (AlarmRule, message) => {
    expect(family().refusal(putCompositeAlarm, { AlarmName: 'both', AlarmRule })).toBe(
      `ValidationException: ${message}`,
    );
  });
});

import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { instant } from '../../timing.ts';
import { storeMetricAlarm } from '../cloudwatch/index.ts';
import { completed, theService, until } from '../ecs/ecs-fixture.ts';
import { activities, desiredAfter, type ScalingFixture, scalingFixture, target } from './scaling-fixture.ts';

const cpu = { PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' } } as const;
const memory = {
  PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
} as const;
const tracking = (change: object = {}) => ({
  ...target,
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling' as const,
  TargetTrackingScalingPolicyConfiguration: { TargetValue: 60, ...cpu, ...change },
});
const stepping = (change: object = {}) => ({
  ...target,
  PolicyName: 'steps',
  PolicyType: 'StepScaling' as const,
  StepScalingPolicyConfiguration: {
    AdjustmentType: 'ChangeInCapacity' as const,
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
    ...change,
  },
});

function registered(options: Parameters<typeof scalingFixture>[0] = {}): ScalingFixture {
  const fixture = scalingFixture(options);
  if (!options.app) fixture.scale('RegisterScalableTarget', { ...target, MinCapacity: 1, MaxCapacity: 8 });
  return fixture;
}

const watchOf = (fixture: ScalingFixture) => fixture.cloudwatch.alarms;
const configurations = (fixture: ScalingFixture) =>
  watchOf(fixture)
    .all()
    .map(({ configuration }) => configuration);

/** The alarm's next state, as an evaluation of these data points would set it. */
function fire(fixture: ScalingFixture, name: string, points: readonly number[], state: 'ALARM' | 'OK' = 'ALARM'): void {
  const threshold = configurations(fixture).find(({ AlarmName }) => AlarmName === name);
  watchOf(fixture).setState(
    name,
    state,
    'because',
    JSON.stringify({
      recentDatapoints: points,
      threshold: threshold && 'Threshold' in threshold ? threshold.Threshold : 0,
    }),
  );
}

/** Names of the policy's alarms. */
function alarmsOf(fixture: ScalingFixture, PolicyName: string) {
  const { ScalingPolicies } = fixture.scale('DescribeScalingPolicies', { ...target, PolicyNames: [PolicyName] });
  const names = (ScalingPolicies?.[0]?.Alarms ?? []).map(({ AlarmName = '' }) => AlarmName);
  return { high: names[0] ?? '', low: names[1] ?? '' };
}

describe('PutScalingPolicy (AAS-API/API_PutScalingPolicy)', () => {
  test('of target tracking makes its own two alarms, as AWS names and describes them', () => {
    const fixture = registered();
    const { PolicyARN, Alarms } = fixture.scale('PutScalingPolicy', tracking());
    expect(PolicyARN).toMatch(
      /^arn:aws:autoscaling:eu-central-1:000000000000:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/main\/api:policyName\/cpu$/,
    );
    expect(Alarms?.map(({ AlarmName }) => AlarmName)).toEqual([
      expect.stringMatching(/^TargetTracking-service\/main\/api-AlarmHigh-[0-9a-f-]{36}$/),
      expect.stringMatching(/^TargetTracking-service\/main\/api-AlarmLow-[0-9a-f-]{36}$/),
    ]);
    const action = expect.stringMatching(/:policyName\/cpu:createdBy\/[0-9a-f-]{36}$/);
    const metric = {
      AlarmDescription: expect.stringMatching(/^DO NOT EDIT OR DELETE\. For TargetTrackingScaling policy arn:.*\.$/),
      AlarmActions: [action],
      Namespace: 'AWS/ECS',
      MetricName: 'CPUUtilization',
      Statistic: 'Average',
      Period: 60,
      Dimensions: [
        { Name: 'ClusterName', Value: 'main' },
        { Name: 'ServiceName', Value: 'api' },
      ],
    };
    expect(configurations(fixture)).toMatchObject([
      { ...metric, ComparisonOperator: 'GreaterThanThreshold', Threshold: 60, EvaluationPeriods: 3 },
      { ...metric, ComparisonOperator: 'LessThanThreshold', Threshold: 54, EvaluationPeriods: 15 },
    ]);
  });

  test('gives back the configuration as it was sent, with DisableScaleIn false too', () => {
    const fixture = registered();
    const sent = tracking({ DisableScaleIn: false, ScaleInCooldown: 120, ScaleOutCooldown: 30 });
    const { PolicyARN, Alarms } = fixture.scale('PutScalingPolicy', sent);
    expect(fixture.scale('DescribeScalingPolicies', { ServiceNamespace: 'ecs' }).ScalingPolicies).toEqual([
      { ...sent, PolicyARN, Alarms, CreationTime: expect.any(Date) },
    ]);
  });

  test('has no low alarm where scaling in is disabled', () => {
    const fixture = registered();
    const { Alarms } = fixture.scale('PutScalingPolicy', tracking({ DisableScaleIn: true }));
    expect(Alarms).toHaveLength(1);
    expect(configurations(fixture)).toHaveLength(1);
  });

  test('under instant its alarms look at 3 and 15 seconds, and requests per minute are counted in seconds', () => {
    const fixture = registered({ timing: instant });
    fixture.scale('PutScalingPolicy', tracking());
    expect(configurations(fixture)).toMatchObject([
      { Period: 1, EvaluationPeriods: 3, Threshold: 60 },
      { Period: 1, EvaluationPeriods: 15, Threshold: 54 },
    ]);
    fixture.scale('PutScalingPolicy', tracking({ PredefinedMetricSpecification: requests(fixture), TargetValue: 600 }));
    expect(configurations(fixture)).toMatchObject([
      {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCountPerTarget',
        Statistic: 'Sum',
        Period: 1,
        Threshold: 10,
      },
      { Period: 1, Threshold: 9 },
    ]);
  });

  test('takes a customized metric, also as metric math, at its own minutes', () => {
    const fixture = registered({ timing: instant });
    const Dimensions = [{ Name: 'queue', Value: 'q' }];
    fixture.scale(
      'PutScalingPolicy',
      tracking({
        PredefinedMetricSpecification: undefined,
        CustomizedMetricSpecification: { Namespace: 'shop', MetricName: 'backlog', Statistic: 'Average', Dimensions },
      }),
    );
    expect(configurations(fixture)).toMatchObject([
      { Namespace: 'shop', MetricName: 'backlog', Dimensions, Period: 60 },
      { Period: 60 },
    ]);
    const stat = (MetricName: string) => ({ Metric: { Namespace: 'shop', MetricName, Dimensions }, Stat: 'Sum' });
    const Metrics = [
      { Id: 'a', MetricStat: stat('backlog'), ReturnData: false },
      { Id: 'b', MetricStat: stat('tasks'), ReturnData: false },
      { Id: 'e', Expression: 'a / b', Label: 'backlog per task' },
    ];
    fixture.scale(
      'PutScalingPolicy',
      tracking({ PredefinedMetricSpecification: undefined, CustomizedMetricSpecification: { Metrics } }),
    );
    const [high] = configurations(fixture);
    expect(high && 'Metrics' in high && high.Metrics).toEqual([
      { Id: 'a', MetricStat: { ...stat('backlog'), Period: 60 }, ReturnData: false },
      { Id: 'b', MetricStat: { ...stat('tasks'), Period: 60 }, ReturnData: false },
      { Id: 'e', Expression: 'a / b', Label: 'backlog per task', ReturnData: true, Period: 60 },
    ]);
  });

  test('passes on what CloudWatch refuses', () => {
    const fixture = registered();
    const custom = { Namespace: 'shop', MetricName: 'backlog', Statistic: 'Median' };
    expect(
      fixture.refusal(
        'PutScalingPolicy',
        tracking({ PredefinedMetricSpecification: undefined, CustomizedMetricSpecification: custom }),
      ),
    ).toMatch(/^FailedResourceAccessException: .*Median/);
    expect(fixture.scale('DescribeScalingPolicies', target).ScalingPolicies).toEqual([]);
  });

  test('of an existing name changes the policy: ARN and creation stay, the alarms are new', () => {
    const fixture = registered();
    const before = fixture.scale('PutScalingPolicy', tracking());
    fixture.clock.advance(seconds(60));
    const after = fixture.scale('PutScalingPolicy', tracking({ TargetValue: 30 }));
    expect(after.PolicyARN).toBe(before.PolicyARN);
    expect(after.Alarms).not.toEqual(before.Alarms);
    expect(configurations(fixture)).toMatchObject([{ Threshold: 30 }, { Threshold: 27 }]);
  });

  test('and its state survive a restart', () => {
    const store = memoryStore();
    const before = registered({ store });
    before.scale('PutScalingPolicy', tracking({ ScaleOutCooldown: 600 }));
    before.scale('PutScalingPolicy', stepping());
    const after = registered({ store, app: before.app });
    expect(after.scale('DescribeScalingPolicies', target)).toEqual(before.scale('DescribeScalingPolicies', target));
    until(after, () => theService(after).runningCount === 2);
    fire(after, alarmsOf(after, 'cpu').high, [120, 120, 120]);
    expect(desiredAfter(after)).toBe(4);
  });

  test.each([
    [
      'a target that is not registered',
      { ...tracking(), ResourceId: 'service/main/other' },
      'ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/main/other, scalable dimension: ecs:service:DesiredCount',
    ],
    ['no type', { ...tracking(), PolicyType: undefined }, 'ValidationException: PolicyType must be specified'],
    [
      'no configuration',
      { ...tracking(), TargetTrackingScalingPolicyConfiguration: undefined },
      'ValidationException: TargetTrackingScalingPolicyConfiguration must be specified',
    ],
    [
      'the configuration of another type',
      { ...tracking(), StepScalingPolicyConfiguration: {} },
      'ValidationException: StepScalingPolicyConfiguration can not be specified for policy type TargetTrackingScaling',
    ],
    [
      'no metric',
      tracking({ PredefinedMetricSpecification: undefined }),
      'ValidationException: One of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified',
    ],
    [
      'two metrics',
      tracking({ CustomizedMetricSpecification: {} }),
      'ValidationException: Only one of PredefinedMetricSpecification and CustomizedMetricSpecification can be specified',
    ],
    ['a target of 0', tracking({ TargetValue: 0 }), 'ValidationException: TargetValue must be greater than 0'],
    [
      'a negative cooldown',
      tracking({ ScaleInCooldown: -1 }),
      'ValidationException: Cooldown must be greater than or equal to 0',
    ],
    [
      'a metric of another service',
      tracking({ PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' } }),
      'ValidationException: Predefined metric type DynamoDBReadCapacityUtilization is not supported for scalable dimension ecs:service:DesiredCount',
    ],
    [
      'requests without a label',
      tracking({ PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' } }),
      'ValidationException: Resource label should be specified for predefined metric type ALBRequestCountPerTarget',
    ],
    [
      'a wrong label',
      tracking({
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel: 'x' },
      }),
      "ValidationException: Invalid resource label 'x' for predefined metric type ALBRequestCountPerTarget",
    ],
    [
      'a target group of others',
      tracking({
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: 'app/a/1/targetgroup/t/2',
        },
      }),
      'ValidationException: Target group targetgroup/t/2 is not attached to resource service/main/api',
    ],
    [
      'no steps',
      stepping({ StepAdjustments: [] }),
      'ValidationException: At least one step adjustment must be specified',
    ],
    [
      'no adjustment type',
      stepping({ AdjustmentType: undefined }),
      'ValidationException: AdjustmentType must be specified',
    ],
    [
      'a step without bounds',
      stepping({ StepAdjustments: [{ ScalingAdjustment: 1 }] }),
      'ValidationException: At least one of MetricIntervalLowerBound and MetricIntervalUpperBound must be specified',
    ],
    [
      'a gap',
      stepping({
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 1, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 2, ScalingAdjustment: 1 },
        ],
      }),
      'ValidationException: StepAdjustment intervals can not have gaps between them',
    ],
    [
      'an overlap',
      stepping({
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 3, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 2, ScalingAdjustment: 1 },
        ],
      }),
      'ValidationException: StepAdjustment intervals can not overlap',
    ],
    [
      'steps without an end',
      stepping({
        StepAdjustments: [{ MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 1, ScalingAdjustment: 1 }],
      }),
      'ValidationException: There must be a step adjustment with a null upper bound when one has a positive upper bound',
    ],
    [
      'a negative exact capacity',
      stepping({
        AdjustmentType: 'ExactCapacity',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: -1 }],
      }),
      'ValidationException: ScalingAdjustment must be a non-negative value for adjustment type ExactCapacity',
    ],
    [
      'a least change of no percentage',
      stepping({ MinAdjustmentMagnitude: 1 }),
      'ValidationException: MinAdjustmentMagnitude can only be specified for adjustment type PercentChangeInCapacity',
    ],
    [
      '21 steps',
      stepping({
        StepAdjustments: Array.from({ length: 21 }, (_, n) => ({ MetricIntervalLowerBound: n, ScalingAdjustment: 1 })),
      }),
      "LimitExceededException: A step scaling policy can't have more than 20 step adjustments",
    ],
  ])('refuses %s', (_, input, words) => {
    const fixture = registered();
    expect(fixture.refusal('PutScalingPolicy', input as ReturnType<typeof tracking>)).toBe(words);
    expect(configurations(fixture)).toEqual([]);
  });

  test('refuses another type for a name, a second policy of the same metric, and more than 50', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', tracking());
    expect(fixture.refusal('PutScalingPolicy', { ...stepping(), PolicyName: 'cpu' })).toMatch(
      /^ValidationException: The policy type/,
    );
    expect(fixture.refusal('PutScalingPolicy', { ...tracking(), PolicyName: 'twin' })).toBe(
      'ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed.',
    );
    for (let n = 1; n < 50; n++) fixture.scale('PutScalingPolicy', { ...stepping(), PolicyName: `steps-${n}` });
    expect(fixture.refusal('PutScalingPolicy', stepping())).toMatch(/^LimitExceededException: /);
  });
});

function requests(fixture: ScalingFixture) {
  const group = fixture.app.blue.split(':').pop() ?? '';
  return {
    PredefinedMetricType: 'ALBRequestCountPerTarget',
    ResourceLabel: `app/main/50dc6c495c0c9188/${group}`,
  } as const;
}

describe('DescribeScalingPolicies (AAS-API/API_DescribeScalingPolicies)', () => {
  test('gives ten at a time', () => {
    const fixture = registered();
    for (let n = 10; n < 22; n++) fixture.scale('PutScalingPolicy', { ...stepping(), PolicyName: `p${n}` });
    const first = fixture.scale('DescribeScalingPolicies', { ...target, MaxResults: 50 });
    const second = fixture.scale('DescribeScalingPolicies', { ...target, NextToken: first.NextToken });
    expect([first, second].map(({ ScalingPolicies }) => ScalingPolicies?.length)).toEqual([10, 2]);
    expect(
      fixture.refusal('DescribeScalingPolicies', { ...target, PolicyNames: ['p10'], NextToken: first.NextToken }),
    ).toMatch(/^InvalidNextTokenException: /);
  });

  test('tells the alarms that call a step policy', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', stepping());
    userAlarm(fixture);
    expect(alarmsOf(fixture, 'steps')).toMatchObject({ high: 'busy' });
  });
});

describe('DeleteScalingPolicy (AAS-API/API_DeleteScalingPolicy)', () => {
  test('takes the alarms of target tracking along; a step policy’s alarm stays without its action', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', tracking());
    fixture.scale('PutScalingPolicy', stepping());
    userAlarm(fixture);
    fixture.scale('DeleteScalingPolicy', { ...target, PolicyName: 'cpu' });
    fixture.scale('DeleteScalingPolicy', { ...target, PolicyName: 'steps' });
    expect(configurations(fixture)).toMatchObject([{ AlarmName: 'busy', AlarmActions: [] }]);
    expect(fixture.refusal('DeleteScalingPolicy', { ...target, PolicyName: 'cpu' })).toBe(
      'ObjectNotFoundException: No scaling policy found for service namespace: ecs, resource ID: service/main/api, scalable dimension: ecs:service:DesiredCount, policy name: cpu',
    );
  });

  test('is part of DeregisterScalableTarget', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', tracking());
    fixture.scale('DeregisterScalableTarget', target);
    expect(configurations(fixture)).toEqual([]);
    fixture.scale('RegisterScalableTarget', { ...target, MinCapacity: 1, MaxCapacity: 2 });
    expect(fixture.scale('DescribeScalingPolicies', target).ScalingPolicies).toEqual([]);
  });
});

/** `busy` calls the policy `steps` above 50. */
function userAlarm(fixture: ScalingFixture): void {
  const { ScalingPolicies } = fixture.scale('DescribeScalingPolicies', { ...target, PolicyNames: ['steps'] });
  const input: PutMetricAlarmInput = {
    AlarmName: 'busy',
    AlarmActions: [ScalingPolicies?.[0]?.PolicyARN ?? ''],
    Namespace: 'shop',
    MetricName: 'load',
    Statistic: 'Average',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 50,
    ComparisonOperator: 'GreaterThanThreshold',
  };
  storeMetricAlarm(fixture.cloudwatch, input);
}

describe('an alarm that calls a policy', () => {
  test('scales out in proportion, a moment later, and the activities tell the cause', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', tracking());
    const { high } = alarmsOf(fixture, 'cpu');
    fire(fixture, high, [110, 120, 130]);
    expect(theService(fixture).desiredCount).toBe(2);
    expect(desiredAfter(fixture)).toBe(4);
    expect(activities(fixture)).toMatchObject([
      {
        Description: 'Setting desired count to 4.',
        Cause: `monitor alarm ${high} in state ALARM triggered policy cpu`,
      },
    ]);
    expect(watchOf(fixture).history).toBeDefined();
  });

  test('inside the cooldown adds only what goes beyond, and nothing for the same need', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', tracking({ ScaleOutCooldown: 600 }));
    const { high } = alarmsOf(fixture, 'cpu');
    const again = (point: number) => {
      fire(fixture, high, [60], 'OK');
      fire(fixture, high, [point]);
      return desiredAfter(fixture, seconds(100));
    };
    expect(again(120)).toBe(4);
    expect(again(120)).toBe(4);
    expect(again(180)).toBe(6);
    // After it the same metric counts for the six tasks that run now.
    fixture.clock.advance(seconds(600));
    expect(again(75)).toBe(8);
  });

  test('scales in by its low alarm once the service has completed its deployment, and again after the cooldown only', () => {
    const fixture = registered();
    fixture.call('UpdateService', { cluster: 'main', service: 'api', desiredCount: 6 });
    until(fixture, () => theService(fixture).runningCount === 6);
    fixture.scale('PutScalingPolicy', tracking({ ScaleInCooldown: 600 }));
    const { low } = alarmsOf(fixture, 'cpu');
    const idle = (point: number, after = 100) => {
      fire(fixture, low, [60], 'OK');
      fire(fixture, low, [point]);
      return desiredAfter(fixture, seconds(after));
    };
    fixture.call('UpdateService', { cluster: 'main', service: 'api', forceNewDeployment: true });
    expect(idle(20, 3)).toBe(6);
    expect(activities(fixture, true)).toMatchObject([
      { StatusCode: 'Failed', NotScaledReasons: [{ Code: 'TargetServicePutResourceAsUnscalable' }] },
    ]);
    expect(activities(fixture)).toEqual([]);
    until(fixture, () => completed(fixture));
    expect(idle(40, 300)).toBe(4);
    expect(idle(20, 200)).toBe(4);
    fixture.clock.advance(seconds(100));
    expect(idle(20)).toBe(2);
  });

  test('tells once that the limit is reached, if it is asked', () => {
    const fixture = registered();
    fixture.scale('RegisterScalableTarget', { ...target, MaxCapacity: 2 });
    fixture.scale('PutScalingPolicy', tracking());
    for (let n = 0; n < 2; n++) {
      fire(fixture, alarmsOf(fixture, 'cpu').high, [1], 'OK');
      fire(fixture, alarmsOf(fixture, 'cpu').high, [120]);
      fixture.clock.advance(seconds(5));
    }
    expect(activities(fixture, true)).toMatchObject([
      {
        Description: 'Attempting to scale due to alarm triggered',
        StatusCode: 'Failed',
        NotScaledReasons: [{ Code: 'AlreadyAtMaxCapacity', MaxCapacity: 2 }],
      },
    ]);
  });

  test('does nothing while its direction is suspended, and acts after that as long as it lasts', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', tracking());
    const suspend = (on: boolean) =>
      fixture.scale('RegisterScalableTarget', { ...target, SuspendedState: { DynamicScalingOutSuspended: on } });
    suspend(true);
    fire(fixture, alarmsOf(fixture, 'cpu').high, [120]);
    expect(desiredAfter(fixture, seconds(5))).toBe(2);
    suspend(false);
    fire(fixture, alarmsOf(fixture, 'cpu').high, [1], 'OK');
    fire(fixture, alarmsOf(fixture, 'cpu').high, [120]);
    expect(desiredAfter(fixture)).toBe(4);
  });

  test('of several policies: the largest need wins outwards, inwards all must agree', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', tracking({ ScaleInCooldown: 0 }));
    fixture.scale('PutScalingPolicy', { ...tracking(memory), PolicyName: 'memory' });
    const [cpuAlarms, memoryAlarms] = [alarmsOf(fixture, 'cpu'), alarmsOf(fixture, 'memory')];
    fire(fixture, cpuAlarms.high, [90]);
    fire(fixture, memoryAlarms.high, [180]);
    expect(desiredAfter(fixture, seconds(300))).toBe(6);
    fire(fixture, cpuAlarms.low, [10]);
    expect(desiredAfter(fixture, seconds(10))).toBe(6);
    fire(fixture, memoryAlarms.low, [30]);
    fire(fixture, cpuAlarms.low, [10], 'OK');
    fire(fixture, cpuAlarms.low, [10]);
    expect(desiredAfter(fixture, seconds(10))).toBe(3);
  });

  test('by steps: a user’s own alarm adds what its step says, within the limits', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', stepping({ Cooldown: 0 }));
    userAlarm(fixture);
    fire(fixture, 'busy', [80]);
    expect(desiredAfter(fixture, seconds(120))).toBe(4);
    expect(activities(fixture)).toMatchObject([
      { Cause: 'monitor alarm busy in state ALARM triggered policy steps', StatusCode: 'Successful' },
    ]);
  });

  test('without data points, set by hand, scales nothing', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', tracking());
    watchOf(fixture).setState(alarmsOf(fixture, 'cpu').high, 'ALARM', 'drill', null);
    expect(desiredAfter(fixture, seconds(30))).toBe(2);
  });

  test('of a service that is gone takes the target and its alarms away', () => {
    const fixture = registered();
    fixture.scale('PutScalingPolicy', tracking());
    const { high } = alarmsOf(fixture, 'cpu');
    fixture.call('DeleteService', { cluster: 'main', service: 'api', force: true });
    fire(fixture, high, [120]);
    fixture.clock.advance(seconds(5));
    expect(fixture.scale('DescribeScalableTargets', { ServiceNamespace: 'ecs' }).ScalableTargets).toEqual([]);
    expect(configurations(fixture)).toEqual([]);
  });
});

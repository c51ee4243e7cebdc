import { describe, expect, test } from 'vitest';
import { type Json, ms, seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { theService } from '../ecs/ecs-fixture.ts';
import { activities, desiredAfter, scalingFixture, target, theTarget } from './scaling-fixture.ts';

const limits = { ...target, MinCapacity: 1, MaxCapacity: 4 };

describe('RegisterScalableTarget (AAS-API/API_RegisterScalableTarget)', () => {
  test('creates a target, and tells it as AWS does', () => {
    const fixture = scalingFixture();
    const { ScalableTargetARN: arn } = fixture.scale('RegisterScalableTarget', { ...limits, Tags: { team: 'shop' } });
    expect(arn).toMatch(
      /^arn:aws:application-autoscaling:eu-central-1:000000000000:scalable-target\/0ec5[0-9a-f]{32}$/,
    );
    expect(theTarget(fixture)).toMatchObject({
      ...limits,
      RoleARN:
        'arn:aws:iam::000000000000:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService',
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
      ScalableTargetARN: arn,
    });
    expect(fixture.scale('ListTagsForResource', { ResourceARN: arn })).toEqual({ Tags: { team: 'shop' } });
  });

  test('changes what is given and keeps the rest, each suspension by itself', () => {
    const fixture = scalingFixture();
    const { ScalableTargetARN: arn } = fixture.scale('RegisterScalableTarget', limits);
    fixture.scale('RegisterScalableTarget', { ...target, MaxCapacity: 9 });
    fixture.scale('RegisterScalableTarget', { ...target, SuspendedState: { DynamicScalingInSuspended: true } });
    fixture.scale('RegisterScalableTarget', { ...target, SuspendedState: { ScheduledScalingSuspended: true } });
    expect(theTarget(fixture)).toMatchObject({
      MinCapacity: 1,
      MaxCapacity: 9,
      ScalableTargetARN: arn,
      SuspendedState: {
        DynamicScalingInSuspended: true,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: true,
      },
    });
  });

  test.each([
    ['a minimum above the desired count', { MinCapacity: 3, MaxCapacity: 5 }, 3, 'minimum capacity was set to 3'],
    ['a maximum below it', { MinCapacity: 0, MaxCapacity: 1 }, 1, 'maximum capacity was set to 1'],
  ])('brings the service to %s, a moment later', (_, change, desiredCount, cause) => {
    const fixture = scalingFixture();
    fixture.scale('RegisterScalableTarget', { ...target, ...change });
    expect(theService(fixture).desiredCount).toBe(2);
    expect(desiredAfter(fixture)).toBe(desiredCount);
    expect(activities(fixture)).toMatchObject([
      {
        Description: `Setting desired count to ${desiredCount}.`,
        Cause: cause,
        StatusCode: 'InProgress',
        StatusMessage: `Successfully set desired count to ${desiredCount}. Waiting for change to be fulfilled by ecs.`,
      },
    ]);
    fixture.clock.advance(seconds(120));
    expect(activities(fixture)).toMatchObject([
      {
        StatusCode: 'Successful',
        StatusMessage: `Successfully set desired count to ${desiredCount}. Change successfully fulfilled by ecs.`,
        EndTime: expect.any(Date),
      },
    ]);
  });

  test('clamps again whenever it is called, even if only SuspendedState is given, and at no other time', () => {
    const fixture = scalingFixture();
    fixture.scale('RegisterScalableTarget', limits);
    fixture.call('UpdateService', { cluster: 'main', service: 'api', desiredCount: 0 });
    expect(desiredAfter(fixture, seconds(600))).toBe(0);
    const SuspendedState = {
      DynamicScalingInSuspended: true,
      DynamicScalingOutSuspended: true,
      ScheduledScalingSuspended: true,
    };
    fixture.scale('RegisterScalableTarget', { ...target, SuspendedState });
    expect(desiredAfter(fixture)).toBe(1);
  });

  test('judges by the limits and the desired count at the moment of clamping', () => {
    const fixture = scalingFixture();
    fixture.scale('RegisterScalableTarget', { ...limits, MinCapacity: 4 });
    fixture.clock.advance(ms(500));
    fixture.scale('RegisterScalableTarget', { ...target, MinCapacity: 0 });
    fixture.call('UpdateService', { cluster: 'main', service: 'api', desiredCount: 0 });
    expect(desiredAfter(fixture)).toBe(0);
    expect(activities(fixture)).toEqual([]);
  });

  test('clamps after a restart in between', () => {
    const store = memoryStore();
    const before = scalingFixture({ store });
    before.scale('RegisterScalableTarget', { ...limits, MinCapacity: 3, Tags: { a: '1' } });
    const after = scalingFixture({ store, app: before.app });
    expect(theTarget(after)).toEqual(theTarget(before));
    expect(desiredAfter(after)).toBe(3);
    after.clock.advance(seconds(120));
    expect(activities(after)).toMatchObject([{ StatusCode: 'Successful' }]);
  });

  test.each([
    [
      { ...limits, ServiceNamespace: 'moon' },
      /^ValidationException: 1 validation error detected: Value 'moon' at 'serviceNamespace' failed to satisfy constraint: Member must satisfy enum value set: \[.*ecs.*\]$/,
    ],
    [
      { ...limits, ScalableDimension: 'dynamodb:table:ReadCapacityUnits' },
      /^ValidationException: Unsupported service namespace, resource type or scalable dimension$/,
    ],
    [
      { ...limits, ResourceId: 'api' },
      /^ValidationException: Unsupported service namespace, resource type or scalable dimension$/,
    ],
    [
      { ...limits, ResourceId: '' },
      /^ValidationException: 1 validation error detected: Value '' at 'resourceId' failed to satisfy constraint: Member must have length greater than or equal to 1$/,
    ],
    [
      { ...limits, ResourceId: 'service/main/nobody' },
      /^ValidationException: ECS service doesn't exist: service\/main\/nobody$/,
    ],
    [{ ...target, MaxCapacity: 2 }, /^ValidationException: Minimum capacity must be specified$/],
    [{ ...target, MinCapacity: 2 }, /^ValidationException: Maximum capacity must be specified$/],
    [{ ...limits, MinCapacity: -1 }, /^ValidationException: Minimum capacity cannot be less than 0$/],
    [{ ...limits, MinCapacity: 5 }, /^ValidationException: Maximum capacity cannot be less than minimum capacity$/],
    [{ ...limits, RoleARN: 'me' }, /^ValidationException: 'me' is not a valid ARN$/],
    [{ ...limits, Tags: { 'aws:x': '1' } }, /^ValidationException: Caller is an end user/],
  ] as const)('refuses %j', (input, words) => {
    const fixture = scalingFixture();
    expect(fixture.refusal('RegisterScalableTarget', input as typeof limits)).toMatch(words);
    expect(theTarget(fixture)).toBeUndefined();
  });

  test('refuses more than 3000 targets', () => {
    const fixture = scalingFixture();
    fixture.scale('RegisterScalableTarget', limits);
    const stored = fixture.world.store.collection<Json>('application-autoscaling/targets');
    const one = stored.get(target.ResourceId) ?? null;
    stored.delete(target.ResourceId);
    for (let n = 0; n < 3_000; n++) stored.put(`service/main/other-${n}`, one);
    expect(fixture.refusal('RegisterScalableTarget', limits)).toMatch(/^LimitExceededException: /);
  });

  test('refuses tags for a target that exists', () => {
    const fixture = scalingFixture();
    fixture.scale('RegisterScalableTarget', limits);
    expect(fixture.refusal('RegisterScalableTarget', { ...limits, Tags: { a: 'b' } })).toBe(
      'ValidationException: The scalable target that you tried to tag already exists. To update tags on an existing scalable target, use the TagResource API.',
    );
  });
});

describe('the tags of a target (AAS-API/API_TagResource)', () => {
  test('are added, replaced and removed', () => {
    const fixture = scalingFixture();
    const { ScalableTargetARN: ResourceARN } = fixture.scale('RegisterScalableTarget', limits);
    fixture.scale('TagResource', { ResourceARN, Tags: { a: '1', b: '2' } });
    fixture.scale('TagResource', { ResourceARN, Tags: { a: '3' } });
    fixture.scale('UntagResource', { ResourceARN, TagKeys: ['b', 'never'] });
    expect(fixture.scale('ListTagsForResource', { ResourceARN })).toEqual({ Tags: { a: '3' } });
  });

  test('are at most 50, and belong to a target that exists', () => {
    const fixture = scalingFixture();
    const { ScalableTargetARN: ResourceARN } = fixture.scale('RegisterScalableTarget', limits);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, '']));
    fixture.scale('TagResource', { ResourceARN, Tags: many });
    expect(fixture.refusal('TagResource', { ResourceARN, Tags: { another: '' } })).toMatch(/^TooManyTagsException: /);
    const nobody = { ResourceARN: 'arn:aws:nothing' };
    for (const refusal of [
      fixture.refusal('TagResource', { ...nobody, Tags: { a: '' } }),
      fixture.refusal('UntagResource', { ...nobody, TagKeys: ['a'] }),
      fixture.refusal('ListTagsForResource', nobody),
    ])
      expect(refusal).toMatch(/^ResourceNotFoundException: /);
  });
});

describe('DescribeScalableTargets (AAS-API/API_DescribeScalableTargets)', () => {
  function three() {
    const fixture = scalingFixture();
    for (const name of ['b', 'c', 'a']) {
      fixture.call('CreateService', {
        cluster: 'main',
        serviceName: name,
        taskDefinition: 'api',
        desiredCount: 0,
        networkConfiguration: { awsvpcConfiguration: { subnets: ['s'] } },
      });
      fixture.scale('RegisterScalableTarget', {
        ...target,
        ResourceId: `service/main/${name}`,
        MinCapacity: 0,
        MaxCapacity: 1,
      });
    }
    const list = (input: object) => {
      const { ScalableTargets = [], NextToken } = fixture.scale('DescribeScalableTargets', {
        ServiceNamespace: 'ecs',
        ...input,
      });
      return { names: ScalableTargets.map(({ ResourceId = '' }) => ResourceId.slice(-1)).join(''), NextToken };
    };
    return { fixture, list };
  }

  test('tells all, or those that are named; one that is not there is left out', () => {
    const { list } = three();
    expect(list({}).names).toBe('abc');
    expect(list({ ResourceIds: ['service/main/c', 'service/main/gone', 'service/main/a'] }).names).toBe('ac');
  });

  test('comes in pages, whose token is good for the same question alone', () => {
    const { fixture, list } = three();
    const first = list({ MaxResults: 2 });
    expect(first.names).toBe('ab');
    expect(list({ NextToken: first.NextToken })).toEqual({ names: 'c', NextToken: undefined });
    // More than 50 are never given, and asking for more is no error.
    expect(list({ MaxResults: 500 })).toEqual({ names: 'abc', NextToken: undefined });
    for (const input of [{ NextToken: 'nonsense' }, { NextToken: first.NextToken, ResourceIds: ['service/main/a'] }])
      expect(fixture.refusal('DescribeScalableTargets', { ServiceNamespace: 'ecs', ...input })).toBe(
        'InvalidNextTokenException: The NextToken value is not valid.',
      );
  });

  test('refuses a dimension without a resource', () => {
    const { fixture } = three();
    const { ServiceNamespace, ScalableDimension } = target;
    expect(fixture.refusal('DescribeScalableTargets', { ServiceNamespace, ScalableDimension })).toMatch(
      /^ValidationException: ResourceIds must be specified/,
    );
  });
});

describe('DeregisterScalableTarget (AAS-API/API_DeregisterScalableTarget)', () => {
  test('forgets the target and leaves the service as it is', () => {
    const fixture = scalingFixture();
    fixture.scale('RegisterScalableTarget', { ...limits, MinCapacity: 3 });
    fixture.scale('DeregisterScalableTarget', target);
    expect(theTarget(fixture)).toBeUndefined();
    expect(desiredAfter(fixture)).toBe(2);
    expect(fixture.refusal('DeregisterScalableTarget', target)).toBe(
      'ObjectNotFoundException: No scalable target found for service namespace: ecs, resource ID: service/main/api, scalable dimension: ecs:service:DesiredCount',
    );
  });
});

describe('DescribeScalingActivities (AAS-API/API_DescribeScalingActivities)', () => {
  test('tells the newest first, and a change as Overridden once a newer one has come', () => {
    const fixture = scalingFixture();
    for (const MinCapacity of [3, 4]) {
      fixture.scale('RegisterScalableTarget', { ...limits, MinCapacity });
      fixture.clock.advance(seconds(2));
    }
    fixture.clock.advance(seconds(120));
    expect(activities(fixture).map(({ Description, StatusCode }) => [Description, StatusCode])).toEqual([
      ['Setting desired count to 4.', 'Successful'],
      ['Setting desired count to 3.', 'Overridden'],
    ]);
  });

  test('comes in pages, survives the target, and ends after six weeks', () => {
    const fixture = scalingFixture();
    for (const MinCapacity of [3, 4]) {
      fixture.scale('RegisterScalableTarget', { ...limits, MinCapacity });
      fixture.clock.advance(seconds(60));
    }
    fixture.scale('DeregisterScalableTarget', target);
    const first = fixture.scale('DescribeScalingActivities', { ServiceNamespace: 'ecs', MaxResults: 1 });
    const second = fixture.scale('DescribeScalingActivities', { ServiceNamespace: 'ecs', NextToken: first.NextToken });
    expect([first, second].map(({ ScalingActivities }) => ScalingActivities?.map((one) => one.Description))).toEqual([
      ['Setting desired count to 4.'],
      ['Setting desired count to 3.'],
    ]);
    expect(second.NextToken).toBeUndefined();
    fixture.call('UpdateService', { cluster: 'main', service: 'api', desiredCount: 0 });
    fixture.clock.advance(ms(6 * 7 * 86_400_000));
    expect(activities(fixture)).toEqual([]);
  });
});

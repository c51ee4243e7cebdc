import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { nextProvider } from './capacity-providers.ts';
import {
  aService,
  aTaskDefinition,
  completed,
  ecsFixture,
  network,
  refusal,
  tasksOf,
  theService,
  until,
} from './ecs-fixture.ts';

const strategy = [
  { capacityProvider: 'FARGATE', base: 1, weight: 1 },
  { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 3 },
];

describe('a capacity provider strategy (ECS-API/API_CapacityProviderStrategyItem)', () => {
  test('fills the base first and shares the rest by weight', () => {
    const placed = new Map<string, number>();
    for (let n = 0; n < 9; n++) {
      const next = nextProvider(strategy, (name) => placed.get(name) ?? 0) ?? '';
      placed.set(next, (placed.get(next) ?? 0) + 1);
    }
    expect(Object.fromEntries(placed)).toEqual({ FARGATE: 3, FARGATE_SPOT: 6 });
  });

  test('of one provider needs no weight; one of weight 0 among others gets nothing beyond its base', () => {
    expect(nextProvider([{ capacityProvider: 'FARGATE' }], () => 7)).toBe('FARGATE');
    const idle = [
      { capacityProvider: 'FARGATE', base: 1, weight: 0 },
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ];
    expect(nextProvider(idle, (name) => (name === 'FARGATE' ? 1 : 100))).toBe('FARGATE_SPOT');
  });

  test('spreads the tasks of a service and is described with base and weight, without a launch type', () => {
    const fixture = ecsFixture();
    fixture.call('CreateCluster', { clusterName: 'main', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
    aService(fixture, { launchType: undefined, capacityProviderStrategy: strategy, desiredCount: 5 });
    until(fixture, () => completed(fixture));
    const providers = tasksOf(fixture).map((task) => task.capacityProviderName);
    expect(providers.sort()).toEqual(['FARGATE', 'FARGATE', 'FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE_SPOT']);
    expect(theService(fixture)).toMatchObject({ capacityProviderStrategy: strategy });
    expect(theService(fixture)).not.toHaveProperty('launchType');
  });

  test('of the cluster holds where a request names neither a launch type nor a strategy', () => {
    const fixture = ecsFixture();
    const { call } = fixture;
    call('CreateCluster', { clusterName: 'main' });
    call('PutClusterCapacityProviders', {
      cluster: 'main',
      capacityProviders: ['FARGATE_SPOT', 'FARGATE'],
      defaultCapacityProviderStrategy: [{ base: 1, capacityProvider: 'FARGATE', weight: 1 }],
    });
    const run = { cluster: 'main', taskDefinition: aTaskDefinition(fixture), networkConfiguration: network };
    expect(call('RunTask', run).tasks).toMatchObject([{ capacityProviderName: 'FARGATE' }]);
    aService(fixture, { launchType: undefined });
    expect(theService(fixture).capacityProviderStrategy).toEqual([{ base: 1, capacityProvider: 'FARGATE', weight: 1 }]);
    // A provider in use stays (ECS-API/API_PutClusterCapacityProviders).
    expect(
      refusal(() =>
        call('PutClusterCapacityProviders', {
          cluster: 'main',
          capacityProviders: [],
          defaultCapacityProviderStrategy: [],
        }),
      ),
    ).toBe('ResourceInUseException: The specified capacity provider is in use and cannot be removed.');
  });

  test('names providers of the cluster alone, and no launch type beside them', () => {
    const fixture = ecsFixture();
    fixture.call('CreateCluster', { clusterName: 'main' });
    const one = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    expect(refusal(() => aService(fixture, { launchType: undefined, capacityProviderStrategy: one }))).toMatch(
      /^InvalidParameterException: The specified capacity provider strategy cannot contain a capacity provider that is not/,
    );
    expect(refusal(() => aService(fixture, { capacityProviderStrategy: one }))).toBe(
      'InvalidParameterException: Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
    expect(refusal(() => fixture.call('CreateCluster', { clusterName: 'other', capacityProviders: ['mine'] }))).toBe(
      "InvalidParameterException: The specified capacity provider 'mine' was not found. Specify a valid name or ARN and try again.",
    );
    expect(fixture.call('DescribeCapacityProviders', { capacityProviders: ['FARGATE', 'mine'] })).toMatchObject({
      capacityProviders: [{ name: 'FARGATE', status: 'ACTIVE' }],
      failures: [{ reason: 'MISSING' }],
    });
  });

  test('changes by a forced deployment only', () => {
    const fixture = ecsFixture();
    fixture.call('CreateCluster', { clusterName: 'main', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
    aService(fixture);
    const update = { cluster: 'main', service: 'api', capacityProviderStrategy: strategy };
    expect(refusal(() => fixture.call('UpdateService', update))).toBe(
      'InvalidParameterException: When switching from launch type to capacity provider strategy on an existing service, ' +
        'or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
    );
    fixture.call('UpdateService', { ...update, forceNewDeployment: true });
    expect(theService(fixture).deployments).toMatchObject([
      { status: 'PRIMARY', capacityProviderStrategy: strategy },
      { status: 'ACTIVE', launchType: 'FARGATE' },
    ]);
    // The same strategy again changes nothing.
    fixture.call('UpdateService', update);
    expect(theService(fixture).deployments).toHaveLength(2);
  });
});

describe('the launch type EC2 on a cluster without instances (ECS-DG/service-event-messages-list)', () => {
  test('starts no task of a service, and says why', () => {
    const fixture = ecsFixture();
    aService(fixture, { launchType: undefined });
    fixture.clock.advance(seconds(60));
    expect(theService(fixture)).toMatchObject({ launchType: 'EC2', runningCount: 0, pendingCount: 0 });
    expect(theService(fixture).events?.map((event) => event.message)).toEqual([
      '(service api) was unable to place a task because no container instance met all of its requirements. ' +
        'Reason: No Container Instances were found in your cluster.',
    ]);
  });

  test('is refused by RunTask', () => {
    const fixture = ecsFixture();
    fixture.call('CreateCluster', { clusterName: 'main' });
    const taskDefinition = aTaskDefinition(fixture);
    expect(
      refusal(() => fixture.call('RunTask', { cluster: 'main', taskDefinition, networkConfiguration: network })),
    ).toBe('InvalidParameterException: No Container Instances were found in your cluster.');
  });
});

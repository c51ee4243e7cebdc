import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import {
  aService,
  aTaskDefinition,
  completed,
  deployments,
  ecsFixture,
  network,
  refusal,
  tasksOf,
  theService,
  until,
} from './ecs-fixture.ts';

const named = { cluster: 'main', service: 'api' };

describe('what starts a deployment (ECS-DG/update-service-parameters)', () => {
  test.each([
    ['nothing', {}],
    ['the desired count', { desiredCount: 1 }],
    ['the deployment configuration', { deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 } }],
    ['the grace period', { healthCheckGracePeriodSeconds: 40 }],
    ['placement', { placementConstraints: [], placementStrategy: [] }],
    ['zone rebalancing', { availabilityZoneRebalancing: 'DISABLED' as const }],
    ['ECS Exec', { enableExecuteCommand: true }],
    ['managed tags', { enableECSManagedTags: true, propagateTags: 'SERVICE' as const }],
    ['the same network', { networkConfiguration: network }],
    ['the same platform version', { platformVersion: 'LATEST' }],
    ['an empty strategy beside a launch type', { capacityProviderStrategy: [] }],
    ['no volumes', { volumeConfigurations: [] }],
  ])('%s does not', (_what, update) => {
    const fixture = ecsFixture();
    aService(fixture, { volumeConfigurations: [] });
    until(fixture, () => completed(fixture));
    const [before] = deployments(fixture);
    fixture.call('UpdateService', { ...named, ...update });
    expect(deployments(fixture)).toHaveLength(1);
    expect(deployments(fixture)[0]).toMatchObject({ id: before?.id, rolloutState: 'COMPLETED', launchType: 'FARGATE' });
  });

  test.each([
    ['another platform version', { platformVersion: '1.3.0' }],
    ['no load balancer', { loadBalancers: [] }],
    ['a registry', { serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:eu-central-1:0:service/srv-1' }] }],
    ['Service Connect', { serviceConnectConfiguration: { enabled: true, namespace: 'internal' } }],
    ['a volume', { volumeConfigurations: [{ name: 'data', managedEBSVolume: { roleArn: 'arn:aws:iam::0:role/v' } }] }],
    ['force', { forceNewDeployment: true }],
  ])('%s does', (_what, update) => {
    const fixture = ecsFixture();
    aService(fixture);
    until(fixture, () => completed(fixture));
    fixture.call('UpdateService', { ...named, ...update });
    expect(deployments(fixture).map((one) => one.status)).toEqual(['PRIMARY', 'ACTIVE']);
    until(fixture, () => completed(fixture));
    expect(tasksOf(fixture).every((task) => task.startedBy === deployments(fixture)[0]?.id)).toBe(true);
  });

  test('what it changes is described, and survives a restart', () => {
    const store = memoryStore();
    const fixture = ecsFixture({ store });
    aService(fixture);
    fixture.call('UpdateService', {
      ...named,
      availabilityZoneRebalancing: 'DISABLED',
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
      enableExecuteCommand: true,
      healthCheckGracePeriodSeconds: 40,
      serviceConnectConfiguration: { enabled: true, namespace: 'internal' },
      serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:eu-central-1:0:service/srv-1' }],
      platformVersion: '1.4.0',
      deploymentConfiguration: {
        maximumPercent: 150,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        alarms: { alarmNames: ['a'], enable: true, rollback: true },
      },
    });
    for (const each of [fixture, ecsFixture({ store, app: fixture.app })])
      expect(theService(each)).toMatchObject({
        availabilityZoneRebalancing: 'DISABLED',
        enableECSManagedTags: true,
        propagateTags: 'SERVICE',
        enableExecuteCommand: true,
        healthCheckGracePeriodSeconds: 40,
        platformVersion: '1.4.0',
        deploymentController: { type: 'ECS' },
        serviceRegistries: [{ registryArn: 'arn:aws:servicediscovery:eu-central-1:0:service/srv-1' }],
        deploymentConfiguration: {
          maximumPercent: 150,
          minimumHealthyPercent: 100,
          deploymentCircuitBreaker: {
            enable: true,
            rollback: true,
            resetOnHealthyTask: true,
            thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
          },
          alarms: { alarmNames: ['a'], enable: true, rollback: true },
        },
        deployments: [{ serviceConnectConfiguration: { enabled: true, namespace: 'internal' } }, {}],
      });
  });

  test('refuses in the order of AWS: cluster, service, state, then what is given', () => {
    const fixture = ecsFixture();
    const { call } = fixture;
    const bad = { desiredCount: -1 };
    expect(refusal(() => call('UpdateService', { cluster: 'none', service: 'api', ...bad }))).toBe(
      'ClusterNotFoundException: Cluster not found.',
    );
    call('CreateCluster', { clusterName: 'main' });
    expect(refusal(() => call('UpdateService', { ...named, ...bad }))).toBe(
      'ServiceNotFoundException: Service not found.',
    );
    aService(fixture, { desiredCount: 0 });
    expect(refusal(() => call('UpdateService', { ...named, ...bad }))).toMatch(/^InvalidParameterException/);
    expect(refusal(() => call('UpdateService', { ...named, taskDefinition: 'api:9' }))).toBe(
      'ClientException: TaskDefinition not found.',
    );
    expect(refusal(() => call('UpdateService', { ...named, platformVersion: '9.9.9' }))).toMatch(
      /^PlatformUnknownException/,
    );
    expect(refusal(() => call('UpdateService', { ...named, deploymentController: { type: 'CODE_DEPLOY' } }))).toMatch(
      /^UnsupportedFeatureException/,
    );
    expect(
      refusal(() => call('UpdateService', { ...named, deploymentConfiguration: { strategy: 'BLUE_GREEN' } })),
    ).toMatch(/^UnsupportedFeatureException/);
    expect(
      refusal(() =>
        call('UpdateService', {
          ...named,
          deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 },
        }),
      ),
    ).toBe(
      'InvalidParameterException: Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
    call('DeleteService', named);
    expect(refusal(() => call('UpdateService', { ...named, ...bad }))).toBe(
      'ServiceNotActiveException: Service was not ACTIVE.',
    );
  });
});

describe('task definitions that are deleted (ECS-API/API_DeleteTaskDefinitions)', () => {
  test('stay DELETE_IN_PROGRESS as long as a service uses them, and can start nothing more', () => {
    const fixture = ecsFixture();
    const { call } = fixture;
    aService(fixture, { desiredCount: 1 });
    until(fixture, () => completed(fixture));
    const first = theService(fixture).taskDefinition ?? '';
    expect(call('DeleteTaskDefinitions', { taskDefinitions: [first] }).failures).toEqual([
      {
        arn: first,
        reason: 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
      },
    ]);
    call('DeregisterTaskDefinition', { taskDefinition: first });
    expect(call('DeleteTaskDefinitions', { taskDefinitions: ['api:1'] })).toMatchObject({
      taskDefinitions: [
        { taskDefinitionArn: first, status: 'DELETE_IN_PROGRESS', deleteRequestedAt: expect.any(Date) },
      ],
      failures: [],
    });
    expect(call('ListTaskDefinitions', { status: 'DELETE_IN_PROGRESS' }).taskDefinitionArns).toEqual([first]);
    expect(call('ListTaskDefinitions', { status: 'INACTIVE' }).taskDefinitionArns).toEqual([]);
    expect(refusal(() => call('UpdateService', { ...named, taskDefinition: first }))).toBe(
      'ClientException: TaskDefinition is inactive',
    );
    fixture.clock.advance(seconds(7200));
    expect(call('DescribeTaskDefinition', { taskDefinition: first }).taskDefinition?.status).toBe('DELETE_IN_PROGRESS');
    call('UpdateService', { ...named, taskDefinition: aTaskDefinition(fixture) });
    until(fixture, () => completed(fixture));
    expect(refusal(() => call('DescribeTaskDefinition', { taskDefinition: first }))).toBe(
      'ClientException: Unable to describe task definition.',
    );
    expect(call('ListTaskDefinitions', { status: 'DELETE_IN_PROGRESS' }).taskDefinitionArns).toEqual([]);
    // Its number is not given out again.
    expect(aTaskDefinition(fixture)).toMatch(/:3$/);
  });

  test('are ten at most, each with its revision', () => {
    const { call } = ecsFixture();
    expect(refusal(() => call('DeleteTaskDefinitions', { taskDefinitions: ['api'] }))).toMatch(/^InvalidParameter/);
    const eleven = Array.from({ length: 11 }, (_, n) => `api:${n + 1}`);
    expect(refusal(() => call('DeleteTaskDefinitions', { taskDefinitions: eleven }))).toMatch(/^InvalidParameter/);
  });
});

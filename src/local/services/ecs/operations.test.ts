import { describe, expect, test } from 'vitest';
import { aGroup } from '../elbv2/elbv2-fixture.ts';
import { elbv2 } from '../elbv2/index.ts';
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

const account = 'arn:aws:ecs:eu-central-1:000000000000';

describe('clusters', () => {
  test('are made once, listed, described and deleted when empty', () => {
    const { call } = ecsFixture();
    const { cluster } = call('CreateCluster', { clusterName: 'main', tags: [{ key: 'a', value: '1' }] });
    expect(cluster).toMatchObject({ clusterArn: `${account}:cluster/main`, status: 'ACTIVE' });
    expect(call('CreateCluster', { clusterName: 'main' }).cluster).toEqual(cluster);
    expect(refusal(() => call('CreateCluster', { clusterName: 'a b' }))).toMatch(/^InvalidParameterException/);
    expect(call('ListClusters', {})).toEqual({ clusterArns: [`${account}:cluster/main`], nextToken: undefined });
    expect(call('DescribeClusters', { clusters: ['main', 'other'] })).toMatchObject({
      clusters: [{ clusterName: 'main', tags: [] }],
      failures: [{ arn: `${account}:cluster/other`, reason: 'MISSING' }],
    });
    expect(call('DeleteCluster', { cluster: `${account}:cluster/main` }).cluster?.status).toBe('INACTIVE');
    expect(call('ListClusters', {}).clusterArns).toEqual([]);
    expect(refusal(() => call('ListServices', { cluster: 'main' }))).toBe(
      'ClusterNotFoundException: Cluster not found.',
    );
  });

  test('with services or tasks are not deleted', () => {
    const fixture = ecsFixture();
    aService(fixture);
    expect(refusal(() => fixture.call('DeleteCluster', { cluster: 'main' }))).toBe(
      'ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.',
    );
  });

  test('count their tasks and services', () => {
    const fixture = ecsFixture();
    aService(fixture);
    until(fixture, () => completed(fixture));
    expect(fixture.call('DescribeClusters', { clusters: ['main'] }).clusters?.[0]).toMatchObject({
      runningTasksCount: 2,
      pendingTasksCount: 0,
      activeServicesCount: 1,
    });
  });
});

describe('task definitions', () => {
  test('never get the same revision twice', () => {
    const fixture = ecsFixture();
    const { call } = fixture;
    aTaskDefinition(fixture);
    expect(aTaskDefinition(fixture)).toBe(`${account}:task-definition/api:2`);
    call('DeregisterTaskDefinition', { taskDefinition: 'api:2' });
    expect(call('DescribeTaskDefinition', { taskDefinition: 'api' }).taskDefinition?.revision).toBe(1);
    expect(call('DescribeTaskDefinition', { taskDefinition: 'api:2' }).taskDefinition?.status).toBe('INACTIVE');
    expect(aTaskDefinition(fixture)).toBe(`${account}:task-definition/api:3`);
    expect(call('ListTaskDefinitions', {}).taskDefinitionArns).toEqual([
      `${account}:task-definition/api:1`,
      `${account}:task-definition/api:3`,
    ]);
    expect(call('ListTaskDefinitions', { sort: 'DESC', maxResults: 1 }).taskDefinitionArns).toEqual([
      `${account}:task-definition/api:3`,
    ]);
    expect(call('ListTaskDefinitionFamilies', { status: 'ACTIVE' }).families).toEqual(['api']);
    expect(refusal(() => call('DescribeTaskDefinition', { taskDefinition: 'api:9' }))).toBe(
      'ClientException: Unable to describe task definition.',
    );
  });

  test('are echoed with the defaults of their containers, tags apart', () => {
    const fixture = ecsFixture();
    const arn = aTaskDefinition(fixture);
    fixture.call('TagResource', { resourceArn: arn, tags: [{ key: 'a', value: '1' }] });
    const described = fixture.call('DescribeTaskDefinition', { taskDefinition: 'api', include: ['TAGS'] });
    expect(described.tags).toEqual([{ key: 'a', value: '1' }]);
    expect(described.taskDefinition).toMatchObject({
      taskDefinitionArn: arn,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
      containerDefinitions: [
        {
          name: 'app',
          cpu: 0,
          essential: true,
          environment: [],
          portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
        },
      ],
    });
    expect(fixture.call('DescribeTaskDefinition', { taskDefinition: 'api' })).not.toHaveProperty('tags');
  });

  const valid = {
    family: 'api',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '.25 vCPU',
    memory: '0.5 GB',
    containerDefinitions: [{ name: 'app', image: 'app:1' }],
  } as const;
  type Change = Record<string, unknown>;
  const container = (change: Change): Change => ({
    containerDefinitions: [{ name: 'app', image: 'app:1', ...change }],
  });

  const two = (side: Change, app: Change = {}): Change => ({
    containerDefinitions: [
      { name: 'app', image: 'app:1', ...app },
      { name: 'side', image: 'side:1', ...side },
    ],
  });
  const role = { executionRoleArn: 'arn:aws:iam::000000000000:role/execution' };

  // ECS-API/API_RegisterTaskDefinition, ECS-DG/task_definition_parameters
  test.each<[Change, string]>([
    [{ containerDefinitions: [] }, 'Container list cannot be empty.'],
    [{ networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.'],
    [{ cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    [{ memory: undefined }, "Fargate requires that 'memory' be defined at the task level."],
    [{ cpu: '4096', memory: '4096' }, 'No Fargate configuration exists for given values: 4096 CPU, 4096 memory.'],
    [{ cpu: '256', memory: '3072' }, 'No Fargate configuration exists for given values: 256 CPU, 3072 memory.'],
    [container({ name: '' }), 'Container.name should not be null or empty.'],
    [container({ image: undefined }), 'Container.image should not be null or empty.'],
    [container({ essential: false }), 'A task definition must have at least one essential container.'],
    [container({ links: ['db'] }), 'Links are not supported when networkMode=awsvpc.'],
    [
      container({ portMappings: [{ containerPort: 80, hostPort: 81 }] }),
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    ],
    [
      container({ logConfiguration: { logDriver: 'awslogs' } }),
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ],
    [
      container({ image: '000000000000.dkr.ecr.eu-central-1.amazonaws.com/app:1' }),
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ],
    [
      container({ secrets: [{ name: 'A', valueFrom: '/a' }] }),
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      { ...container({ logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/app' } } }), ...role },
      'Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.',
    ],
    [container({ memory: 1024 }), "Invalid setting for container 'app'. Its memory is greater than that of the task."],
    [container({ cpu: 512 }), 'The CPU units of the containers together are more than those of the task.'],
    [{ ephemeralStorage: { sizeInGiB: 20 } }, "Invalid 'ephemeralStorage.sizeInGiB' setting"],
    [container({ dependsOn: [{ containerName: 'db', condition: 'START' }] }), "Container 'app' depends on a container"],
    [container({ dependsOn: [{ containerName: 'app', condition: 'START' }] }), "Container 'app' depends on itself."],
    [two({ dependsOn: [{ containerName: 'app', condition: 'SUCCESS' }] }), 'The condition SUCCESS cannot be set'],
    [
      two({ dependsOn: [{ containerName: 'app', condition: 'HEALTHY' }] }),
      'The condition HEALTHY needs a health check',
    ],
    [
      two(
        { dependsOn: [{ containerName: 'app', condition: 'START' }] },
        { dependsOn: [{ containerName: 'side', condition: 'START' }] },
      ),
      'The dependencies of the containers have a cycle.',
    ],
    [two({ name: 'app' }), 'Container names must be unique in a task definition.'],
    [{ requiresCompatibilities: ['EC2'], memory: undefined }, "Invalid setting for container 'app'. At least one of"],
    [{ family: 'a b' }, 'Family contains invalid characters.'],
    [container({ stopTimeout: 121 }), "Invalid 'stopTimeout' setting"],
    [container({ healthCheck: { command: ['CMD', 'true'], interval: 1 } }), "Invalid 'healthCheck.interval' setting"],
  ])('%j is refused: %s', (change, message) => {
    const { call } = ecsFixture();
    const input: unknown = { ...valid, ...change };
    expect(refusal(() => call('RegisterTaskDefinition', input as typeof valid & object as never))).toContain(
      `ClientException: ${message}`,
    );
  });

  test('accept sizes in vCPU and GB and echo them in units and MiB', () => {
    const { call } = ecsFixture();
    const { taskDefinition } = call('RegisterTaskDefinition', structuredClone(valid) as never);
    expect(taskDefinition).toMatchObject({ cpu: '256', memory: '512' });
  });
});

describe('services', () => {
  test('are created once by the same request, refused by another', () => {
    const fixture = ecsFixture();
    const taskDefinition = aTaskDefinition(fixture);
    aService(fixture, { taskDefinition, clientToken: 'one' });
    aService(fixture, { taskDefinition, clientToken: 'one' });
    expect(theService(fixture).deployments).toHaveLength(1);
    expect(refusal(() => aService(fixture, { taskDefinition, clientToken: 'one', desiredCount: 3 }))).toBe(
      'InvalidParameterException: Creation of service was not idempotent.',
    );
  });

  test('are described ten at a time; an unknown one is a failure', () => {
    const fixture = ecsFixture();
    aService(fixture);
    expect(fixture.call('DescribeServices', { cluster: 'main', services: ['api', 'web'] })).toMatchObject({
      services: [{ serviceArn: `${account}:service/main/api`, status: 'ACTIVE' }],
      failures: [{ arn: `${account}:service/main/web`, reason: 'MISSING' }],
    });
    const eleven = Array.from({ length: 11 }, (_, n) => `s${n}`);
    expect(refusal(() => fixture.call('DescribeServices', { cluster: 'main', services: eleven }))).toMatch(
      /^InvalidParameterException/,
    );
  });

  test('show the configuration that AWS gives them', () => {
    const fixture = ecsFixture();
    aService(fixture);
    expect(theService(fixture)).toMatchObject({
      deploymentConfiguration: {
        maximumPercent: 200,
        minimumHealthyPercent: 100,
        strategy: 'ROLLING',
        alarms: { alarmNames: [], rollback: false, enable: false },
        deploymentCircuitBreaker: {
          enable: false,
          rollback: false,
          resetOnHealthyTask: true,
          thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
        },
      },
      schedulingStrategy: 'REPLICA',
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      deployments: [{ platformVersion: '1.4.0', platformFamily: 'Linux' }],
    });
  });

  test('are listed ten to a page', () => {
    const fixture = ecsFixture();
    const taskDefinition = aTaskDefinition(fixture);
    for (let n = 10; n < 22; n++)
      aService(fixture, { serviceName: `s${n}`, taskDefinition, desiredCount: 0, loadBalancers: [] });
    const first = fixture.call('ListServices', { cluster: 'main' });
    expect(first.serviceArns).toHaveLength(10);
    const { serviceArns, nextToken } = fixture.call('ListServices', { cluster: 'main', nextToken: first.nextToken });
    expect(serviceArns).toEqual([`${account}:service/main/s20`, `${account}:service/main/s21`]);
    expect(nextToken).toBeUndefined();
    expect(refusal(() => fixture.call('ListServices', { cluster: 'main', nextToken: 'x' }))).toMatch(/Invalid token/);
  });

  test('need a target group that a load balancer uses, and a port of the container', () => {
    const fixture = ecsFixture();
    const lone = aGroup(fixture.world.use(elbv2), 'lone');
    const with_ = (targetGroupArn: string, containerName: string, containerPort: number) =>
      refusal(() => aService(fixture, { loadBalancers: [{ targetGroupArn, containerName, containerPort }] }));
    expect(with_(lone, 'app', 8080)).toBe(
      `InvalidParameterException: The target group with targetGroupArn ${lone} does not have an associated load balancer.`,
    );
    expect(with_(fixture.app.blue, 'web', 8080)).toBe(
      'InvalidParameterException: The container web does not exist in the task definition.',
    );
    expect(with_(fixture.app.blue, 'app', 80)).toBe(
      'InvalidParameterException: The container app did not have a container port 80 defined.',
    );
    expect(fixture.call('ListServices', { cluster: 'main' }).serviceArns).toEqual([]);
  });

  test('do not start an inactive task definition, but go on with it', () => {
    const fixture = ecsFixture();
    aService(fixture);
    until(fixture, () => completed(fixture));
    const next = aTaskDefinition(fixture);
    fixture.call('DeregisterTaskDefinition', { taskDefinition: next });
    fixture.call('DeregisterTaskDefinition', { taskDefinition: 'api:1' });
    const named = { cluster: 'main', service: 'api' };
    expect(refusal(() => fixture.call('UpdateService', { ...named, taskDefinition: next }))).toBe(
      'ClientException: TaskDefinition is inactive',
    );
    expect(
      refusal(() =>
        fixture.call('RunTask', {
          cluster: 'main',
          taskDefinition: next,
          networkConfiguration: network,
          launchType: 'FARGATE',
        }),
      ),
    ).toBe('InvalidParameterException: TaskDefinition is inactive');
    fixture.call('UpdateService', { ...named, desiredCount: 3 });
    until(fixture, () => theService(fixture).runningCount === 3);
  });

  test.each([['UpdateService' as const], ['DeleteService' as const]])('unknown to %s are not found', (operation) => {
    const fixture = ecsFixture();
    fixture.call('CreateCluster', { clusterName: 'main' });
    expect(refusal(() => fixture.call(operation, { cluster: 'main', service: 'web' }))).toBe(
      'ServiceNotFoundException: Service not found.',
    );
  });
});

describe('tasks', () => {
  test('are listed by what they belong to, the stopped ones only when asked for', () => {
    const fixture = ecsFixture();
    aService(fixture);
    until(fixture, () => completed(fixture));
    const { call } = fixture;
    const arns = tasksOf(fixture).map((task) => task.taskArn ?? '');
    const startedBy = theService(fixture).deployments?.[0]?.id ?? '';
    const run = call('RunTask', {
      cluster: 'main',
      taskDefinition: 'api',
      networkConfiguration: network,
      launchType: 'FARGATE',
      startedBy: 'me',
    });
    const other = run.tasks?.[0]?.taskArn;
    expect(call('ListTasks', { cluster: 'main', startedBy }).taskArns).toEqual(arns);
    expect(call('ListTasks', { cluster: 'main', serviceName: 'api' }).taskArns).toEqual(arns);
    expect(call('ListTasks', { cluster: 'main', startedBy: 'me' }).taskArns).toEqual([other]);
    expect(call('ListTasks', { cluster: 'main', family: 'web' }).taskArns).toEqual([]);
    expect(call('ListTasks', { cluster: 'main' }).taskArns).toHaveLength(3);
    call('StopTask', { cluster: 'main', task: other });
    expect(call('ListTasks', { cluster: 'main' }).taskArns).toEqual(arns);
    expect(call('ListTasks', { cluster: 'main', desiredStatus: 'STOPPED' }).taskArns).toEqual([other]);
  });

  test('of the same client token are the same', () => {
    const fixture = ecsFixture();
    fixture.call('CreateCluster', { clusterName: 'main' });
    const input = {
      cluster: 'main',
      taskDefinition: aTaskDefinition(fixture),
      networkConfiguration: network,
      launchType: 'FARGATE' as const,
      clientToken: 't',
    };
    const first = fixture.call('RunTask', input);
    expect(fixture.call('RunTask', input)).toEqual(first);
    expect(tasksOf(fixture)).toHaveLength(1);
    expect(refusal(() => fixture.call('RunTask', { ...input, count: 2 }))).toMatch(/^ConflictException/);
  });

  test('have addresses that no other task of the runtime has', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 5 });
    until(fixture, () => completed(fixture));
    const addresses = tasksOf(fixture).map((task) => task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address);
    expect(new Set(addresses).size).toBe(5);
    for (const address of addresses) expect(address).toMatch(/^10(\.\d+){3}$/);
  });

  test('unknown or too many are not described', () => {
    const fixture = ecsFixture();
    fixture.call('CreateCluster', { clusterName: 'main' });
    const many = Array.from({ length: 101 }, (_, n) => `t${n}`);
    expect(refusal(() => fixture.call('DescribeTasks', { cluster: 'main', tasks: many }))).toMatch(/^InvalidParameter/);
    expect(refusal(() => fixture.call('StopTask', { cluster: 'main', task: 'none' }))).toBe(
      'InvalidParameterException: The referenced task was not found.',
    );
  });
});

describe('tags', () => {
  test('of a service are added, replaced and removed', () => {
    const fixture = ecsFixture();
    aService(fixture, { tags: [{ key: 'teal:service', value: 'api' }] });
    const resourceArn = theService(fixture).serviceArn;
    fixture.call('TagResource', {
      resourceArn,
      tags: [
        { key: 'teal:service', value: 'web' },
        { key: 'b', value: '2' },
      ],
    });
    fixture.call('UntagResource', { resourceArn, tagKeys: ['b'] });
    expect(fixture.call('ListTagsForResource', { resourceArn }).tags).toEqual([{ key: 'teal:service', value: 'web' }]);
    const { services } = fixture.call('DescribeServices', { cluster: 'main', services: ['api'], include: ['TAGS'] });
    expect(services?.[0]?.tags).toEqual([{ key: 'teal:service', value: 'web' }]);
    expect(theService(fixture)).not.toHaveProperty('tags');
  });

  test('are 50 at most', () => {
    const fixture = ecsFixture();
    const tags = Array.from({ length: 51 }, (_, n) => ({ key: `k${n}`, value: '' }));
    expect(refusal(() => fixture.call('CreateCluster', { clusterName: 'main', tags }))).toMatch(/^InvalidParameter/);
  });
});

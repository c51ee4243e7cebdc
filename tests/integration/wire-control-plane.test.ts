import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { aLocalRuntime, awsEnvironment, has, type RuntimeUnderTest } from './local-runtime.ts';

/** One service behind a weighted rule, made once by SDK clients and then read by every kind of client. */
let runtime: RuntimeUnderTest;
let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;
let groups: readonly [string, string];
let rule: string;

const defined = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the answer lacks a member');
  return value;
};

beforeAll(async () => {
  runtime = await aLocalRuntime();
  ecs = new ECSClient(runtime.client);
  elb = new ElasticLoadBalancingV2Client(runtime.client);
  const made = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'main', Subnets: ['subnet-a', 'subnet-b'], Type: 'application' }),
  );
  const loadBalancer = defined(made.LoadBalancers?.[0]?.LoadBalancerArn);
  const aGroup = async (name: string) => {
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: name,
        Protocol: 'HTTP',
        Port: 80,
        VpcId: 'vpc-1',
        TargetType: 'ip',
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
      }),
    );
    return defined(TargetGroups?.[0]?.TargetGroupArn);
  };
  groups = [await aGroup('api-blue'), await aGroup('api-green')];
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancer,
      Port: 18_080,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  const { Rules } = await elb.send(
    new CreateRuleCommand({
      ListenerArn: Listeners?.[0]?.ListenerArn,
      Priority: 20,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: weights(100, 0) } }],
      Tags: [{ Key: 'teal:service', Value: 'api' }],
    }),
  );
  rule = defined(Rules?.[0]?.RuleArn);
  await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'api',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::000000000000:role/x',
      containerDefinitions: [{ name: 'app', image: 'api:1', essential: true, portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'main',
      serviceName: 'api-blue',
      taskDefinition: 'api',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
      loadBalancers: [{ targetGroupArn: groups[0], containerName: 'app', containerPort: 8080 }],
    }),
  );
  await vi.waitFor(async () => expect(await healthStates()).toEqual(['healthy', 'healthy']), 30_000);
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
});

const weights = (blue: number, green: number) => [
  { TargetGroupArn: groups[0], Weight: blue },
  { TargetGroupArn: groups[1], Weight: green },
];

async function healthStates() {
  const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: groups[0] }));
  return answer.TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State);
}

describe('SDK clients', () => {
  test('read services, tasks and task definitions with their dates and lists', async () => {
    const { services, failures } = await ecs.send(
      new DescribeServicesCommand({ cluster: 'main', services: ['api-blue', 'none'] }),
    );
    expect(failures).toMatchObject([{ reason: 'MISSING' }]);
    expect(services?.[0]).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2, pendingCount: 0 });
    expect(services?.[0]?.createdAt).toBeInstanceOf(Date);
    expect(services?.[0]?.deployments?.[0]).toMatchObject({ status: 'PRIMARY', updatedAt: expect.any(Date) });
    expect(services?.[0]?.events?.[0]).toMatchObject({ createdAt: expect.any(Date), message: expect.any(String) });
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'main', serviceName: 'api-blue' }));
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: taskArns }));
    expect(tasks).toHaveLength(2);
    expect(tasks?.[0]).toMatchObject({ lastStatus: 'RUNNING', startedAt: expect.any(Date) });
    const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'api:1' }));
    expect(taskDefinition).toMatchObject({ family: 'api', revision: 1, cpu: '256', status: 'ACTIVE' });
  });

  test('write weights and read them back', async () => {
    await elb.send(
      new ModifyRuleCommand({
        RuleArn: rule,
        Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: weights(90, 10) } }],
      }),
    );
    const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [rule] }));
    expect(Rules?.[0]).toMatchObject({
      Priority: '20',
      IsDefault: false,
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: weights(90, 10) } }],
    });
  });

  test('get the errors of their service by their SDK names', async () => {
    await expect(elb.send(new DescribeRulesCommand({ RuleArns: [`${rule}0`] }))).rejects.toMatchObject({
      name: 'RuleNotFoundException',
    });
    await expect(ecs.send(new DescribeServicesCommand({ cluster: 'nowhere', services: ['x'] }))).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    });
  });
});

const run = promisify(execFile);

describe.skipIf(!has('aws', '--version'))('the AWS CLI', () => {
  const aws = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await run('aws', [...args, '--output', 'json'], { env: awsEnvironment(runtime.endpoint) })).stdout);

  test.each([
    [['ecs', 'list-clusters'], { clusterArns: [expect.stringContaining('cluster/main')] }],
    [['ecs', 'describe-clusters', '--clusters', 'main'], { clusters: [{ clusterName: 'main', status: 'ACTIVE' }] }],
    [['ecs', 'list-services', '--cluster', 'main'], { serviceArns: [expect.stringContaining('api-blue')] }],
    [['ecs', 'list-task-definitions'], { taskDefinitionArns: [expect.stringContaining('api:1')] }],
    [
      ['ecs', 'describe-services', '--cluster', 'main', '--services', 'api-blue'],
      { services: [{ runningCount: 2, createdAt: expect.anything() }] },
    ],
    [['elbv2', 'describe-load-balancers'], { LoadBalancers: [{ LoadBalancerName: 'main', Type: 'application' }] }],
    [['elbv2', 'describe-target-groups'], { TargetGroups: [{ Port: 80 }, { Port: 80 }] }],
  ])('%j', async (args, answer) => {
    expect(await aws(...args)).toMatchObject(answer);
  });

  test('switches by hand', async () => {
    const forward = JSON.stringify([{ Type: 'forward', ForwardConfig: { TargetGroups: weights(0, 100) } }]);
    expect(await aws('elbv2', 'modify-rule', '--rule-arn', rule, '--actions', forward)).toMatchObject({
      Rules: [{ Actions: [{ ForwardConfig: { TargetGroups: weights(0, 100) } }] }],
    });
    expect(await aws('elbv2', 'describe-target-health', '--target-group-arn', groups[0])).toMatchObject({
      TargetHealthDescriptions: [{ TargetHealth: { State: 'healthy' } }, { TargetHealth: { State: 'healthy' } }],
    });
  });
});

test.skipIf(!has('python3', '-c', 'import boto3'))('boto3 waits for and pages through what there is', async () => {
  const program = `
import boto3, datetime
ecs, elb = boto3.client('ecs'), boto3.client('elbv2')
ecs.get_waiter('services_stable').wait(cluster='main', services=['api-blue'], WaiterConfig={'Delay': 1, 'MaxAttempts': 10})
service = ecs.describe_services(cluster='main', services=['api-blue'], include=['TAGS'])['services'][0]
assert isinstance(service['deployments'][0]['createdAt'], datetime.datetime), service
tasks = ecs.get_paginator('list_tasks').paginate(cluster='main', PaginationConfig={'PageSize': 1}).build_full_result()['taskArns']
assert len(tasks) == 2, tasks
assert ecs.describe_tasks(cluster='main', tasks=tasks)['tasks'][0]['containers'][0]['name'] == 'app'
lb = elb.describe_load_balancers(Names=['main'])['LoadBalancers'][0]
assert isinstance(lb['CreatedTime'], datetime.datetime) and lb['State']['Code'] == 'active', lb
listener = elb.describe_listeners(LoadBalancerArn=lb['LoadBalancerArn'])['Listeners'][0]
rules = elb.describe_rules(ListenerArn=listener['ListenerArn'])['Rules']
assert [r['Priority'] for r in rules] == ['20', 'default'], rules
tags = elb.describe_tags(ResourceArns=[rules[0]['RuleArn']])['TagDescriptions'][0]['Tags']
assert tags == [{'Key': 'teal:service', 'Value': 'api'}], tags
group = '${groups[0]}'
elb.get_waiter('target_in_service').wait(TargetGroupArn=group, WaiterConfig={'Delay': 1, 'MaxAttempts': 10})
assert elb.describe_target_group_attributes(TargetGroupArn=group)['Attributes']
try:
    elb.describe_target_groups(Names=['none'])
    raise AssertionError('should have been refused')
except elb.exceptions.TargetGroupNotFoundException as error:
    assert error.response['Error']['Type'] == 'Sender', error.response
print('done')
`;
  const { stdout } = await run('python3', ['-c', program], { env: awsEnvironment(runtime.endpoint) });
  expect(stdout).toContain('done');
});

test('the runtime has met no bug of its own in all this', () => {
  expect(runtime.log).toEqual([]);
});

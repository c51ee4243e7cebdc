import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient, ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readProject } from '../../src/config/index.ts';
import { provisionService } from '../../src/operations/index.ts';
import { whyNoTerraform } from '../field/terraform.ts';
import { type ClientOptions, clientOptions } from '../integration/local-runtime.ts';
import { aPlatformByProvision, provisioned } from './kit/platform.ts';
import { aWorld, environmentName, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

/**
 * Where what Terraform makes and what `provision` makes on the local runtime are meant to differ, and why. A path of
 * the description, `*` for any part of it.
 */
const meant: Readonly<Record<string, string>> = {
  'document.roles.*': 'the runtime takes roles as given, and Terraform makes some: with the environment in their names',
  'taskDefinition.executionRoleArn': 'the same roles',
  'taskDefinition.tags': 'the runtime’s projects share one environment, and nobody pays for them',
  'rules.*.tags.teal:project': 'the projects of a user share the environment local, and tell their rules apart by it',
  'rules.*.Actions.*.Order': 'the provider always says which action comes first, of one',
  'policies.*.TargetTrackingScalingPolicyConfiguration.ScaleInCooldown':
    'AWS’s default, which the provider must be told',
  'policies.*.TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown': 'the same',
  'policies.*.TargetTrackingScalingPolicyConfiguration.DisableScaleIn': 'the provider says AWS’s default',
};

describe.skipIf(reason !== undefined)('a service by Terraform and the same one by provision', () => {
  let world: World;

  beforeAll(async () => {
    world = await aWorld();
    world.service('api', {
      routes: [
        { path: '/*', priority: 10 },
        { host: 'more.example.test', path: '/more/*', priority: 5 },
      ],
      stickiness: { duration: '1h' },
      deployment: { alarms: ['teal-{environment}-api-errors', 'teal-{environment}-api-latency'] },
      uses: {
        tables: {
          posts: {
            keys: { id: 'S', at: 'N' },
            indexes: { 'by-author': { keys: { author: 'S', at: 'N' } } },
            capacity: { read: 4, write: 2 },
          },
        },
      },
      scaling: {
        ...{ min: 1, max: 4, cpuPercent: 60, memoryPercent: 70, requestsPerTarget: 100 },
        schedules: [{ cron: '0 7 * * 1-5', timezone: 'Europe/Berlin', min: 2 }],
      },
    });
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('are described alike, in two regions that were empty, but for what is meant', async () => {
    await aPlatformByProvision(world);
    await world.teal(['sync']);
    const root = await world.root('services');
    await root.apply();
    const byTerraform = await describedIn(world.client);

    const other = clientOptions(world.endpoint, 'eu-central-1');
    const made = await provisioned(world, other);
    const project = readProject(world.project);
    if (!project.ok) throw new Error('the project is read');
    const [service] = project.value.services;
    if (service?.kind !== 'web') throw new Error('the project has the service');
    await provisionService(made.aws, made.environment, 'world', environmentName, service, made.signal);
    const byProvision = await describedIn(other);

    expect(Object.keys(byTerraform).length).toBeGreaterThan(100);
    expect(byTerraform).toMatchObject({
      [`alarms.teal-${environmentName}-api-errors.Threshold`]: '5',
      'table.TableName': `${environmentName}-api-posts`,
    });
    const paths = [...new Set([...Object.keys(byTerraform), ...Object.keys(byProvision)])];
    const differing = paths.filter((path) => byTerraform[path] !== byProvision[path]);
    const meantBy = (path: string) => Object.keys(meant).find((pattern) => matches(pattern, path));
    expect(
      differing
        .filter((path) => !meantBy(path))
        .map((path) => `${path}: Terraform ${byTerraform[path]}, provision ${byProvision[path]}`),
    ).toEqual([]);
    expect(Object.keys(meant).filter((pattern) => !differing.some((path) => matches(pattern, path)))).toEqual([]);
  });
});

function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('.*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('\\.[^.]+')}(\\.|$)`).test(path);
}

/** All that AWS's own calls tell of a service, flat, without what is drawn or dated. */
async function describedIn(client: ClientOptions): Promise<Readonly<Record<string, string>>> {
  const elb = new ElasticLoadBalancingV2Client(client);
  const ecs = new ECSClient(client);
  const scaling = new ApplicationAutoScalingClient(client);
  const logs = new CloudWatchLogsClient(client);
  const ssm = new SSMClient(client);
  const dynamodb = new DynamoDBClient(client);
  const cloudwatch = new CloudWatchClient(client);
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { Listeners } = await elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn }),
  );
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const tagsOf = async (arn: string | undefined) => {
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [arn ?? ''] }));
    return Object.fromEntries(TagDescriptions?.[0]?.Tags?.map(({ Key, Value }) => [Key, Value]) ?? []);
  };
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: environmentName, services: ['api-blue', 'api-green'], include: ['TAGS'] }),
  );
  const definition = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services[0]?.taskDefinition, include: ['TAGS'] }),
  );
  const { ScalableTargets = [] } = await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
  const { ScalingPolicies = [] } = await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }));
  const { ScheduledActions = [] } = await scaling.send(
    new DescribeScheduledActionsCommand({ ServiceNamespace: 'ecs' }),
  );
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/teal/${environmentName}/api` }));
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: `${environmentName}-api-posts` }));
  const { Tags } = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: `teal-${environmentName}-api` }),
  );
  const groups: Record<string, unknown> = {};
  for (const group of TargetGroups) {
    const { Attributes } = await elb.send(
      new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group.TargetGroupArn }),
    );
    const attributes = Object.fromEntries(Attributes?.map(({ Key, Value }) => [Key, Value]) ?? []);
    groups[group.TargetGroupName ?? ''] = { ...group, attributes, tags: await tagsOf(group.TargetGroupArn) };
  }
  const rules: Record<string, unknown> = {};
  for (const rule of Rules) rules[rule.Priority ?? ''] = { ...rule, tags: await tagsOf(rule.RuleArn) };
  for (const each of [elb, ecs, scaling, logs, ssm, dynamodb, cloudwatch]) each.destroy();
  const named = <Item extends object>(items: readonly Item[], name: (item: Item) => string | undefined) =>
    Object.fromEntries(items.map((item) => [name(item), item]));
  return flat({
    groups,
    rules,
    services: named(services, ({ serviceName }) => serviceName),
    taskDefinition: { ...definition.taskDefinition, tags: definition.tags },
    scalableTargets: named(ScalableTargets, ({ ResourceId }) => ResourceId),
    policies: named(ScalingPolicies, ({ PolicyName }) => PolicyName),
    schedules: named(ScheduledActions, ({ ScheduledActionName }) => ScheduledActionName),
    alarms: named(MetricAlarms, ({ AlarmName }) => AlarmName),
    logGroup: logGroups[0],
    table: { ...Table, tags: Tags },
    document: JSON.parse(Parameter?.Value ?? '{}'),
  });
}

/** Members that hold nothing but ids, times, and what came of them. */
const drawn =
  /\.(creationTime|events|deployments|currentServiceDeployment|currentServiceRevisions|ScalableTargetARN|PolicyARN|Alarms|AlarmArn|State[A-Za-z]+|AlarmConfigurationUpdatedTimestamp)(\.|$)/;

/** Ids that are drawn, times, and the region's name are not what a description is compared by. */
function flat(value: unknown, path = ''): Readonly<Record<string, string>> {
  if (value === undefined || value instanceof Date || drawn.test(path)) return {};
  if (Array.isArray(value)) {
    const items = value.map((item) => flat(item)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return Object.assign(
      {},
      ...items.map((item, index) =>
        Object.fromEntries(Object.entries(item).map(([key, one]) => [`${path}.${index}${key && `.${key}`}`, one])),
      ),
    );
  }
  if (typeof value === 'object' && value !== null) {
    return Object.assign(
      {},
      ...Object.entries(value).map(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`)),
    );
  }
  const text = String(value)
    .replaceAll(/eu-(west-1|central-1)/g, '<region>')
    .replaceAll(/\b[0-9a-f]{16}\b/g, '<id>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/:deployment\/\S+|ecs-svc\/\d+/g, '<deployment>');
  return { [path]: text };
}

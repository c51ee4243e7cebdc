import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Aws, change, read, readParameters } from '../aws/index.ts';
import {
  discoveryPath,
  type EnvironmentDiscovery,
  ecsServiceName,
  isScaled,
  parseServiceDiscovery,
  rulePriorities,
  type ServiceDiscovery,
  tagsOf,
  targetGroupName,
  terraformHash,
  type WebService,
} from '../config/index.ts';
import { type Color, colors, containerName } from '../deployment/index.ts';
import { must } from './operation-error.ts';
import { provisionAlarms } from './provision-alarms.ts';
import { localNetwork, type ProvisionedBalancer, type ProvisionedEnvironment } from './provision-environment.ts';
import { deleteRules, projectTag, provisionRules } from './provision-rules.ts';
import { provisionScaling, unprovisionScaling } from './provision-scaling.ts';
import { deleteTables, provisionTables } from './provision-tables.ts';
import { putDocument } from './put-document.ts';
import { type OtherRule, RouteConflict, refuseConflict } from './route-conflict.ts';
import { unlessThere } from './unless-there.ts';

/** DescribeTags takes 20 ARNs (ELB-API/API_DescribeTags). */
const tagsPerCall = 20;

/** Target groups have a constant port: ECS registers the container's (design, who owns what). */
const targetGroupPort = 80;

/**
 * Makes on the local runtime what Terraform makes of a service on AWS, and brings what is there up to the service's
 * JSON. Rules' actions, task definitions and counts are the engine's: set at creation, then left alone.
 */
export async function provisionService(
  aws: Aws,
  made: ProvisionedEnvironment,
  project: string,
  environment: string,
  service: WebService,
  signal: AbortSignal,
): Promise<void> {
  const { discovery } = made;
  const balancer = made.balancers.get(service.loadBalancer);
  if (!balancer) throw new Error(`environment ${environment} has no load balancer ${service.loadBalancer}`);
  await refuseWhatIsTaken(aws, balancer, project, environment, service, signal);
  const tables = await provisionTables(aws, environment, service, signal);
  const logGroup = await provisionLogs(aws, environment, service, signal);
  const groups = {
    blue: await provisionGroup(aws, environment, service, 'blue', signal),
    green: await provisionGroup(aws, environment, service, 'green', signal),
  };
  const { listener } = balancer;
  const { testToken } = discovery;
  const rules = await provisionRules(aws, { listener, testToken, project, environment, service, groups }, signal);
  const roles = rolesOf(discovery, service);
  await provisionEcs(aws, discovery, environment, service, groups, roles, signal);
  const scalable = isScaled(service);
  // Nothing is asked of autoscaling where nothing scales and nothing did.
  if (scalable) await provisionScaling(aws, discovery, environment, service, groups, signal);
  else if (await wasScalable(aws, environment, service.name, signal))
    await unprovisionScaling(aws, discovery.cluster, service.name, signal);
  await provisionAlarms(aws, { environment, service, balancer: balancer.arn, groups }, signal);
  const document: ServiceDiscovery = {
    schema: 1,
    terraformHash: terraformHash(service),
    places: placesOf(rules.production),
    testPlaces: placesOf(rules.test),
    colors: {
      blue: { service: ecsServiceName(service.name, 'blue'), targetGroup: groups.blue },
      green: { service: ecsServiceName(service.name, 'green'), targetGroup: groups.green },
    },
    roles,
    logGroup,
    tables,
    wanted: {
      subnets: [...localNetwork.subnets],
      securityGroups: [...localNetwork.securityGroups],
      assignPublicIp: false,
      stickiness: service.stickiness,
      capacityProviders: [],
      execute: false,
    },
    scalable,
  };
  await putDocument(aws, discoveryPath(environment, service.name), document, signal);
  await deleteRules(aws, rules.surplus, signal);
}

const placesOf = ([first, ...others]: readonly [string, ...string[]]): ServiceDiscovery['places'] => [
  { rule: first },
  ...others.map((rule) => ({ rule })),
];

/** Takes a service's things away again, in the order in which nothing names what is deleted. Absent ones are passed over. */
export async function unprovisionService(
  aws: Aws,
  discovery: EnvironmentDiscovery,
  environment: string,
  site: ServiceDiscovery,
  service: string,
  signal: AbortSignal,
): Promise<void> {
  const [ecs, elb, ssm, logs] = await Promise.all([
    aws.clients.ecs(),
    aws.clients.elb(),
    aws.clients.ssm(),
    aws.clients.logs(),
  ]);
  const parameter = new ssm.sdk.DeleteParameterCommand({ Name: discoveryPath(environment, service) });
  await unlessThere(
    'delete the discovery document',
    'ParameterNotFound',
    change(aws, ssm.client, parameter, signal, (output) => output.$metadata),
  );
  if (site.scalable) await unprovisionScaling(aws, discovery.cluster, service, signal);
  for (const color of colors) {
    const command = new ecs.sdk.DeleteServiceCommand({
      cluster: discovery.cluster,
      service: site.colors[color].service,
      force: true,
    });
    await unlessThere(
      `delete ECS service ${color}`,
      'ServiceNotFoundException',
      change(aws, ecs.client, command, signal, (output) => output.service),
    );
  }
  const rules = [...site.places, ...site.testPlaces].flatMap((place) => ('rule' in place ? [place.rule] : []));
  await deleteRules(aws, rules, signal);
  for (const color of colors) {
    const command = new elb.sdk.DeleteTargetGroupCommand({ TargetGroupArn: site.colors[color].targetGroup });
    must(`delete target group ${color}`, await change(aws, elb.client, command, signal, (output) => output.$metadata));
  }
  const group = new logs.sdk.DeleteLogGroupCommand({ logGroupName: site.logGroup });
  await unlessThere(
    'delete the log group',
    'ResourceNotFoundException',
    change(aws, logs.client, group, signal, (output) => output.$metadata),
  );
  await deleteTables(aws, Object.values(site.tables), signal);
}

/** As it was last published. */
async function wasScalable(aws: Aws, environment: string, service: string, signal: AbortSignal): Promise<boolean> {
  const name = discoveryPath(environment, service);
  const there = must(`read ${name}`, await readParameters(aws, [name], signal)).get(name);
  const published = there && parseServiceDiscovery(there.value);
  return published?.ok === true && published.value.scalable;
}

export const logGroupOf = (environment: string, service: WebService): string => `/teal/${environment}/${service.name}`;

/** Another project's service under this name, or another service's rule in the way of the route. */
async function refuseWhatIsTaken(
  aws: Aws,
  balancer: ProvisionedBalancer,
  project: string,
  environment: string,
  service: WebService,
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.clients.elb();
  const describe = () => new sdk.DescribeRulesCommand({ ListenerArn: balancer.listener, PageSize: 400 });
  const rules = must('describe rules', await read(aws, client, describe, signal, (output) => output.Rules));
  const others: OtherRule[] = [];
  for (let from = 0; from < rules.length; from += tagsPerCall) {
    const page = rules.slice(from, from + tagsPerCall).filter((rule) => !rule.IsDefault);
    if (page.length === 0) continue;
    const arns = page.map((rule) => rule.RuleArn ?? '');
    const command = () => new sdk.DescribeTagsCommand({ ResourceArns: arns });
    const tagged = must('read tags', await read(aws, client, command, signal, (output) => output.TagDescriptions));
    for (const rule of page) {
      const tags = tagged.find((candidate) => candidate.ResourceArn === rule.RuleArn)?.Tags ?? [];
      const tag = (key: string): string | undefined => tags.find((candidate) => candidate.Key === key)?.Value;
      const isOurs = tag('teal:environment') === environment && tag('teal:service') === service.name;
      const owner = tag(projectTag);
      if (isOurs && owner !== undefined && owner !== project) {
        throw new RouteConflict(
          `Service ${service.name} of environment ${environment} belongs to project ${owner}, and this is project ${project} (teal.json). Rename one of them. Nothing was changed.`,
        );
      }
      if (!isOurs) others.push({ rule, service: tag('teal:service') ?? 'another rule' });
    }
  }
  for (const route of service.routes)
    refuseConflict({ service: service.name, route, priorities: rulePriorities(route.priority) }, others);
}

async function provisionLogs(aws: Aws, environment: string, service: WebService, signal: AbortSignal): Promise<string> {
  const { client, sdk } = await aws.clients.logs();
  const name = logGroupOf(environment, service);
  const create = new sdk.CreateLogGroupCommand({ logGroupName: name });
  await unlessThere(
    'create the log group',
    'ResourceAlreadyExistsException',
    change(aws, client, create, signal, (output) => output.$metadata),
  );
  const retention = new sdk.PutRetentionPolicyCommand({
    logGroupName: name,
    retentionInDays: service.logs.retentionDays,
  });
  must('set log retention', await change(aws, client, retention, signal, (output) => output.$metadata));
  return name;
}

async function provisionGroup(
  aws: Aws,
  environment: string,
  service: WebService,
  color: Color,
  signal: AbortSignal,
): Promise<string> {
  const { client, sdk } = await aws.clients.elb();
  const name = targetGroupName(environment, service.name, color);
  const check = service.targetHealthCheck;
  const health = {
    HealthCheckPath: check.path,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    Matcher: { HttpCode: check.matcher },
  };
  const there = await findGroup(aws, name, signal);
  let arn = there?.TargetGroupArn;
  if (arn === undefined) {
    const create = new sdk.CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: targetGroupPort,
      VpcId: localNetwork.vpc,
      TargetType: 'ip',
      ...health,
      Tags: toTags(tagsOf(environment, service.name, color)),
    });
    const created = must(
      `create target group ${name}`,
      await change(aws, client, create, signal, (output) => output.TargetGroups),
    );
    arn = created[0]?.TargetGroupArn ?? '';
  } else {
    const modify = new sdk.ModifyTargetGroupCommand({ TargetGroupArn: arn, ...health });
    must(`modify target group ${name}`, await change(aws, client, modify, signal, (output) => output.TargetGroups));
  }
  const attributes = new sdk.ModifyTargetGroupAttributesCommand({
    TargetGroupArn: arn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(service.deregistrationDelaySeconds) }],
  });
  must(`set attributes of ${name}`, await change(aws, client, attributes, signal, (output) => output.Attributes));
  return arn;
}

async function findGroup(aws: Aws, name: string, signal: AbortSignal): Promise<TargetGroup | undefined> {
  const { client, sdk } = await aws.clients.elb();
  const command = () => new sdk.DescribeTargetGroupsCommand({ Names: [name] });
  const found = await unlessThere(
    'describe target groups',
    'TargetGroupNotFoundException',
    read(aws, client, command, signal, (output) => output.TargetGroups),
  );
  return found?.[0];
}

/** Two ECS services at desired count 0, on a task definition that is never run. */
async function provisionEcs(
  aws: Aws,
  discovery: EnvironmentDiscovery,
  environment: string,
  service: WebService,
  groups: Record<Color, string>,
  roles: ServiceDiscovery['roles'],
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.clients.ecs();
  const { cluster } = discovery;
  const names = colors.map((color) => ecsServiceName(service.name, color));
  const describe = () => new sdk.DescribeServicesCommand({ cluster, services: names });
  const found = must('describe services', await read(aws, client, describe, signal, (output) => output.services));
  const active = new Set(
    found.filter((candidate) => candidate.status === 'ACTIVE').map((candidate) => candidate.serviceName),
  );
  const missing = colors.filter((color) => !active.has(ecsServiceName(service.name, color)));
  if (missing.length === 0) return;
  const register = new sdk.RegisterTaskDefinitionCommand({
    family: `${environment}-${service.name}-bootstrap`,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    executionRoleArn: roles.execution,
    containerDefinitions: [
      { name: containerName, image: 'bootstrap', essential: true, portMappings: [{ containerPort: targetGroupPort }] },
    ],
  });
  const bootstrap = must(
    'register the bootstrap task definition',
    await change(aws, client, register, signal, (output) => output.taskDefinition?.taskDefinitionArn),
  );
  for (const color of missing) {
    const create = new sdk.CreateServiceCommand({
      cluster,
      serviceName: ecsServiceName(service.name, color),
      taskDefinition: bootstrap,
      desiredCount: 0,
      launchType: 'FARGATE',
      healthCheckGracePeriodSeconds: Math.round(service.gracePeriodSeconds),
      loadBalancers: [{ targetGroupArn: groups[color], containerName, containerPort: targetGroupPort }],
      networkConfiguration: {
        awsvpcConfiguration: { subnets: [...localNetwork.subnets], securityGroups: [...localNetwork.securityGroups] },
      },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      availabilityZoneRebalancing: 'DISABLED',
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
      tags: Object.entries(tagsOf(environment, service.name, color)).map(([key, value]) => ({ key, value })),
    });
    must(`create ECS service ${color}`, await change(aws, client, create, signal, (output) => output.service));
  }
}

/** The roles that a service's tasks are started with and run as. */
export const rolesOf = (discovery: EnvironmentDiscovery, service: WebService): ServiceDiscovery['roles'] => ({
  execution: `arn:aws:iam::${discovery.account}:role/${service.name}-execution`,
  task: `arn:aws:iam::${discovery.account}:role/${service.name}-task`,
});

const toTags = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

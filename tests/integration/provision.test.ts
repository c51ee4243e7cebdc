import { ListServicesCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClients, read } from '../../src/aws/index.ts';
import { systemClock, systemRandom } from '../../src/base/index.ts';
import { type Environment, parseProject, type WebService } from '../../src/config/index.ts';
import {
  discoverSite,
  provisionEnvironment,
  provisionService,
  unprovisionService,
} from '../../src/operations/index.ts';
import { aLocalRuntime, clientOptions, type RuntimeUnderTest } from './local-runtime.ts';

const { signal } = new AbortController();
let runtime: RuntimeUnderTest;
beforeAll(async () => {
  runtime = await aLocalRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** A project of one service with these fields, and the built-in environment. */
function aProject(fields: object): { service: WebService; environment: Environment } {
  const service = { image: 'api:1', port: 8080, routes: [{ host: 'api.example.com', priority: 10 }], ...fields };
  const project = parseProject([
    { path: 'teal.json', text: '{ "name": "shop" }' },
    { path: 'services/api.json', text: JSON.stringify(service) },
  ]);
  if (!project.ok) throw new Error(JSON.stringify(project.error.diagnostics));
  const [api] = project.value.services;
  const [environment] = project.value.environments;
  if (api?.kind !== 'web' || !environment) throw new Error('the project has a web service and an environment');
  return { service: api, environment };
}

async function provision(region: string, fields: object) {
  const aws = {
    clients: createClients(clientOptions(runtime.endpoint, region)),
    clock: systemClock,
    random: systemRandom(),
  };
  const { service, environment: builtIn } = aProject(fields);
  const environment = { ...builtIn, region };
  const made = await provisionEnvironment(aws, { environment, trafficSettleSeconds: 0, firstPort: 8080 }, signal);
  await provisionService(aws, made, 'shop', environment.name, service, signal);
  const { client, sdk } = await aws.clients.elb();
  const listener = made.balancers.get('main')?.listener;
  const rules = async () =>
    (await client.send(new sdk.DescribeRulesCommand({ ListenerArn: listener }))).Rules?.filter(
      (rule) => !rule.IsDefault,
    ) ?? [];
  const groups = async () => (await client.send(new sdk.DescribeTargetGroupsCommand({}))).TargetGroups ?? [];
  return { aws, made, service, environment, rules, groups, calls: aws.clients.calls };
}

const mutations = (calls: ReadonlyMap<string, number>): string[] =>
  [...calls.keys()].filter((operation) => /\.(Create|Put|Register|Delete)/.test(operation)).sort();

test('provisioning again makes nothing new, leaves weights alone and brings conditions and checks up to the JSON', async () => {
  const region = 'eu-west-1';
  const first = await provision(region, {});
  const { client, sdk } = await first.aws.clients.elb();
  const [, production] = await first.rules();
  const groups = await first.groups();
  const tuples = groups.map((group, index) => ({
    TargetGroupArn: group.TargetGroupArn,
    Weight: index === 0 ? 30 : 70,
  }));
  await client.send(
    new sdk.ModifyRuleCommand({
      RuleArn: production?.RuleArn,
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: tuples } }],
    }),
  );

  const again = await provision(region, {
    routes: [{ host: 'www.example.com', path: '/v2/*', priority: 7 }],
    targetHealthCheck: { path: '/ready', interval: '15s' },
  });

  expect(mutations(again.calls)).toEqual([
    'CloudWatchLogs.CreateLogGroup',
    'CloudWatchLogs.PutRetentionPolicy',
    'DynamoDB.CreateTable',
    'ECS.CreateCluster',
    'ElasticLoadBalancingV2.CreateLoadBalancer',
    'SSM.PutParameter',
  ]);
  expect(
    (await again.groups()).map((group) => [
      group.TargetGroupArn,
      group.HealthCheckPath,
      group.HealthCheckIntervalSeconds,
    ]),
  ).toEqual(groups.map((group) => [group.TargetGroupArn, '/ready', 15]));
  const rules = await again.rules();
  expect(rules.map((rule) => rule.Priority)).toEqual(['13', '14']);
  expect(rules[1]?.RuleArn).toBe(production?.RuleArn);
  expect(rules[1]?.Conditions?.map((condition) => condition.Values?.[0])).toEqual(
    expect.arrayContaining(['www.example.com', '/v2/*']),
  );
  expect(rules[1]?.Actions?.[0]?.ForwardConfig?.TargetGroups).toEqual(tuples);
});

test('each route gets two rules; what a new one begins with is what the others do, and those of a lost one go', async () => {
  const region = 'eu-west-3';
  const routes = [
    { host: 'api.example.com', path: '/*', priority: 10 },
    { host: 'www.example.com', path: '/api/*', priority: 20 },
  ];
  const first = await provision(region, { routes: routes.slice(0, 1) });
  const { client, sdk } = await first.aws.clients.elb();
  const [, production] = await first.rules();
  const tuples = (await first.groups()).map(({ TargetGroupArn }, index) => ({ TargetGroupArn, Weight: 100 * index }));
  await client.send(
    new sdk.ModifyRuleCommand({
      RuleArn: production?.RuleArn,
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: tuples } }],
    }),
  );

  const both = await provision(region, { routes });
  const rules = await both.rules();
  expect(rules.map(({ Priority }) => Priority)).toEqual(['19', '20', '39', '40']);
  expect(rules[3]?.Actions?.[0]?.ForwardConfig?.TargetGroups).toEqual(tuples);
  const site = await discoverSite(both.aws, both.environment.name, 'api', signal);
  const arns = (indexes: readonly number[]) => indexes.map((index) => ({ kind: 'rule', arn: rules[index]?.RuleArn }));
  expect(site).toMatchObject({ value: { site: { places: arns([1, 3]), testPlaces: arns([0, 2]) } } });

  const swapped = await provision(region, {
    routes: [
      { ...routes[0], priority: 20 },
      { ...routes[1], priority: 10 },
    ],
  });
  const hosts = (await swapped.rules()).map(
    ({ Conditions }) => Conditions?.find(({ Field }) => Field === 'host-header')?.Values?.[0],
  );
  expect(hosts).toEqual(['www.example.com', 'www.example.com', 'api.example.com', 'api.example.com']);

  const one = await provision(region, { routes: routes.slice(0, 1) });
  expect((await one.rules()).map(({ Priority }) => Priority)).toEqual(['19', '20']);
});

test('what provisioning made of a service can be taken away again, and made anew', async () => {
  const region = 'eu-central-1';
  const { aws, made, service, environment, rules, groups } = await provision(region, {});
  const discovered = await discoverSite(aws, environment.name, service.name, signal);
  if (!discovered.ok) throw new Error('a provisioned service is discovered');
  await unprovisionService(aws, made.discovery, environment.name, discovered.value.service, service.name, signal);

  expect(await rules()).toEqual([]);
  expect(await groups()).toEqual([]);
  const ecs = await aws.clients.ecs();
  const list = () => new ListServicesCommand({ cluster: made.discovery.cluster });
  expect(await read(aws, ecs.client, list, signal, (output) => output.serviceArns)).toEqual({ ok: true, value: [] });
  expect(await discoverSite(aws, environment.name, service.name, signal)).toMatchObject({
    ok: false,
    error: { kind: 'missing', parameter: '/teal/local/api' },
  });

  await provisionService(aws, made, 'shop', environment.name, service, signal);
  expect(await rules()).toHaveLength(2);
});

test('a route that another service takes, hides or that belongs to another project is refused before anything is made', async () => {
  const { aws, made, service, environment, groups } = await provision('eu-west-2', {});
  const before = await groups();
  const provisionAs = (fields: Partial<WebService>, project = 'shop') =>
    provisionService(aws, made, project, environment.name, { ...service, ...fields }, signal);
  const route = service.routes[0];

  await expect(provisionAs({ name: 'web' })).rejects.toThrow(
    'services/web.json routes: priority 10 is taken by api on the same load balancer.',
  );
  await expect(provisionAs({ name: 'web', routes: [{ ...route, path: '/v1/*', priority: 20 }] })).rejects.toThrow(
    '/v1/* can never get a request: api takes /* before it, at priority 10 (web has 20).',
  );
  await expect(provisionAs({}, 'bakery')).rejects.toThrow('Service api of environment local belongs to project shop');
  expect(await groups()).toEqual(before);

  await provisionAs({ name: 'web', routes: [{ ...route, path: '/v1/*', priority: 9 }] });
  await provisionAs({ name: 'admin', routes: [{ host: 'admin.example.com', path: '/*', priority: 30 }] });
  expect(await groups()).toHaveLength(6);
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import type { Json } from '../integration/engine/kit/teal-run.ts';
import { aPlatformByProvision, type Platform, publishPlatform } from './kit/platform.ts';
import type { Root } from './kit/root.ts';
import { aWorld, environmentName, type World } from './kit/world.ts';
import { inWords, terraformWrites, trespasses } from './kit/writes.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

/** A row of the table in docs/terraform.md. */
interface Row {
  readonly change: string;
  readonly before: string;
  readonly plan: string;
  readonly writes: string;
}

const page = readFileSync(fileURLToPath(new URL('../../docs/terraform.md', import.meta.url)), 'utf8');
const rows: readonly Row[] = [
  ...page.slice(page.indexOf('| change ')).matchAll(/^\|([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\|$/gm),
]
  .map((cells) => cells.slice(1).map((cell) => cell.trim()))
  .map(([change = '', before = '', plan = '', writes = '']) => ({ change, before, plan, writes }))
  .filter(({ change }) => change !== 'change' && !/^-+$/.test(change));

/** `nothing`, or quoted items, each with how often it comes: `ModifyRule` x2. */
const listed = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`(?: x(\d+))?/g)].flatMap(([, item = '', times = '1']) =>
    Array<string>(Number(times)).fill(item),
  );

describe.skipIf(reason !== undefined)('the changes of docs/terraform.md, with Terraform itself', () => {
  let world: World;
  let platform: Platform;
  let root: Root;
  let ecs: ECSClient;

  /** services/api.json: each row adds to it. */
  let api: Json = {};
  const change = (fields: Json): void => {
    api = { ...api, ...fields };
    world.service('api', api);
  };
  const web = { routes: [{ path: '/web/*', priority: 5 }] };

  beforeAll(async () => {
    world = await aWorld();
    platform = await aPlatformByProvision(world);
    await world.version('v1');
    change({});
    world.service('web', web);
    await world.teal(['sync']);
    root = await world.root('services');
    await root.apply();
    await world.teal(['deploy', 'api']);
    ecs = new ECSClient(world.client);
    const ssm = new SSMClient(world.client);
    await ssm.send(new PutParameterCommand({ Name: '/world/token', Type: 'SecureString', Value: 'planted' }));
    ssm.destroy();
  });
  afterAll(async () => {
    ecs?.destroy();
    await world?.[Symbol.asyncDispose]();
  });

  const networkOf = async (color: 'blue' | 'green') => {
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: environmentName, services: [`api-${color}`] }),
    );
    return services?.[0];
  };

  /** The container and the sizes that the new colour runs with. */
  async function running() {
    const service = await networkOf('blue');
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: service?.taskDefinition }),
    );
    return { service, taskDefinition, container: taskDefinition?.containerDefinitions?.[0] };
  }

  /** What the rules of api forward to, as the balancer tells it. */
  async function forwards() {
    const ssm = new SSMClient(world.client);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/teal/${environmentName}/api` }));
    ssm.destroy();
    const { places }: { places: { rule: string }[] } = JSON.parse(Parameter?.Value ?? '');
    const elb = new ElasticLoadBalancingV2Client(world.client);
    const { Rules = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: places.map(({ rule }) => rule) }));
    elb.destroy();
    return Rules.map(({ Actions }) => Actions?.[0]?.ForwardConfig);
  }

  interface Case {
    /** Makes the change, before `teal sync`. */
    readonly make: () => void | Promise<void>;
    /** Takes it back where the row after it could not go on from there. */
    readonly undo?: () => void;
    /** Looks at what the deployment after all of them did. */
    readonly afterwards?: () => Promise<void>;
  }

  const cases: Readonly<Record<string, Case>> = {
    CPU: {
      make: () => change({ cpu: 512, memory: 1024 }),
      afterwards: async () => expect((await running()).taskDefinition).toMatchObject({ cpu: '512', memory: '1024' }),
    },
    'container port': {
      make: () => change({ port: 9090 }),
      afterwards: async () => {
        const { service, container } = await running();
        expect(container?.portMappings).toMatchObject([{ containerPort: 9090 }]);
        expect(service?.loadBalancers).toMatchObject([{ containerPort: 9090 }]);
      },
    },
    'environment variable': {
      make: () => change({ environment: { GREETING: 'hello' } }),
      afterwards: async () =>
        expect((await running()).container?.environment).toContainEqual({ name: 'GREETING', value: 'hello' }),
    },
    'new secret': {
      make: () => change({ secrets: { TOKEN: { from: 'ssm:/world/token' } } }),
      afterwards: async () => expect((await running()).container?.secrets).toMatchObject([{ name: 'TOKEN' }]),
    },
    "health check's path": {
      make: () => change({ targetHealthCheck: { path: '/ready', interval: '5s', timeout: '2s' } }),
    },
    "route's host": {
      make: () => change({ routes: [{ host: 'api.example.test', path: '/*', priority: 10 }] }),
    },
    stickiness: {
      make: () => change({ stickiness: { duration: '1h' } }),
      afterwards: async () => {
        expect(await forwards()).toMatchObject([
          { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 3600 } },
        ]);
      },
    },
    "scaling's minimum": {
      make: () => change({ scaling: { min: 2 } }),
      afterwards: async () => expect((await running()).service).toMatchObject({ desiredCount: 2, runningCount: 2 }),
    },
    'security group of the platform': {
      make: async () => {
        platform = { ...platform, taskSecurityGroupId: 'sg-11111111' };
        await publishPlatform(world, platform);
      },
      afterwards: async () => {
        const groups = async (color: 'blue' | 'green') =>
          (await networkOf(color))?.networkConfiguration?.awsvpcConfiguration?.securityGroups;
        expect(await groups('blue')).toEqual(['sg-11111111']);
        expect(await groups('green')).toEqual(['sg-00000000']);
      },
    },
    'subnet added to the platform': {
      make: async () => {
        platform = { ...platform, taskSubnetIds: [...platform.taskSubnetIds, 'subnet-00000002'] };
        await publishPlatform(world, platform);
      },
      afterwards: async () => {
        const subnets = async (color: 'blue' | 'green') =>
          (await networkOf(color))?.networkConfiguration?.awsvpcConfiguration?.subnets?.length;
        expect(await subnets('blue')).toBe(3);
        expect(await subnets('green')).toBe(2);
      },
    },
    'third service': {
      make: () => world.service('shop', { routes: [{ path: '/shop/*', priority: 7 }] }),
    },
    'service renamed': {
      make: () => {
        world.removeService('web');
        world.service('site', web);
      },
      undo: () => {
        world.removeService('site');
        world.service('web', web);
      },
    },
    "service's file deleted": {
      make: () => world.removeService('web'),
      undo: () => world.service('web', web),
    },
  };

  test('each row is tried', () => {
    expect(rows.map(({ change }) => change)).toEqual(Object.keys(cases));
  });

  for (const { change: name, before, plan, writes } of rows) {
    test(name, async () => {
      const { make, undo } = cases[name] ?? { make: () => Promise.reject(new Error(`no case "${name}"`)) };
      const green = await networkOf('green');
      await make();
      if (plan.includes('refuses')) {
        await world.teal(['sync'], 3);
        undo?.();
        await world.teal(['sync', '--check']);
        return;
      }
      await world.teal(['plan', 'api'], before === 'is refused' ? 3 : 0);
      await world.teal(['sync']);
      const since = new Date().toISOString();
      const applied = await root.change();
      const written = await terraformWrites(world.endpoint, since);
      process.stdout.write(`${name}: ${applied.done}, writes ${inWords(written)}\n`);
      expect(applied.changes.map(inTable).sort()).toEqual([...listed(plan)].sort());
      if (writes !== 'whatever makes it')
        expect(written.map(({ operation }) => operation).sort()).toEqual([...listed(writes)].sort());
      // What is made anew has its first values, and is not the service that is live.
      expect(trespasses(written.filter(({ operation }) => operation !== 'RegisterTaskDefinition'))).toEqual([]);
      await world.teal(['plan', 'api']);
      expect(await networkOf('green')).toMatchObject({
        taskDefinition: green?.taskDefinition,
        desiredCount: green?.desiredCount,
        deployments: [{ id: green?.deployments?.[0]?.id }],
      });
    });
  }

  test('the next deployment does what the table says of it, and leaves nothing to plan', async () => {
    await world.teal(['deploy', 'api']);
    for (const { afterwards } of Object.values(cases)) await afterwards?.();
    expect(await root.plan()).toEqual([]);
  });

  const sign: Readonly<Record<string, string>> = { create: '+', update: '~', delete: '-', replace: '-/+' };
  /** As the table has it: within the module of api, and of another service just the module. */
  const inTable = ({ address, action }: { readonly address: string; readonly action: string }): string => {
    const within = address.replace(/^module\.service\["api"\]\./, '');
    return `${sign[action]} ${within
      .replace(/^(module\.service\["\w+"\]).*/, '$1')
      .replace(/^module\.observability\.[\w.]+(\["\w+"\])$/, 'module.observability$1')}`;
  };
});

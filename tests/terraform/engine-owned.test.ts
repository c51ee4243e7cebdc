import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECSClient, PutClusterCapacityProvidersCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import type { Json } from '../integration/engine/kit/teal-run.ts';
import { aPlatformByProvision, publishPlatform } from './kit/platform.ts';
import type { Root } from './kit/root.ts';
import { aWorld, environmentName, type World } from './kit/world.ts';
import { inWords, terraformWrites, trespasses } from './kit/writes.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

/** Files of the module that leave something to the engine. */
const files = ['main.tf', 'rules.tf', 'scaling.tf'] as const;

/** Where Terraform would put another service in place of a live one: that plan is not applied. */
const replacing: readonly string[] = ['launch_type', 'capacity_provider_strategy'];

const service = (scaling: Json): Json => ({ stickiness: { duration: '1h' }, scaling: { cpuPercent: 60, ...scaling } });

/** An empty plan and a log without trespasses mean something only if a module that kept more would have neither. */
describe.skipIf(reason !== undefined)('a service module that left nothing to the engine', () => {
  let world: World;
  let root: Root;
  let module: Readonly<Record<string, string>>;

  beforeAll(async () => {
    world = await aWorld();
    const platform = await aPlatformByProvision(world);
    await world.version('v1');
    world.service('api', service({ min: 2, max: 4 }));
    await world.teal(['sync']);
    root = await world.root('services');
    await root.apply();
    // The engine gives the idle colour what is wanted by then, which is not what it was made with.
    await publishPlatform(world, { ...platform, taskSubnetIds: [...platform.taskSubnetIds, 'subnet-00000002'] });
    await root.apply();
    await world.teal(['deploy', 'api']);
    // Limits that the next deployment would set.
    world.service('api', service({ min: 1, max: 6 }));
    await world.teal(['sync']);
    await moveByHand(world);
    await testColor(world, 'blue');
    module = Object.fromEntries(files.map((file) => [file, readFileSync(pathOf(file), 'utf8')]));
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const pathOf = (file: string): string => join(world.folder, 'terraform', 'modules', 'service', file);

  /** Writes the module so that it leaves nothing to the engine but `left`. */
  function keepAllBut(left: readonly string[]): void {
    for (const [file, text] of Object.entries(module))
      writeFileSync(
        pathOf(file),
        text.replaceAll(
          ignored,
          (_, members) => `ignore_changes = [${namesIn(members).filter((one) => left.includes(one))}]`,
        ),
      );
  }

  test('has nothing to change as it is', async () => {
    expect(await root.plan()).toEqual([]);
  });

  test('would plan to change each member of it', async () => {
    const left = Object.values(module).flatMap(leftToTheEngine);
    expect(left).toHaveLength(12);
    keepAllBut([]);
    const saved = join(world.folder, 'mutated.plan');
    expect(await root.plan(`-out=${saved}`)).not.toEqual([]);
    const { output } = await root.run(['show', '-json', saved]);
    const changed = differencesIn(output);
    expect(left.filter((member) => !changed.includes(member))).toEqual([]);
  });

  test('would send what starts deployments and moves traffic, and the log tells of each', async () => {
    keepAllBut(replacing);
    const since = new Date().toISOString();
    await root.apply();
    const writes = await terraformWrites(world.endpoint, since);
    process.stdout.write(`mutated: writes ${inWords(writes)}\n`);
    const members = trespasses(writes).map((one) => one.split('.').slice(0, 2).join('.'));
    expect([...new Set(members)].sort()).toEqual([
      'ModifyRule.Actions',
      'RegisterScalableTarget',
      'UpdateService.desiredCount',
      'UpdateService.loadBalancers',
      'UpdateService.networkConfiguration',
      'UpdateService.platformVersion',
      'UpdateService.taskDefinition',
    ]);
  });
});

const ignored = /ignore_changes = \[([^\]]*)\]/g;

const namesIn = (members: string): readonly string[] =>
  members
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** As "<kind of resource>.<its name>.<member>". */
const leftToTheEngine = (text: string): readonly string[] =>
  text.split('\nresource ').flatMap((block) => {
    const [, type = '', name = ''] = /^"(\w+)" "(\w+)"/.exec(block) ?? [];
    const members = [...block.matchAll(ignored)].map(([, names = '']) => names);
    return namesIn(members.join()).map((member) => `${type}.${name}.${member}`);
  });

interface ShownPlan {
  readonly resource_changes: readonly {
    readonly type: string;
    readonly name: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
    };
  }[];
}

/** What stands and what a plan would have instead, as `leftToTheEngine` names it. */
function differencesIn(output: string): readonly string[] {
  const plan: ShownPlan = JSON.parse(output);
  const differing = plan.resource_changes.flatMap(({ type, name, change: { before, after } }) =>
    Object.keys(before ?? {})
      .filter((member) => JSON.stringify(before?.[member]) !== JSON.stringify(after?.[member]))
      .map((member) => `${type}.${name}.${member}`),
  );
  return [...new Set(differing)].sort();
}

/** What the engine leaves to people: where Fargate runs the tasks of a colour. */
async function moveByHand({ client }: World): Promise<void> {
  const ecs = new ECSClient(client);
  const cluster = environmentName;
  const capacityProviders = ['FARGATE_SPOT'];
  await ecs.send(
    new PutClusterCapacityProvidersCommand({ cluster, capacityProviders, defaultCapacityProviderStrategy: [] }),
  );
  await ecs.send(
    new UpdateServiceCommand({
      cluster,
      service: 'api-blue',
      platformVersion: '1.4.0',
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      forceNewDeployment: true,
    }),
  );
  ecs.destroy();
}

/** As the engine does while it verifies a colour. */
async function testColor({ client }: World, color: 'blue' | 'green'): Promise<void> {
  const ssm = new SSMClient(client);
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/teal/${environmentName}/api` }));
  ssm.destroy();
  const { testPlaces, colors }: Discovered = JSON.parse(Parameter?.Value ?? '');
  const elb = new ElasticLoadBalancingV2Client(client);
  const TargetGroups = (['blue', 'green'] as const).map((one) => ({
    TargetGroupArn: colors[one].targetGroup,
    Weight: one === color ? 100 : 0,
  }));
  for (const { rule } of testPlaces)
    await elb.send(
      new ModifyRuleCommand({ RuleArn: rule, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }),
    );
  elb.destroy();
}

interface Discovered {
  readonly testPlaces: readonly { readonly rule: string }[];
  readonly colors: Readonly<Record<'blue' | 'green', { readonly targetGroup: string }>>;
}

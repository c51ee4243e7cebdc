import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { failuresOf, someClients } from '../integration/engine/kit/load.ts';
import { statusOf } from '../integration/engine/kit/teal-run.ts';
import { awsEnvironment, has } from '../integration/local-runtime.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import type { Root } from './kit/root.ts';
import { aWorld, type World } from './kit/world.ts';

const run = promisify(execFile);
const reason =
  whyNoTerraform() ?? (has('aws', '--version') && has('curl', '--version') ? undefined : 'no AWS CLI, or no curl');
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

/** The page's commands, by the heading that they stand below. */
const blocks = new Map(
  readFileSync('docs/by-hand.md', 'utf8')
    .split('\n## ')
    .map((section): [heading: string, commands: string] => [
      section.split('\n', 1)[0] ?? '',
      section.split('```bash\n')[1]?.split('```')[0] ?? '',
    ]),
);

describe.skipIf(reason !== undefined)('a service of Terraform’s, by the commands of docs/by-hand.md', () => {
  let world: World;
  let root: Root;
  let names: string;

  beforeAll(async () => {
    world = await aWorld();
    await aPlatformByProvision(world);
    for (const version of ['v1', 'v2']) {
      await world.version(version);
      world.service('api', {
        routes: [
          { path: '/*', priority: 10 },
          { path: '/more/*', priority: 5 },
        ],
      });
      if (version === 'v1') {
        await world.teal(['sync']);
        root = await world.root('services');
        await root.apply();
      }
      await world.teal(['deploy', 'api']);
    }
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  /** What a step's commands print, after those that set the names. */
  async function type(heading: string): Promise<string> {
    const commands = blocks.get(heading);
    if (!commands) throw new Error(`docs/by-hand.md has no commands under "${heading}"`);
    const env = { ...awsEnvironment(world.endpoint), AWS_REGION: world.region, AWS_DEFAULT_REGION: world.region };
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', `${names}\n${commands}`], { env });
    return stdout;
  }

  test('is switched, and back, and no request fails', async () => {
    const [listener] = (await listeners(world)).filter(({ protocol }) => protocol === 'HTTP');
    const url = listener?.url ?? '';
    const { output } = await root.run(['output', '-json', 'services']);
    const { api }: { api: Outputs } = JSON.parse(output);
    const values: Readonly<Record<string, string>> = {
      CLUSTER: api.cluster,
      URL: `${url}/version`,
      RULES: api.production_rules.join(' '),
      TEST_RULE: api.test_rules[0] ?? '',
      BLUE: api.target_groups.blue,
      GREEN: api.target_groups.green,
      BLUE_SERVICE: api.ecs_services.blue,
      GREEN_SERVICE: api.ecs_services.green,
    };
    expect(api.production_rules).toHaveLength(2);
    names = (blocks.get('The names') ?? '').replaceAll(/^([A-Z_]+)=.*$/gm, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`the services root puts out nothing for ${name}`);
      return `${name}='${value}'`;
    });

    const clients = someClients(url, 20);
    await clients.answeredBy('v2', 20);
    expect(await type('Which colour has the traffic')).toMatch(/-blue\/\w+\t100\n/);
    await type('Start the other colour');
    expect(await type('Look at it')).toContain('v1');
    await type('Switch');
    await clients.answeredBy('v1', 40);
    expect((await statusOf(world, 'api')).weights).toEqual({ blue: 0, green: 100 });
    expect(await root.plan()).toEqual([]);
    await type('Back');
    await clients.answeredBy('v2', 80);
    await type('End what has no traffic');
    expect(failuresOf(await clients.stop())).toEqual([]);
    expect((await statusOf(world, 'api')).colors.green).toMatchObject({ desired: 0 });
    expect(await root.plan()).toEqual([]);
  });

  test('is deployed by teal again, which takes over what was done', async () => {
    await type('Start the other colour');
    await type('Switch');
    await world.teal(['resume', 'api', '--accept']);
    await world.version('v3');
    world.service('api', {
      routes: [
        { path: '/*', priority: 10 },
        { path: '/more/*', priority: 5 },
      ],
    });
    await world.teal(['deploy', 'api']);
    expect((await statusOf(world, 'api')).weights).toEqual({ blue: 100, green: 0 });
    expect(await root.plan()).toEqual([]);
  });
});

interface Outputs {
  readonly cluster: string;
  readonly production_rules: readonly string[];
  readonly test_rules: readonly string[];
  readonly target_groups: Readonly<Record<'blue' | 'green', string>>;
  readonly ecs_services: Readonly<Record<'blue' | 'green', string>>;
}

async function listeners({ endpoint }: World): Promise<readonly { readonly url: string; readonly protocol: string }[]> {
  const answer = await fetch(`${endpoint}/_teal/listeners`);
  const told: { listeners: { url: string; protocol: string }[] } = JSON.parse(await answer.text());
  return told.listeners;
}

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { providerMirror, whyNoTerraform } from '../field/terraform.ts';
import { awsEnvironment } from '../integration/local-runtime.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import { platformStandIn } from './kit/platform-stand-in.ts';
import { aStore, type Store } from './kit/store.ts';
import { aWorld, type World } from './kit/world.ts';

const run = promisify(execFile);
const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const bucket = 'teal-123456789012-eu-west-1-state';

describe.skipIf(reason !== undefined)('teal up with the real Terraform', () => {
  let world: World;
  let store: Store;

  beforeAll(async () => {
    world = await aWorld({ packaged: platformStandIn });
    store = aStore(world);
    await aPlatformByProvision(world);
    await world.version('v1');
    world.service('api');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('makes nothing where nobody agrees', async () => {
    const { stderr } = await world.teal(['up'], 3);
    expect(stderr).toContain('teal up --env staging --yes');
    expect(await store.buckets()).toEqual([]);
  });

  test('makes the bucket of the states in an empty account, and moves its state there', async () => {
    const { documents } = await world.teal(['up', '--yes']);
    expect(documents.at(-1)).toMatchObject({
      environment: 'staging',
      parts: [
        { part: { kind: 'state' }, changed: true, counts: { created: 4 } },
        { part: { kind: 'platform' }, changed: true },
        { part: { kind: 'services' }, changed: true, counts: { updated: 0, replaced: 0, deleted: 0 } },
      ],
      withoutDomain: ['main'],
    });
    expect(await store.keys(bucket)).toEqual(['staging/platform.tfstate', 'staging/services.tfstate', 'state.tfstate']);
    expect(await store.isGuarded(bucket)).toEqual({ versioned: true, encrypted: true, closed: true });
    const work = join(world.project, '.teal', 'work', 'state', '123456789012-eu-west-1');
    expect(readdirSync(work)).not.toContain('terraform.tfstate');
  });

  test('finds it all again, and changes nothing the second time', async () => {
    const { documents } = await world.teal(['up']);
    expect(documents).toHaveLength(1);
    expect(documents[0]).toMatchObject({ parts: [{ changed: false }, { changed: false }, { changed: false }] });
  });

  test('deletes a table with its items only where somebody says the environment’s name', async () => {
    world.service('api', { uses: { tables: { posts: { keys: { id: 'S' } } } } });
    await world.teal(['up', '--yes']);
    world.service('api');
    const { stderr } = await world.teal(['up', '--yes'], 3);
    expect(stderr).toContain(
      'This plan deletes what holds data, and the data with it: module.table["api/posts"].aws_dynamodb_table.this. Say the environment\'s name to agree: --confirm staging.',
    );
    const { documents } = await world.teal(['up', '--yes', '--confirm', 'staging']);
    expect(documents.at(-1)).toMatchObject({
      parts: [{ changed: false }, { changed: false }, { changed: true, counts: { deleted: 2 } }],
    });
  });

  test('gives each service a state of its own by the commands of docs/terraform.md, and changes nothing after them', async () => {
    const uses = { tables: { posts: { keys: { id: 'S' } } } };
    world.service('api', { uses, secrets: { KEY: { from: 'teal' } } });
    world.service('web', { routes: [{ path: '/web/*', priority: 5 }] });
    await world.teal(['up', '--yes']);
    const before = await store.read(bucket, 'staging/services.tfstate');

    await run('bash', ['-uo', 'pipefail', '-c', commandsOfThePage(join(world.folder, 'terraform', 'services'))], {
      env: {
        ...awsEnvironment(world.endpoint),
        HOME: world.folder,
        TF_CLI_CONFIG_FILE: '/dev/null',
        TF_CLI_ARGS_init: `-plugin-dir=${providerMirror()}`,
      },
    });
    scopeByService(join(world.project, 'environments', 'staging.json'));
    scopeByService(join(world.project, '.teal', 'terraform', 'staging', 'environment.json'));

    const keys = ['staging/services/api.tfstate', 'staging/services/web.tfstate'];
    const states = await Promise.all(keys.map((key) => store.read(bucket, key)));
    expect(states.map(servicesIn)).toEqual([['api'], ['web']]);
    expect(states.flatMap(madeIn).sort()).toEqual([...madeIn(before)].sort());
    expect(madeIn(await store.read(bucket, 'staging/services.tfstate'))).toEqual([]);

    const nothing = { created: 0, updated: 0, replaced: 0, deleted: 0 };
    const { documents } = await world.teal(['up', '--yes']);
    expect(documents.at(-1)).toMatchObject({
      parts: [
        { part: { kind: 'state' }, changed: false },
        { part: { kind: 'platform' }, changed: false },
        { part: { kind: 'service', service: 'api' }, counts: nothing },
        { part: { kind: 'service', service: 'web' }, counts: nothing },
      ],
    });
  });
});

/** As a person types them, with names of this world. */
function commandsOfThePage(root: string): string {
  const page = readFileSync('docs/terraform.md', 'utf8');
  const commands = page.split('## States')[1]?.split('```bash\n')[1]?.split('```')[0] ?? '';
  expect(commands).toContain('ROOT=…');
  return commands.replace(/^ROOT=…/m, `ROOT='${root}'`);
}

function scopeByService(file: string): void {
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), stateScope: 'service' }));
}

interface State {
  readonly resources: readonly {
    readonly mode: string;
    readonly module?: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly index_key?: string; readonly attributes: { readonly id: string } }[];
  }[];
}

/** What Terraform made and keeps there, each with its id: data is read anew. */
function madeIn(text: string): readonly string[] {
  const { resources }: State = JSON.parse(text);
  return resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap(({ module, type, name, instances }) =>
      instances.map(({ index_key: key, attributes }) => `${module} ${type}.${name} ${key} ${attributes.id}`),
    );
}

function servicesIn(text: string): readonly string[] {
  const names = madeIn(text).map((one) => /^module\.\w+\["([a-z]+)/.exec(one)?.[1] ?? one.split(' ')[2] ?? '');
  return [...new Set(names)].sort();
}

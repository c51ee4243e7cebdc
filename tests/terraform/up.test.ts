import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import { platformStandIn } from './kit/platform-stand-in.ts';
import { aStore, type Store } from './kit/store.ts';
import { aWorld, type World } from './kit/world.ts';

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
});

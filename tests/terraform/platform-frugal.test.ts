import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { exceptForMoto } from './kit/moto-exceptions.ts';
import { patience } from './kit/platform-stand-in.ts';
import { aStore, type Store } from './kit/store.ts';
import { whatIsThere } from './kit/what-is-there.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const account = '210987654321';
const region = 'ap-south-1';
const bucket = `teal-${account}-${region}-state`;

/** Each test begins where the one before it ended. */
describe.skipIf(reason !== undefined)('a frugal environment in another region and account, by teal up and down', () => {
  let world: World;
  let store: Store;
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    world = await aWorld({
      region,
      account,
      environment: { size: 'frugal', database: { engine: 'postgres', major: 16 } },
      packaged: (terraform) => {
        exceptForMoto(terraform);
        for (const root of ['platform', 'services'])
          writeFileSync(join(terraform, root, 'patience_override.tf'), patience);
      },
    });
    store = aStore(world);
    world.service('api');
    before = await whatIsThere(world);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('is made from nothing: the bucket of states, the platform, the services', async () => {
    const { documents } = await world.teal(['up', '--yes']);
    expect(documents.at(-1)).toMatchObject({
      parts: [
        { part: { kind: 'state' }, changed: true },
        { part: { kind: 'platform' }, changed: true, counts: { updated: 0, replaced: 0, deleted: 0 } },
        { part: { kind: 'services' }, changed: true, counts: { updated: 0, replaced: 0, deleted: 0 } },
      ],
      withoutDomain: ['main'],
    });
    expect(await store.keys(bucket)).toEqual(['staging/platform.tfstate', 'staging/services.tfstate', 'state.tfstate']);
  });

  test('is found again, and then there is nothing to change', async () => {
    const { documents } = await world.teal(['up']);
    expect(documents.at(-1)).toMatchObject({ parts: [{ changed: false }, { changed: false }, { changed: false }] });
  });

  test('is there and in that account alone, and costs no NAT gateway', async () => {
    const state = await store.read(bucket, 'staging/platform.tfstate');
    const arns = state.match(/arn:aws:[^"\\]*/g) ?? [];
    const elsewhere = arns.filter((arn) => {
      const [, , , at = '', whose = ''] = arn.split(':');
      return (at !== '' && at !== region) || (/^\d+$/.test(whose) && whose !== account);
    });
    expect(arns.length).toBeGreaterThan(10);
    expect(elsewhere).toEqual([]);
    expect(state).toMatch(/"type":\s*"aws_internet_gateway"/);
    expect(state).not.toMatch(/"type":\s*"aws_nat_gateway"/);
  });

  test('is taken down to its last resource, without a word about protection; the bucket of states stays', async () => {
    const { documents } = await world.teal(['down', '--yes']);
    expect(documents.at(-1)).toMatchObject({ environment: 'staging' });
    const left = [...(await whatIsThere(world))].filter((thing) => !before.has(thing));
    expect(left).toEqual([`bucket ${bucket}`]);
  });
});

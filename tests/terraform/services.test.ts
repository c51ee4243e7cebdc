import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import type { Root } from './kit/root.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

describe.skipIf(reason !== undefined)('the services root of Terraform, on a balancer that is there', () => {
  let world: World;
  let root: Root;

  beforeAll(async () => {
    world = await aWorld();
    await aPlatformByProvision(world);
    await world.version('v1');
    world.service('api');
    await world.teal(['sync']);
    root = await world.root('services');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('applies a service, and then plans nothing', async () => {
    expect(await root.apply()).toBe('12 added, 0 changed, 0 destroyed');
    expect(await root.plan()).toEqual([]);
  });

  test('plans nothing after a deployment, and an apply changes nothing', async () => {
    await world.teal(['deploy', 'api']);
    expect(await root.plan()).toEqual([]);
    expect(await root.apply()).toBe('0 added, 0 changed, 0 destroyed');
  });
});

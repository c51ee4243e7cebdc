import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import type { Root } from './kit/root.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

describe.skipIf(reason !== undefined)('the platform root of Terraform, in size production', () => {
  let world: World;
  let root: Root;

  beforeAll(async () => {
    world = await aWorld({ environment: { size: 'production' } });
    await world.teal(['sync']);
    root = await world.root('platform');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('is applied, and then there is nothing to change', async () => {
    expect(await root.apply()).toMatch(/^\d+ added, 0 changed, 0 destroyed$/);
    expect(await root.plan()).toEqual([]);
    expect(await root.apply()).toBe('0 added, 0 changed, 0 destroyed');
  });

  test('is destroyed once its protection was lifted, and not before', async () => {
    const refused = await root.destroy();
    expect(refused.code, refused.output).toBe(1);

    root.set({ protection_lifted: true });
    expect(await root.apply()).toMatch(/^\d+ added, \d+ changed, 0 destroyed$/);
    const destroyed = await root.destroy();
    expect(destroyed.code, destroyed.output).toBe(0);
    expect((await root.run(['state', 'list'])).output.trim()).toBe('');
  });
});

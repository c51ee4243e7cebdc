import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { exceptForMoto } from './kit/moto-exceptions.ts';
import type { Root } from './kit/root.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const account = '210987654321';
const region = 'ap-south-1';

describe.skipIf(reason !== undefined)('the platform root of Terraform, frugal, in another region and account', () => {
  let world: World;
  let root: Root;

  beforeAll(async () => {
    world = await aWorld({
      region,
      account,
      environment: { size: 'frugal', database: { engine: 'postgres', major: 16 } },
    });
    await world.teal(['sync']);
    exceptForMoto(world);
    root = await world.root('platform');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('is applied, and then there is nothing to change', async () => {
    expect(await root.apply()).toMatch(/^\d+ added, 0 changed, 0 destroyed$/);
    expect(await root.plan()).toEqual([]);
  });

  test('is there and in that account alone, and costs no NAT gateway', async () => {
    const state = (await root.run(['state', 'pull'])).output;
    const arns = state.match(/arn:aws:[^"]*/g) ?? [];
    const elsewhere = arns.filter((arn) => {
      const [, , , at = '', whose = ''] = arn.split(':');
      return (at !== '' && at !== region) || (/^\d+$/.test(whose) && whose !== account);
    });
    expect(arns.length).toBeGreaterThan(10);
    expect(elsewhere).toEqual([]);
    const resources = (await root.run(['state', 'list'])).output;
    expect(resources).toContain('aws_internet_gateway');
    expect(resources).not.toContain('aws_nat_gateway');
  });

  test('is destroyed to its last resource, without a word about protection', async () => {
    const destroyed = await root.destroy();
    expect(destroyed.code, destroyed.output).toBe(0);
    expect((await root.run(['state', 'list'])).output.trim()).toBe('');
  });
});

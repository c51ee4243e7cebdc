import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { ask } from './kit/ask.ts';
import { exceptForMoto } from './kit/moto-exceptions.ts';
import type { Root } from './kit/root.ts';
import { whatIsThere } from './kit/what-is-there.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

/** The module by itself, in the account's default network. */
describe.skipIf(reason !== undefined)('a serverless Aurora database, made by Terraform', () => {
  let world: World;
  let root: Root;
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    world = await aWorld();
    before = await whatIsThere(world);
    exceptForMoto(join(world.folder, 'terraform'));
    const folder = join(world.folder, 'terraform', 'aurora');
    mkdirSync(folder);
    writeFileSync(join(folder, 'main.tf'), await auroraRoot(world));
    root = await world.root('aurora');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('is applied, with a member in a second zone; of the rest moto forgets the capacity', async () => {
    expect(await root.apply()).toMatch(/^\d+ added, 0 changed, 0 destroyed$/);
    const members = await ask(world, { service: 'rds', action: 'DescribeDBInstances', version: '2014-10-31' });
    expect([...members.matchAll(/<DBInstanceIdentifier>([^<]+)</g)].map(([, name]) => name).sort()).toEqual([
      'teal-staging-first',
      'teal-staging-second',
    ]);
    expect(await root.plan()).toEqual([{ address: 'module.database.aws_rds_cluster.this[0]', action: 'update' }]);
  });

  test('is destroyed to its last resource', async () => {
    const { code, output } = await root.destroy();
    expect(code, output).toBe(0);
    expect([...(await whatIsThere(world))].filter((thing) => !before.has(thing))).toEqual([]);
  });
});

async function auroraRoot(world: World): Promise<string> {
  const answer = await ask(world, { service: 'ec2', action: 'DescribeSubnets', version: '2016-11-15' });
  const subnets = [...answer.matchAll(/<subnetId>([^<]+)</g)].map(([, id]) => id).slice(0, 2);
  return `terraform {
  backend "s3" {}
}

variable "synced" {
  type = string
}

provider "aws" {
  region = "${world.region}"
}

module "database" {
  source = "../modules/database"

  name                = "staging"
  engine              = "aurora-postgres"
  major               = 16
  subnet_ids          = ${JSON.stringify(subnets)}
  security_group_ids  = []
  multi_zone          = true
  deletion_protection = false
  final_snapshot      = false
}
`;
}

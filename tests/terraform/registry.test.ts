import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeRepositoriesCommand, ECRClient, GetLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import type { Root } from './kit/root.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

describe.skipIf(reason !== undefined)('the repositories of an environment, made by Terraform', () => {
  let world: World;
  let root: Root;
  let ecr: ECRClient;

  beforeAll(async () => {
    world = await aWorld({ environment: { repositories: { 'shop/api': { keep: 10 } } } });
    world.service('api');
    await world.teal(['sync']);
    const folder = join(world.folder, 'terraform', 'registry');
    mkdirSync(folder);
    writeFileSync(join(folder, 'main.tf'), composition);
    root = await world.root('registry');
    ecr = new ECRClient(world.client);
  });
  afterAll(async () => {
    ecr?.destroy();
    await world?.[Symbol.asyncDispose]();
  });

  test('are as the environment’s file names them, and keep what deployments tagged', async () => {
    expect(await root.apply()).toBe('2 added, 0 changed, 0 destroyed');
    expect(await root.plan()).toEqual([]);
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/api'] }));
    expect(repositories).toMatchObject([
      { imageTagMutability: 'IMMUTABLE', imageScanningConfiguration: { scanOnPush: true } },
    ]);
    const { lifecyclePolicyText } = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName: 'shop/api' }));
    const { rules }: { rules: object[] } = JSON.parse(lifecyclePolicyText ?? '');
    expect(rules).toMatchObject([
      { selection: { tagPatternList: ['deployed-*'], countNumber: 10_000 } },
      { selection: { tagStatus: 'untagged' } },
      { selection: { tagStatus: 'any', countNumber: 10 } },
    ]);
  });

  test('go with the environment', async () => {
    await root.destroy();
    await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/api'] }))).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
    });
  });
});

/** The platform root's own lines, without the minutes that the provider takes for the rest of it. */
const composition = `terraform {
  backend "s3" {}
}

variable "synced" {
  type = string
}

locals {
  environment = jsondecode(file("\${var.synced}/environment.json"))
}

provider "aws" {
  region = local.environment.region
}

module "registry" {
  source = "../modules/registry"

  repositories = local.environment.repositories
  force_delete = true
}
`;

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { ask } from './kit/ask.ts';
import type { Root } from './kit/root.ts';
import { whatIsThere } from './kit/what-is-there.ts';
import { account, aWorld, environmentName, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

/** What stands in the platform's root before anything else does: no test waits for a load balancer. */
const targets = ['-target=module.network', '-target=module.security'];

const zone = `<?xml version="1.0" encoding="UTF-8"?>
<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/">
  <Name>example.com</Name><CallerReference>test</CallerReference>
</CreateHostedZoneRequest>`;

/** Of one empty account, in which each test leaves nothing. The other worlds have NAT and public subnets. */
describe.skipIf(reason !== undefined)('what an environment may choose of its network, made by Terraform', () => {
  let world: World;
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    world = await aWorld({ environment: { size: 'production' } });
    before = await whatIsThere(world);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  async function aNetwork(network: object): Promise<Root> {
    const file = join(world.project, 'environments', `${environmentName}.json`);
    const { region } = world;
    writeFileSync(file, JSON.stringify({ account, region, size: 'production', allowEndpoint: true, network }));
    await world.teal(['sync']);
    const root = await world.root('platform');
    expect(await root.apply(...targets)).toMatch(/^\d+ added, 0 changed, 0 destroyed$/);
    expect(await root.plan(...targets)).toEqual([]);
    return root;
  }

  const made = async (...kinds: readonly string[]): Promise<readonly string[]> =>
    [...(await whatIsThere(world))].filter(
      (thing) => !before.has(thing) && kinds.some((kind) => thing.startsWith(`${kind} `)),
    );

  async function goes(root: Root): Promise<void> {
    const { code, output } = await root.destroy();
    expect(code, output).toBe(0);
    expect([...(await whatIsThere(world))].filter((thing) => !before.has(thing))).toEqual([]);
  }

  test('with endpoints, tasks and database have no route to the internet, and AWS is reached from inside', async () => {
    const root = await aNetwork({ outbound: 'endpoints', zones: 2 });
    const tables = await routeTables(world);
    expect(tables.filter(({ routes }) => routes.includes('0.0.0.0/0')).map(({ name }) => name)).toEqual([
      `${environmentName}-public`,
    ]);
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tasks-a', 'tasks-b', 'database'].map((name) => `${environmentName}-${name}`)),
    );
    // Two gateways, and an interface for each service that a task needs.
    expect(await made('endpoint')).toHaveLength(8);
    expect(await made('NAT gateway', 'address')).toEqual([]);
    await goes(root);
  });

  test('the default network is taken as it is', async () => {
    const root = await aNetwork({ mode: 'default' });
    expect(await made('network', 'subnet', 'route table', 'internet gateway', 'endpoint')).toEqual([]);
    expect(await made('security group')).not.toEqual([]);
    await goes(root);
  });

  test('an existing network is taken by its ids', async () => {
    const { vpc, subnets } = await defaultNetwork(world);
    const root = await aNetwork({
      mode: 'existing',
      outbound: 'nat',
      vpc,
      publicSubnets: subnets.slice(0, 2),
      taskSubnets: subnets.slice(2, 3),
      databaseSubnets: subnets.slice(0, 2),
    });
    const { output } = await root.run(['output', '-json', 'network']);
    expect(JSON.parse(output)).toMatchObject({ vpc_id: vpc, task_subnet_ids: subnets.slice(2, 3) });
    expect(await made('network', 'subnet', 'route table', 'NAT gateway', 'endpoint')).toEqual([]);
    await goes(root);
  });

  test('two environments answer for one name by the distance of a client', async () => {
    const answer = await ask(world, { service: 'route53', post: '/2013-04-01/hostedzone', body: zone });
    const [, id = ''] = /<Id>\/hostedzone\/([^<]+)</.exec(answer) ?? [];
    const folder = join(world.folder, 'terraform', 'names');
    mkdirSync(folder);
    writeFileSync(join(folder, 'main.tf'), namesRoot(world.region, id));
    const root = await world.root('names');
    await root.apply();
    expect(await root.plan()).toEqual([]);
    const records = await ask(world, { service: 'route53', get: `/2013-04-01/hostedzone/${id}/rrset` });
    expect([...records.matchAll(/<Region>([^<]+)</g)].map(([, region]) => region).sort()).toEqual([
      'ap-south-1',
      'eu-west-1',
    ]);
    await goes(root);
  });
});

const ec2 = (world: World, action: string, members: string): Promise<string> =>
  ask(world, { service: 'ec2', action, version: '2016-11-15', members });

/** Of this environment, by name, each with the ranges that it has a way to. */
async function routeTables(world: World): Promise<readonly { name: string; routes: readonly string[] }[]> {
  const members = `Filter.1.Name=tag:Name&Filter.1.Value.1=${environmentName}-*`;
  const answer = await ec2(world, 'DescribeRouteTables', members);
  return answer
    .split('<routeTableId>')
    .filter((part) => part.includes('<routeSet>'))
    .map((part) => ({
      name: /<key>Name<\/key>\s*<value>([^<]+)</.exec(part)?.[1] ?? '',
      routes: [...part.matchAll(/<destinationCidrBlock>([^<]+)</g)].map(([, range = '']) => range),
    }))
    .filter(({ name }) => name !== '');
}

async function defaultNetwork(world: World): Promise<{ vpc: string; subnets: readonly string[] }> {
  const answer = await ec2(world, 'DescribeSubnets', 'Filter.1.Name=default-for-az&Filter.1.Value.1=true');
  const all = (tag: string): string[] =>
    [...answer.matchAll(new RegExp(`<${tag}>([^<]+)<`, 'g'))].map(([, value = '']) => value);
  return { vpc: all('vpcId')[0] ?? '', subnets: all('subnetId').sort() };
}

const namesRoot = (region: string, zoneId: string): string => `terraform {
  backend "s3" {}
}

variable "synced" {
  type = string
}

provider "aws" {
  region = "${region}"
}

module "dns" {
  source = "../modules/dns"

  zone_id = "${zoneId}"
  records = { for place in ["eu-west-1", "ap-south-1"] : place => {
    name    = "shop.example.com"
    alias   = { dns_name = "shop-1.\${place}.elb.amazonaws.com", zone_id = "Z32O12XQLNTSW2" }
    routing = { policy = "latency", identifier = place, region = place }
  } }
}
`;

import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import { platformStandIn } from './kit/platform-stand-in.ts';
import { aStore } from './kit/store.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

describe.skipIf(reason !== undefined)('an environment with a live service, by the real Terraform', () => {
  let world: World;

  beforeAll(async () => {
    world = await aWorld({ packaged: platformStandIn });
    await aPlatformByProvision(world);
    await world.version('v1');
    world.service('api');
    await world.teal(['up', '--yes']);
    await world.teal(['deploy', 'api']);
  }, 600_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('drift tells what a deployment changed from what somebody else did', async () => {
    const calm = await world.teal(['drift']);
    expect(driftOf(calm.documents.at(-1))).toMatchObject({ drifted: [], waiting: [], unapplied: [] });
    expect(deployedOf(calm.documents.at(-1))).toEqual(
      expect.arrayContaining(['aws_ecs_service desired_count', 'aws_ecs_service task_definition']),
    );
    await changeHealthCheck(world, 'staging-api-blue', '/elsewhere');
    await changeSubnets(world, 'api');
    const stormy = await world.teal(['drift'], 10);
    expect(driftOf(stormy.documents.at(-1))).toMatchObject({
      drifted: [
        {
          address: 'module.service["api"].aws_lb_target_group.this["blue"]',
          service: 'api',
          attribute: 'health_check',
        },
      ],
      waiting: [{ service: 'api', attribute: 'network_configuration.subnets' }],
    });
    await world.teal(['up', '--yes']);
    expect(driftOf((await world.teal(['drift'])).documents.at(-1))).toMatchObject({ drifted: [] });
  });

  test('down refuses what is live until it is told, and leaves what the docs list', async () => {
    const refused = await world.teal(['down', '--yes'], 3);
    expect(refused.stderr).toMatch(/Service api is live: .* 100 %, 1 task/);
    await world.teal(['down', '--yes', '--live']);
    expect(await active(world, 'api-blue', 'api-green')).toEqual([]);
    expect(await parameters(world)).toEqual(['/teal/staging', '/teal/staging/platform']);
    expect(await aStore(world).keys('teal-123456789012-eu-west-1-state')).toContain('state.tfstate');
    // Twice is no mistake.
    await world.teal(['down', '--yes']);
  });
});

async function active({ client }: World, ...services: readonly string[]): Promise<readonly string[]> {
  const ecs = new ECSClient(client);
  const found = await ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: [...services] }));
  ecs.destroy();
  return (found.services ?? []).filter(({ status }) => status === 'ACTIVE').map(({ serviceName = '' }) => serviceName);
}

async function parameters({ client }: World): Promise<readonly string[]> {
  const ssm = new SSMClient(client);
  const { Parameters = [] } = await ssm.send(new DescribeParametersCommand({}));
  ssm.destroy();
  return Parameters.map(({ Name = '' }) => Name).sort();
}

async function changeHealthCheck({ client }: World, name: string, path: string): Promise<void> {
  const elb = new ElasticLoadBalancingV2Client(client);
  const { TargetGroups: [group] = [] } = await elb.send(new DescribeTargetGroupsCommand({ Names: [name] }));
  await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: group?.TargetGroupArn, HealthCheckPath: path }));
  elb.destroy();
}

/** The live colour's tasks stand elsewhere than what is published, as after a change of the platform. */
async function changeSubnets({ client }: World, service: string): Promise<void> {
  const ecs = new ECSClient(client);
  const names = [`${service}-blue`, `${service}-green`];
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: names }));
  const live = services.find(({ desiredCount = 0 }) => desiredCount > 0);
  const { awsvpcConfiguration } = live?.networkConfiguration ?? {};
  await ecs.send(
    new UpdateServiceCommand({
      cluster: 'staging',
      service: live?.serviceName,
      networkConfiguration: {
        awsvpcConfiguration: { ...awsvpcConfiguration, subnets: ['subnet-00000000'] },
      },
    }),
  );
  ecs.destroy();
}

interface ToldDrift {
  readonly part: { readonly kind: string };
  readonly deployed: readonly { readonly address: string; readonly attribute: string }[];
}

function driftOf(document: object | undefined): ToldDrift | undefined {
  const { parts }: { parts: readonly ToldDrift[] } = JSON.parse(JSON.stringify(document));
  return parts.find(({ part }) => part.kind === 'services');
}

const deployedOf = (document: object | undefined): readonly string[] => [
  ...new Set(
    (driftOf(document)?.deployed ?? []).map(
      ({ address, attribute }) => `${/\]\.(aws_\w+)\./.exec(address)?.[1]} ${attribute}`,
    ),
  ),
];

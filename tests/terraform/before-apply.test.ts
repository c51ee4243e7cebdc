import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { ask } from './kit/ask.ts';
import { aStore, type Store } from './kit/store.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

/** The account is moto's: it has one VPC, may have five, and has no domain. */
describe.skipIf(reason !== undefined)('teal up in an account with no room', () => {
  let world: World;
  let store: Store;

  beforeAll(async () => {
    world = await aWorld({ environment: { loadBalancers: { main: { domain: 'shop.example' } } } });
    store = aStore(world);
    // moto loads a service at its first call, which takes longer than a call of teal's waits.
    await ask(world, { service: 'route53', get: '/2013-04-01/hostedzone' });
    await ask(world, { service: 'servicequotas', target: 'ServiceQuotasV20190624.ListServices' }).catch(() => '');
    for (const second of [1, 2, 3, 4])
      await ask(world, {
        ...{ service: 'ec2', action: 'CreateVpc', version: '2016-11-15' },
        members: `CidrBlock=10.${second}.0.0/16`,
      });
    world.service('api');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('refuses with what removes each obstacle, tells what it may not ask, and makes nothing', async () => {
    const { stderr } = await world.teal(['up', '--yes'], 3);
    expect(stderr).toContain(
      'The network needs a VPC besides the 5 that there are, and this account may have 5 in eu-west-1. Ask for more: aws service-quotas request-service-quota-increase --region eu-west-1 --service-code vpc --quota-code L-F678F1CE --desired-value 6.',
    );
    expect(stderr).toContain('loadBalancers.main: this account has no public Route 53 zone shop.example.');
    expect(stderr).toContain('This account has no role AWSServiceRoleForECS, AWSServiceRoleForElasticLoadBalancing, ');
    expect(stderr).toContain('  aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com\n');
    expect(stderr).toContain('Not checked: whether Fargate has vCPUs enough for both colours (');
    expect(await store.buckets()).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEnvironmentDiscovery } from '../../src/config/index.ts';
import { whyNoTerraform } from '../field/terraform.ts';
import { ask } from './kit/ask.ts';
import { exceptForMoto } from './kit/moto-exceptions.ts';
import type { Root } from './kit/root.ts';
import { whatIsThere } from './kit/what-is-there.ts';
import { aWorld, environmentName, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const password = 'a-password-that-stands-in-no-file';
const environment = {
  size: 'production',
  loadBalancers: {
    main: {
      domain: 'example.com',
      testListener: { from: ['198.51.100.0/24'] },
      routing: { policy: 'failover', role: 'primary', healthPath: '/health' },
    },
    admin: { internal: true },
  },
  database: { engine: 'postgres', major: 17 },
  notify: { email: ['team@example.com'], webhook: ['https://chat.example.com/hooks/teal'] },
};

const zone = `<?xml version="1.0" encoding="UTF-8"?>
<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/">
  <Name>example.com</Name><CallerReference>test</CallerReference>
</CreateHostedZoneRequest>`;

describe.skipIf(reason !== undefined)('the platform root of Terraform, in size production', () => {
  let world: World;
  let root: Root;
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    world = await aWorld({ environment });
    await ask(world, { service: 'route53', post: '/2013-04-01/hostedzone', body: zone });
    before = await whatIsThere(world);
    await world.teal(['sync']);
    exceptForMoto(world);
    root = await world.root('platform', { database_password: password });
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('is applied, and then there is nothing to change', async () => {
    expect(await root.apply()).toMatch(/^\d+ added, 0 changed, 0 destroyed$/);
    expect(await root.plan()).toEqual([]);
    expect(await root.apply()).toBe('0 added, 0 changed, 0 destroyed');
  });

  test('publishes what the engine and the services root read, in less than 4 KB', async () => {
    const parameter = async (name: string): Promise<string> => {
      const answer = await ask(world, { service: 'ssm', target: 'AmazonSSM.GetParameter', body: { Name: name } });
      return JSON.parse(answer).Parameter.Value;
    };
    expect(parseEnvironmentDiscovery(await parameter(`/teal/${environmentName}`))).toMatchObject({
      ok: true,
      value: { region: world.region, cluster: environmentName, journalTable: `teal-journal-${environmentName}` },
    });
    const platform = await parameter(`/teal/${environmentName}/platform`);
    expect(platform.length).toBeLessThan(4096);
    expect(JSON.parse(platform)).toMatchObject({
      schema: 1,
      assignPublicIp: false,
      kmsKeyArn: expect.stringMatching(/^arn:aws:kms:/),
      alarmTopicArn: expect.stringMatching(/^arn:aws:sns:/),
      loadBalancers: {
        main: { scheme: 'https', domain: 'example.com', testListenerArn: expect.stringMatching(/^arn:/) },
        admin: { scheme: 'http', domain: null, testListenerArn: null },
      },
      database: { port: 5432, name: 'app' },
    });
  });

  test('gives the database its password, and keeps it in neither state nor plan', async () => {
    const secret = { SecretId: `teal/${environmentName}/database` };
    const value = { service: 'secretsmanager', target: 'secretsmanager.GetSecretValue', body: secret };
    expect(await ask(world, value)).toContain(password);
    await root.plan('-out=kept.tfplan');
    const state = (await root.run(['state', 'pull'])).output;
    const plan = (await root.run(['show', '-json', 'kept.tfplan'])).output;
    expect(state).toContain('aws_db_instance');
    expect(plan).toContain('aws_db_instance');
    expect(`${state}${plan}`).not.toContain(password);
  });

  test('has no way to the internet for the database', async () => {
    const answer = await ask(world, {
      service: 'ec2',
      action: 'DescribeRouteTables',
      version: '2016-11-15',
      members: `Filter.1.Name=tag:Name&Filter.1.Value.1=${environmentName}-database`,
    });
    expect([...answer.matchAll(/<gatewayId>([^<]*)</g)].map(([, gateway]) => gateway)).toEqual(['local']);
    expect(answer).toContain('<subnetId>');
    expect(answer).not.toContain('<natGatewayId>');
  });

  test('is not destroyed before its protection was lifted', async () => {
    const refused = await root.destroy();
    expect(refused.code, refused.output).toBe(1);
    expect(refused.output).toContain('deletion');
  });

  test('is destroyed then, but for the snapshot of the database', async () => {
    root.set({ protection_lifted: true });
    expect(await root.apply()).toMatch(/^\d+ added, \d+ changed, 0 destroyed$/);
    const destroyed = await root.destroy();
    expect(destroyed.code, destroyed.output).toBe(0);
    expect((await root.run(['state', 'list'])).output.trim()).toBe('');

    const left = [...(await whatIsThere(world))].filter((thing) => !before.has(thing));
    expect(left).toEqual([expect.stringMatching(/^snapshot teal-staging-final-[0-9a-f]{8}$/)]);
  });
});

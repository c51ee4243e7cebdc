import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEnvironmentDiscovery } from '../../src/config/index.ts';
import { whyNoTerraform } from '../field/terraform.ts';
import { failuresOf, someClients } from '../integration/engine/kit/load.ts';
import { isPhase, statusOf } from '../integration/engine/kit/teal-run.ts';
import { ask } from './kit/ask.ts';
import { exceptForMoto } from './kit/moto-exceptions.ts';
import type { Root } from './kit/root.ts';
import { tlsClients } from './kit/tls-clients.ts';
import { visit } from './kit/visit.ts';
import { whatIsThere } from './kit/what-is-there.ts';
import { aWorld, environmentName, type World } from './kit/world.ts';
import { terraformWrites, trespasses } from './kit/writes.ts';

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

const deployment = {
  healthTimeout: '2m',
  // Held until somebody promotes.
  strategy: { steps: [{ weight: 20, hold: { bake: '1h' } }, { weight: 100 }] },
  bake: '1h',
  keepWarm: '15m',
};

/** Each test begins where the one before it ended. */
describe.skipIf(reason !== undefined)('the platform root of Terraform, in size production', () => {
  let world: World;
  let root: Root;
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    world = await aWorld({ environment });
    await ask(world, { service: 'route53', post: '/2013-04-01/hostedzone', body: zone });
    before = await whatIsThere(world);
    await world.teal(['sync']);
    exceptForMoto(join(world.folder, 'terraform'));
    root = await world.root('platform', { database_password: password });
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const parameter = async (name: string): Promise<string> => {
    const answer = await ask(world, { service: 'ssm', target: 'AmazonSSM.GetParameter', body: { Name: name } });
    return JSON.parse(answer).Parameter.Value;
  };

  test('is applied, and then there is nothing to change', async () => {
    expect(await root.apply()).toMatch(/^\d+ added, 0 changed, 0 destroyed$/);
    expect(await root.plan()).toEqual([]);
    expect(await root.apply()).toBe('0 added, 0 changed, 0 destroyed');
  });

  test('publishes what the engine and the services root read, in less than 4 KB', async () => {
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

  test('carries two services that lose no request while they are deployed, and Terraform plans and applies', async () => {
    await world.version('v1');
    world.service('api');
    world.service('web', { loadBalancer: 'admin' });
    await world.teal(['sync']);
    const services = await world.root('services');
    expect(await services.apply()).toMatch(/^\d+ added, 0 changed, 0 destroyed$/);
    const applied = new Date().toISOString();
    await Promise.all(['api', 'web'].map((service) => world.teal(['deploy', service])));

    const { urlOf, certificateAuthority } = await served(world);
    const platform: Platform = JSON.parse(await parameter(`/teal/${environmentName}/platform`));
    const atApi = tlsClients(urlOf(platform, 'main'), certificateAuthority);
    const atWeb = someClients(urlOf(platform, 'admin').replace(/\/$/, ''), 50);
    const visitIn = (phase: string) => visit(phase, world, { platform: root, services });
    await world.version('v2');
    world.service('api', { deployment: { ...deployment, identity: { path: '/version', json: '$.revision' } } });
    world.service('web', { loadBalancer: 'admin', deployment });
    const runs = ['api', 'web'].map((service) => world.start(['deploy', service]));
    for (const run of runs) run.ended.catch(() => undefined);
    await Promise.all(runs.map((run) => run.event(({ type, body }) => type === 'weights' && body.green === 80)));
    expect(await visitIn('both at 20 %')).toEqual([]);

    await Promise.all(['api', 'web'].map((service) => world.teal(['promote', service])));
    await Promise.all(runs.map((run) => run.event(isPhase('baking'))));
    expect(await visitIn('both baking')).toEqual([]);

    await world.teal(['promote', 'api']);
    const { exitCode: aborted } = await world.start(['abort', 'web']).ended;
    const [api] = await Promise.all(runs.map((run) => run.ended));
    // Over TLS, whose authority a probe trusts.
    expect(api?.documents).toContainEqual(
      expect.objectContaining({ measured: expect.objectContaining({ cutoverMs: expect.any(Number) }) }),
    );
    expect([api?.exitCode, aborted]).toEqual([0, 5]);
    expect(await visitIn('api succeeded, web rolled back')).toEqual([]);
    expect((await statusOf(world, 'api')).weights).toEqual({ blue: 100, green: 0 });
    expect((await statusOf(world, 'web')).weights).toEqual({ blue: 0, green: 100 });

    const [fromApi, fromWeb] = await Promise.all([atApi.stop(), atWeb.stop()]);
    process.stdout.write(`clients: api ${fromApi.answered} over TLS, web ${fromWeb.length}\n`);
    expect([fromApi.failures, failuresOf(fromWeb)]).toEqual([[], []]);
    expect(Math.min(fromApi.answered, fromWeb.length)).toBeGreaterThan(500);
    expect(trespasses(await terraformWrites(world.endpoint, applied))).toEqual([]);

    const destroyed = await services.destroy();
    expect(destroyed.code, destroyed.output).toBe(0);
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

interface Platform {
  readonly loadBalancers: Readonly<Record<string, { readonly productionListenerArns: readonly string[] }>>;
}

/** Where a load balancer's production listener really is. */
async function served({ endpoint }: World) {
  const answer = await fetch(`${endpoint}/_teal/listeners`);
  const told: { listeners: { url: string; listenerArn: string }[]; certificateAuthority: string } = JSON.parse(
    await answer.text(),
  );
  return {
    urlOf: ({ loadBalancers }: Platform, balancer: string): string =>
      told.listeners.find(({ listenerArn }) => listenerArn === loadBalancers[balancer]?.productionListenerArns[0])
        ?.url ?? '',
    certificateAuthority: told.certificateAuthority,
  };
}

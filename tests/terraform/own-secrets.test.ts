import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import type { Root } from './kit/root.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const value = 'planted-5d1c2f0b';
const place = 'ssm:/teal/staging/api/PLANTED';

/** Each test begins where the one before it ended. */
describe.skipIf(reason !== undefined)('a secret of a service’s own, made by Terraform', () => {
  let world: World;
  let root: Root;
  const service = (logs: number): void =>
    world.service('api', { secrets: { PLANTED: { from: 'teal' } }, logs: { retentionDays: logs } });

  beforeAll(async () => {
    world = await aWorld();
    await aPlatformByProvision(world);
    await world.version('v1');
    service(14);
    await world.teal(['sync']);
    root = await world.root('services');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const put = async (): Promise<{ readonly exitCode: number | null; readonly stderr: string }> =>
    world.start(['secret', 'put', 'api/PLANTED'], value).ended;

  test('can’t be put before it is there, where it would be in Terraform’s way', async () => {
    const { exitCode, stderr } = await put();
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`${place} is made by Terraform, and is not there yet. Make it: teal up --env staging.`);
  });

  test('is made without a value, which a deployment is refused for', async () => {
    expect(await root.apply()).toBe('16 added, 0 changed, 0 destroyed');
    const { stderr } = await world.teal(['deploy', 'api'], 3);
    expect(stderr).toContain(
      'services/api.json secrets.PLANTED: parameter /teal/staging/api/PLANTED in Parameter Store has no value. Give it one: teal secret put ssm:/teal/staging/api/PLANTED --env staging',
    );
  });

  test('reaches the tasks once it has a value, and Terraform has nothing to say to it', async () => {
    expect((await put()).exitCode).toBe(0);
    await world.teal(['deploy', 'api']);
    expect(await root.plan()).toEqual([]);
    service(30);
    await world.teal(['sync']);
    await root.apply();
    const ssm = new SSMClient(world.client);
    const { Parameter } = await ssm.send(
      new GetParameterCommand({ Name: '/teal/staging/api/PLANTED', WithDecryption: true }),
    );
    ssm.destroy();
    expect(Parameter).toMatchObject({ Value: value, Type: 'SecureString', Version: 2 });
  });

  test('is with its value in no state', async () => {
    const state = readFileSync(join(root.variables, '..', 'terraform.tfstate'), 'utf8');
    expect(state).toContain('/teal/staging/api/PLANTED');
    expect(state).not.toContain(value);
  });

  test('goes with its service', async () => {
    await root.destroy();
    const ssm = new SSMClient(world.client);
    await expect(ssm.send(new GetParameterCommand({ Name: '/teal/staging/api/PLANTED' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    ssm.destroy();
  });
});

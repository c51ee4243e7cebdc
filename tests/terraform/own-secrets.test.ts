import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import type { Root } from './kit/root.ts';
import { aWorld, type World } from './kit/world.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const value = 'planted-5d1c2f0b';

interface Store {
  readonly secretsStore: 'ssm' | 'secretsmanager';
  readonly name: string;
  readonly called: string;
  /** The value that is there; rejects where there is nothing. */
  readonly read: (world: World) => Promise<string | undefined>;
}

const stores: readonly Store[] = [
  {
    secretsStore: 'ssm',
    name: '/teal/staging/api/PLANTED',
    called: 'parameter /teal/staging/api/PLANTED in Parameter Store',
    async read({ client }) {
      const ssm = new SSMClient(client);
      const command = new GetParameterCommand({ Name: '/teal/staging/api/PLANTED', WithDecryption: true });
      return (await ssm.send(command).finally(() => ssm.destroy())).Parameter?.Value;
    },
  },
  {
    secretsStore: 'secretsmanager',
    name: 'teal/staging/api/PLANTED',
    called: 'secret teal/staging/api/PLANTED in Secrets Manager',
    async read({ client }) {
      const secrets = new SecretsManagerClient(client);
      const command = new GetSecretValueCommand({ SecretId: 'teal/staging/api/PLANTED' });
      return (await secrets.send(command).finally(() => secrets.destroy())).SecretString;
    },
  },
];

/** Each test begins where the one before it ended. */
describe.skipIf(reason !== undefined).each(stores)(
  'a secret of a service’s own in $secretsStore, made by Terraform',
  ({ secretsStore, name, called, read }) => {
    let world: World;
    let root: Root;
    const place = `${secretsStore}:${name}`;
    const service = (logs: number): void =>
      world.service('api', { secrets: { PLANTED: { from: 'teal' } }, logs: { retentionDays: logs } });

    beforeAll(async () => {
      world = await aWorld({ environment: { settings: { secretsStore } } });
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
        `services/api.json secrets.PLANTED: ${called} has no value. Give it one: teal secret put ${place} --env staging`,
      );
    });

    test('reaches the tasks once it has a value, and Terraform has nothing to say to it', async () => {
      expect((await put()).exitCode).toBe(0);
      await world.teal(['deploy', 'api']);
      expect(await root.plan()).toEqual([]);
      service(30);
      await world.teal(['sync']);
      await root.apply();
      expect(await read(world)).toBe(value);
    });

    test('is with its value in no state', async () => {
      const state = readFileSync(join(root.variables, '..', 'terraform.tfstate'), 'utf8');
      expect(state).toContain(name);
      expect(state).not.toContain(value);
    });

    test('goes with its service', async () => {
      await root.destroy();
      await expect(read(world)).rejects.toMatchObject({ name: expect.stringContaining('NotFound') });
    });
  },
);

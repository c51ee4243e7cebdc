import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import { platformStandIn } from './kit/platform-stand-in.ts';
import { aStore, type Store } from './kit/store.ts';
import { aWorld, type World } from './kit/world.ts';
import { terraformWrites } from './kit/writes.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const bucket = 'teal-123456789012-eu-west-1-state';
const secret = 'correct-horse-battery-staple';

/** One state for each service: a key of another service's state is what an apply must never take. */
describe.skipIf(reason !== undefined)('states of single services, by the real Terraform', () => {
  let world: World;
  let store: Store;
  let argumentsGiven: string;

  beforeAll(async () => {
    world = await aWorld({ packaged: platformStandIn, environment: { stateScope: 'service' } });
    store = aStore(world);
    argumentsGiven = recordTerraform(world);
    await aPlatformByProvision(world);
    await world.version('v1');
    world.service('api', { secrets: { TOKEN: { from: 'ssm:/world/token' } } });
    world.service('web', { routes: [{ path: '/web/*', priority: 5 }] });
    expect((await world.start(['secret', 'put', 'ssm:/world/token'], secret).ended).exitCode).toBe(0);
    await world.teal(['up', '--yes']);
  }, 600_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  test('each service has a state, with a lock beside it while it is written', async () => {
    expect(await store.keys(bucket)).toEqual([
      'staging/platform.tfstate',
      'staging/services/api.tfstate',
      'staging/services/web.tfstate',
      'state.tfstate',
    ]);
    expect(servicesIn(await store.read(bucket, 'staging/services/api.tfstate'))).toEqual(['api']);
    expect(servicesIn(await store.read(bucket, 'staging/services/web.tfstate'))).toEqual(['web']);
  });

  test('the value of a secret is in no state, no plan and no argument', async () => {
    const states = await Promise.all((await store.keys(bucket)).map((key) => store.read(bucket, key)));
    expect(states.join('\n')).toContain('/world/token');
    const told = readFileSync(argumentsGiven, 'utf8');
    expect(told).toContain('plan -input=false');
    expect(states.join('\n') + told).not.toContain(secret);
  });

  test('a state under the key of another service is refused before anything is taken away', async () => {
    const own = await store.read(bucket, 'staging/services/api.tfstate');
    await store.write(bucket, 'staging/services/api.tfstate', await store.read(bucket, 'staging/services/web.tfstate'));
    const { stderr } = await world.teal(['up', '--yes'], 3);
    expect(stderr).toContain('Service web would be taken away: module.service["web"].aws_ecs_service.this["blue"]');
    expect(stderr).toContain('Nobody retired web.');
    expect(await active(world, 'web-blue', 'web-green', 'api-blue', 'api-green')).toHaveLength(4);
    await store.write(bucket, 'staging/services/api.tfstate', own);
    await world.teal(['up']);
  });

  test('a state that somebody holds is not waited for without end, and who holds it is told', async () => {
    const lock = 'staging/services/web.tfstate.tflock';
    await store.write(bucket, lock, heldLock);
    const { stderr } = await world.teal(['up', '--yes'], 3);
    expect(stderr).toContain('The state of the service web is held by ana@laptop since 2026-11-21 04:00:00');
    expect(stderr).toContain(`aws s3 rm s3://${bucket}/${lock}`);
    await store.remove(bucket, lock);
  });

  test('of two that bring it up at once nobody undoes or repeats what the other does', async () => {
    const secrets = { TOKEN: { from: 'ssm:/world/token' } };
    world.service('api', { secrets, targetHealthCheck: { path: '/ready', interval: '5s', timeout: '2s' } });
    const since = new Date().toISOString();
    const ends = await Promise.all([1, 2].map(() => world.start(['up', '--yes']).ended));
    const codes = ends.map(({ exitCode }) => exitCode).sort();
    process.stdout.write(`two at once end with ${codes.join(' and ')}\n`);
    const words = ends.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(['0 and 0', '0 and 3'], words).toContain(codes.join(' and '));
    for (const { exitCode, stderr } of ends)
      if (exitCode !== 0) expect(stderr).toMatch(/is held by|Somebody else applied/);
    const writes = await terraformWrites(world.endpoint, since);
    expect(writes.filter(({ operation }) => operation === 'ModifyTargetGroup')).toHaveLength(2);
    const { documents } = await world.teal(['up', '--yes']);
    const { parts }: { parts: readonly { changed: boolean }[] } = JSON.parse(JSON.stringify(documents.at(-1)));
    expect(parts.map(({ changed }) => changed)).toEqual(parts.map(() => false));
  });

  test('a service goes when it is retired, and not before', async () => {
    world.removeService('web');
    expect((await world.teal(['up', '--yes'], 3)).stderr).toContain('teal retire web --env staging');
    expect(await active(world, 'web-blue', 'web-green')).toHaveLength(2);
    const { documents } = await world.teal(['retire', 'web', '--yes']);
    expect(documents.at(-1)).toMatchObject({ changed: true, tombstone: '.teal/terraform/staging/services/web.json' });
    await world.teal(['up', '--yes']);
    expect(await active(world, 'web-blue', 'web-green')).toEqual([]);
    expect(await active(world, 'api-blue', 'api-green')).toHaveLength(2);
  });
});

/** Puts a program before Terraform that writes down its arguments, then is Terraform; returns the file. */
function recordTerraform({ folder }: World): string {
  const real = spawnSync('sh', ['-c', 'command -v terraform'], { encoding: 'utf8' }).stdout.trim();
  const file = join(folder, 'arguments');
  const program = join(folder, 'bin', 'terraform');
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$*" >> "${file}"\nexec "${real}" "$@"\n`);
  chmodSync(program, 0o755);
  return file;
}

function servicesIn(state: string): readonly string[] {
  return [...new Set([...state.matchAll(/module\.service\[\\"([a-z]+)\\"\]/g)].map(([, name = '']) => name))].sort();
}

/** As Terraform writes one. */
const heldLock = JSON.stringify({
  ID: '0f6d1c9e-0000-1111-2222-333344445555',
  Operation: 'OperationTypeApply',
  Info: '',
  Who: 'ana@laptop',
  Version: '1.11.4',
  Created: '2026-11-21T04:00:00Z',
  Path: 'staging/services/web.tfstate',
});

async function active({ client }: World, ...services: readonly string[]): Promise<readonly string[]> {
  const ecs = new ECSClient(client);
  const found = await ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: [...services] }));
  ecs.destroy();
  return (found.services ?? []).filter(({ status }) => status === 'ACTIVE').map(({ serviceName = '' }) => serviceName);
}

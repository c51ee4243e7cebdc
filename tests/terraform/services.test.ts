import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoTerraform } from '../field/terraform.ts';
import { isPhase, type Status, statusOf } from '../integration/engine/kit/teal-run.ts';
import { aPlatformByProvision } from './kit/platform.ts';
import type { Root } from './kit/root.ts';
import { visit } from './kit/visit.ts';
import { aWorld, type World } from './kit/world.ts';
import { inWords, terraformWrites, trespasses, type Write } from './kit/writes.ts';

const reason = whyNoTerraform();
if (reason !== undefined) process.stdout.write(`skipped: ${reason}\n`);

const deployment = {
  healthTimeout: '2m',
  // Held until the file is there, and until somebody promotes.
  verification: [{ command: ['sh', '-c', 'until [ -f verified ]; do sleep 0.2; done'], timeout: '10m' }],
  strategy: {
    steps: [{ weight: 20, hold: { bake: '1h' } }, { weight: 60, hold: { bake: '1h' } }, { weight: 100 }],
  },
  bake: '1h',
  keepWarm: '15m',
};
const route = { path: '/*', priority: 10 };
const routes = [route, { path: '/more/*', priority: 5 }];
/** Of one service. */
const made = '15 added, 0 changed, 0 destroyed';

/** Each test begins where the one before it ended. */
describe.skipIf(reason !== undefined)('the services root of Terraform, on a balancer that is there', () => {
  let world: World;
  let root: Root;
  let applied: string;

  beforeAll(async () => {
    world = await aWorld();
    await aPlatformByProvision(world);
    await world.version('v1');
    world.service('api');
    await world.teal(['sync']);
    root = await world.root('services');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const weights = async (): Promise<Status['weights']> => (await statusOf(world, 'api')).weights;

  const visitIn = (phase: string): Promise<readonly Write[]> => visit(phase, world, { services: root });

  test('applies a service, and then plans nothing', async () => {
    expect(await root.apply()).toBe(made);
    applied = new Date().toISOString();
    expect(await visitIn('applied')).toEqual([]);
  });

  test('plans and writes nothing after a deployment', async () => {
    await world.teal(['deploy', 'api']);
    expect(await visitIn('deployed')).toEqual([]);
    expect(await weights()).toEqual({ blue: 0, green: 100 });
  });

  test('leaves the weights to a switch between a plan and its apply', async () => {
    await world.version('v2');
    world.service('api');
    await world.teal(['deploy', 'api']);
    world.service('api', { routes: [{ ...route, host: 'api.example.test' }] });
    await world.teal(['sync']);
    const saved = join(world.folder, 'saved.plan');
    expect([...(await root.plan(`-out=${saved}`))].sort(byAddress)).toEqual([
      { address: 'module.service["api"].aws_lb_listener_rule.production["10"]', action: 'update' },
      { address: 'module.service["api"].aws_lb_listener_rule.test["10"]', action: 'update' },
      { address: 'module.service["api"].aws_ssm_parameter.discovery', action: 'update' },
    ]);
    expect(await weights()).toEqual({ blue: 100, green: 0 });
    await world.teal(['switch', 'api', '--to', 'green']);
    const since = new Date().toISOString();
    expect(await root.apply(saved)).toBe('0 added, 3 changed, 0 destroyed');
    const writes = await terraformWrites(world.endpoint, since);
    process.stdout.write(`saved plan: writes ${inWords(writes)}\n`);
    expect(writes.map(({ operation }) => operation).sort()).toEqual(['ModifyRule', 'ModifyRule', 'PutParameter']);
    expect(await weights()).toEqual({ blue: 0, green: 100 });
    expect(await root.plan()).toEqual([]);
  });

  test('gives a new route the weights that the others have', async () => {
    world.service('api', { routes });
    await world.teal(['sync']);
    expect(await root.apply()).toBe('2 added, 3 changed, 0 destroyed');
    // Null where places differ.
    expect(await weights()).toEqual({ blue: 0, green: 100 });
  });

  test('calls teal switch for live, once for each change', async () => {
    root.set({ live: { api: 'blue' } });
    expect(await root.apply()).toBe('1 added, 0 changed, 0 destroyed');
    expect(await weights()).toEqual({ blue: 100, green: 0 });
    expect(await root.plan()).toEqual([]);

    // A later switch by a person stands.
    await world.teal(['switch', 'api', '--to', 'green']);
    expect(await root.apply()).toBe('0 added, 0 changed, 0 destroyed');
    expect(await weights()).toEqual({ blue: 0, green: 100 });
  });

  test('plans and writes nothing in any phase of a deployment, nor after it was taken back', async () => {
    await world.version('v3');
    world.service('api', { routes, deployment });
    const run = world.start(['deploy', 'api']);
    run.ended.catch(() => undefined);
    await run.event(isPhase('verifying'));
    expect(await visitIn('verifying')).toEqual([]);

    writeFileSync(join(world.project, 'verified'), '');
    for (const blue of [20, 60]) {
      await run.event(({ type, body }) => type === 'weights' && body.blue === blue);
      expect(await visitIn(`at ${blue} %`)).toEqual([]);
      if (blue === 20) await world.teal(['promote', 'api']);
    }

    // Who would switch by Terraform now is told that a deployment runs.
    root.set({ live: { api: 'green' } });
    const { output } = await root.run(['apply', '-auto-approve', `-var-file=${root.variables}`], [1]);
    expect(output).toContain('local-exec provisioner error');
    expect(await weights()).toEqual({ blue: 60, green: 40 });
    await world.teal(['promote', 'api']);
    await run.event(isPhase('baking'));

    // Whoever takes it back ends with 5, too.
    await world.start(['abort', 'api']).ended;
    await run.ended;
    expect(await weights()).toEqual({ blue: 0, green: 100 });
    await root.apply();
    expect(await visitIn('rolled back')).toEqual([]);
  });

  test('lets one apply at a time have a state, and applies services with states of their own side by side', async () => {
    const both = await Promise.allSettled([root.apply('-lock-timeout=0s'), root.apply('-lock-timeout=0s')]);
    const refused = both.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(String(refused[0]?.reason)).toContain('Error acquiring the state lock');

    world.service('one', { routes: [{ path: '/one', priority: 1 }] });
    world.service('two', { routes: [{ path: '/two', priority: 2 }] });
    await world.teal(['sync']);
    const one = await world.root('services', { only: ['one'] });
    const two = await world.root('services', { only: ['two'] });
    expect(await Promise.all([one.apply(), two.apply()])).toEqual([made, made]);
    expect(await Promise.all([one.plan(), two.plan()])).toEqual([[], []]);

    // What was never deployed has no traffic to move.
    one.set({ live: { one: 'blue' } });
    expect(await one.apply()).toBe('1 added, 0 changed, 0 destroyed');
    expect(await one.plan()).toEqual([]);
  });

  test('has sent nothing that belongs to the engine since the first apply', async () => {
    const writes = await terraformWrites(world.endpoint, applied);
    expect(writes.map(({ operation }) => operation)).toContain('ModifyRule');
    expect(trespasses(writes)).toEqual([]);
  });
});

const byAddress = (a: { readonly address: string }, b: { readonly address: string }): number =>
  a.address < b.address ? -1 : 1;

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failures } from '../../../examples/demo/verdict.ts';
import { failuresOf, pidsBehind, someClients, versionOf, versionsBetween } from './kit/load.ts';
import { aStage, eventually, type Stage } from './kit/stage.ts';
import { isPhase, isWeights, reasonOf, statusOf, wordsOf, writesOf } from './kit/teal-run.ts';

/** Each test has a service of its own on one runtime: their first deployments make the environment together. */
let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** A first version under load. */
async function aServiceInUse(name: string, priority: number, requestsPerSecond: number, deployment: object = {}) {
  const host = `${name}.test`;
  stage.service(name, { host, priority, deployment: { ...deployment } });
  await stage.teal(['deploy', name]);
  const clients = someClients(await stage.url(), requestsPerSecond, host);
  await clients.answeredBy('v1', 20);
  return clients;
}

/** All failures of the load, each blamed on a colour only where the balancer's own log says that it was sent there. */
async function blamed(
  records: Awaited<ReturnType<ReturnType<typeof someClients>['stop']>>,
  service: string,
  color: string,
) {
  const log = await eventually(
    () => {
      const all = stage.accessLog();
      const logged = new Set(all.map(({ rid }) => rid));
      return records.every(({ rid }) => logged.has(rid)) ? all : undefined;
    },
    10_000,
    500,
  );
  const group = log.find(({ targetGroup }) => targetGroup?.includes(`/local-${service}-${color}/`))?.targetGroup;
  if (group === undefined) return failures(records, log, []);
  return failures(records, log, [{ version: 'bad', targetGroup: group, from: 0, to: Number.POSITIVE_INFINITY }]);
}

const anyWith = (members: object): unknown => expect.arrayContaining([expect.objectContaining(members)]);

const ever = [0, Number.POSITIVE_INFINITY] as const;

describe.concurrent('a bad version', () => {
  test('that crashes at its start fails with exit code 4, tells how it ended, and never gets traffic', async () => {
    const clients = await aServiceInUse('crashing', 10, 20);
    stage.version('crashing', { name: 'v2', fault: 'crashes' });
    const failed = await stage.teal(['deploy', 'crashing'], 4);
    const records = await clients.stop();
    expect(failuresOf(records)).toEqual([]);
    expect(versionsBetween(records, ...ever)).toEqual(['v1']);
    expect(writesOf(failed)).toEqual([]);
    expect(reasonOf(failed)).toMatchObject({
      kind: 'ecs-deployment-failed',
      evidence: { stopped: anyWith({ exitCode: 3 }), lastLines: ['LAST WORDS: the database is not reachable'] },
    });
    const { colors, weights } = await statusOf(stage, 'crashing');
    expect(weights).toEqual({ blue: 0, green: 100 });
    expect(colors.blue.desired).toBe(0);
    const told = await stage.teal(['history', 'crashing']);
    expect(told.stdout).toContain('LAST WORDS');
  });

  test('that fails its verification over the test rule fails with exit code 4 and never gets traffic', async () => {
    const clients = await aServiceInUse('unready', 20, 20);
    stage.version('unready', { name: 'v2', fault: 'not-ready' });
    const failed = await stage.teal(['deploy', 'unready'], 4);
    const records = await clients.stop();
    expect(failuresOf(records)).toEqual([]);
    expect(versionsBetween(records, ...ever)).toEqual(['v1']);
    expect(reasonOf(failed)).toMatchObject({ kind: 'verification-failed', found: 'status 500' });
  });

  test('that fails under load is taken back with exit code 5, and only its own answers are failures', async () => {
    const clients = await aServiceInUse('failing', 30, 60, { strategy: { canary: { weight: 20, bake: '20s' } } });
    stage.version('failing', { name: 'v2', fault: { failsAbovePerSecond: 8 } });
    const failed = await stage.teal(['deploy', 'failing'], 5);
    await clients.answeredBy('v1', 30);
    const records = await clients.stop();
    expect(reasonOf(failed)).toMatchObject({ kind: 'failures', limit: 1 });
    const bad = await blamed(records, 'failing', 'blue');
    expect(bad.length).toBeGreaterThan(0);
    expect(bad.filter(({ canary }) => canary === undefined)).toEqual([]);
    const back = writesOf(failed).at(-1);
    expect(back?.weights).toEqual({ blue: 0, green: 100 });
    expect(versionsBetween(records, back?.readAt ?? 0, ever[1])).toEqual(['v1']);
  });

  test('that is slower than the limit is taken back with exit code 5, and no request fails', async () => {
    const clients = await aServiceInUse('slow', 40, 20, {
      strategy: { canary: { weight: 20, bake: '20s' } },
      limits: { window: '5s', p99: '600ms' },
    });
    stage.version('slow', { name: 'v2', fault: { slowMs: 900 } });
    const failed = await stage.teal(['deploy', 'slow'], 5);
    const records = await clients.stop();
    expect(reasonOf(failed)).toMatchObject({ kind: 'latency', limitMs: 600 });
    expect(failuresOf(records)).toEqual([]);
    expect(records.some((record) => versionOf(record) === 'v2')).toBe(true);
  });

  test('whose tasks are killed while it bakes is taken back with exit code 5', async () => {
    const clients = await aServiceInUse('dying', 50, 20, { bake: '20s' });
    stage.version('dying', { name: 'v2' });
    const run = stage.start(['deploy', 'dying']);
    await run.event(isWeights(0));
    await run.event(isPhase('baking'));
    for (const pid of await pidsBehind(await stage.url(), 'dying.test')) process.kill(pid, 'SIGKILL');
    const failed = await run.ended;
    await clients.answeredBy('v1', 10);
    const records = await clients.stop();
    expect(failed.exitCode, wordsOf(failed)).toBe(5);
    expect(reasonOf(failed)).toMatchObject({
      kind: 'too-few-healthy',
      evidence: { stopped: anyWith({ exitCode: 137 }) },
    });
    const bad = await blamed(records, 'dying', 'blue');
    expect(bad.filter(({ canary }) => canary === undefined)).toEqual([]);
    const back = writesOf(failed).at(-1);
    expect(versionsBetween(records, back?.readAt ?? 0, ever[1])).toEqual(['v1']);
  });

  test('that is a first one and fails before its cutover leaves nothing running', async () => {
    stage.service('stillborn', { host: 'stillborn.test', priority: 60 });
    stage.version('stillborn', { name: 'v1', fault: 'crashes' });
    await stage.teal(['deploy', 'stillborn'], 4);
    const { colors, weights, live } = await eventually(
      async () => {
        const status = await statusOf(stage, 'stillborn');
        return status.colors.green.running === 0 ? status : undefined;
      },
      20_000,
      1_000,
    );
    expect(colors).toMatchObject({ blue: { desired: 0, running: 0 }, green: { desired: 0, running: 0 } });
    expect(weights).toEqual({ blue: 100, green: 0 });
    expect(live).toBeNull();
  });

  test('that is a first one and fails after its cutover halts with exit code 6: there is nothing to return to', async () => {
    stage.service('orphaned', { host: 'orphaned.test', priority: 70, deployment: { bake: '20s' } });
    const run = stage.start(['deploy', 'orphaned', '--bake', '20']);
    await run.event(isPhase('baking'));
    for (const pid of await pidsBehind(await stage.url(), 'orphaned.test')) process.kill(pid, 'SIGKILL');
    const halted = await run.ended;
    expect(halted.exitCode, wordsOf(halted)).toBe(6);
    expect(reasonOf(halted)).toMatchObject({ kind: 'nothing-to-return-to', first: { kind: 'too-few-healthy' } });
    const { weights, deployment } = await statusOf(stage, 'orphaned');
    expect(weights).toEqual({ blue: 0, green: 100 });
    expect(deployment?.outcome?.name).toBe('halted');
  });
});

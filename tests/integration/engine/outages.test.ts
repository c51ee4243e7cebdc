import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failuresOf, someClients, versionsBetween } from './kit/load.ts';
import { aProxy, isWrite, type RuntimeProxy, type SeenCall } from './kit/proxy.ts';
import { aStage, eventually, figure, type Stage } from './kit/stage.ts';
import { isWeights, statusOf, wordsOf, writesOf } from './kit/teal-run.ts';

/** v1 is warm in green, v2 live in blue; every driver speaks to the runtime through a proxy. */
let stage: Stage;
let url: string;
beforeAll(async () => {
  stage = await aStage();
  stage.service('api', { tasks: 1, deployment: { strategy: 'all-at-once', bake: '0s' } });
  await stage.teal(['deploy', 'api']);
  stage.version('api', { name: 'v2' });
  await stage.teal(['deploy', 'api']);
  url = await stage.url();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const records = (): readonly string[] => {
  const folder = join(stage.project, '.teal', 'unjournalled');
  return existsSync(folder) ? readdirSync(folder) : [];
};

for (const [how, passage] of [
  ['refuse everything', 'refuse'],
  ['never answer', 'never'],
] as const) {
  test(`with ECS, SSM, DynamoDB and STS that ${how} a rollback to a named colour is one ModifyRule`, async () => {
    await using proxy = await aProxy(stage.endpoint);
    proxy.decide(({ service }) => (['', 'elasticloadbalancing'].includes(service) ? 'pass' : passage));
    const clients = someClients(url, 30);
    await clients.answeredBy('v2', 20);

    const guess = await stage.teal(['rollback', 'api'], 3, proxy.endpoint);
    expect(guess.stderr).toContain('teal rollback api --to blue (or green)');
    expect(proxy.calls.filter(isElbWrite)).toEqual([]);

    const asked = Date.now();
    await stage.teal(['rollback', 'api', '--to', 'green'], 0, proxy.endpoint);
    const tookMs = Date.now() - asked;
    await clients.answeredBy('v1', 20);
    const seen = await clients.stop();
    expect(proxy.calls.filter(isElbWrite).map(({ operation }) => operation)).toEqual(['ModifyRule']);
    expect(failuresOf(seen)).toEqual([]);
    figure(`rollback by the load balancer alone, the whole command, where the others ${how}`, tookMs, seen.length);
    expect((await statusOf(stage, 'api')).weights).toEqual({ blue: 0, green: 100 });
    expect(records()).toHaveLength(1);

    await stage.teal(['switch', 'api', '--to', 'blue']);
    expect(records()).toEqual([]);
    expect((await statusOf(stage, 'api')).weights).toEqual({ blue: 100, green: 0 });
    const told = await stage.teal(['history', 'api']);
    expect(told.exitCode).toBe(0);
  });
}

test('a write that lands after another driver has taken over does no harm', async () => {
  await using proxy = await aProxy(stage.endpoint);
  stage.service('api', { tasks: 1, deployment: { strategy: { canary: { weight: 10, bake: '1s' } }, bake: '20s' } });
  stage.version('api', { name: 'v3' });
  const clients = someClients(url, 30);
  const held = holdWrite(proxy, isCutover);

  const lost = stage.start(['deploy', 'api'], proxy.endpoint);
  await lost.event(isWeights(10));
  await lost.event(isWeights(100, 'writing-weights'));
  await eventually(() => proxy.calls.filter(isCutover)[1]);
  lost.kill('SIGKILL');
  await lost.ended;

  const taker = stage.start(['rollback', 'api']);
  await taker.event(isWeights(0));
  held.release();
  const back = await taker.ended;
  const landed = Date.now();
  await clients.answeredBy('v2', 30);
  const seen = await clients.stop();

  expect(back.exitCode, wordsOf(back)).toBe(5);
  // The second is the answer to the late one: it had landed.
  expect(writesOf(back).map(({ weights }) => weights)).toEqual([
    { blue: 100, green: 0 },
    { blue: 100, green: 0 },
  ]);
  expect((await statusOf(stage, 'api')).weights).toEqual({ blue: 100, green: 0 });
  expect(failuresOf(seen)).toEqual([]);
  expect(versionsBetween(seen, landed, Number.POSITIVE_INFINITY)).toEqual(['v2']);
});

const isElbWrite = (call: SeenCall): boolean => isWrite(call) && call.service === 'elasticloadbalancing';

/** The production rule's write that gives green everything: the test rule's is alike, and comes before any weight. */
function isCutover({ operation, body }: SeenCall): boolean {
  const fields = new URLSearchParams(body);
  const weightOf = (color: string): string | undefined => {
    const group = [...fields].find(([name, value]) => name.endsWith('TargetGroupArn') && value.includes(`-${color}/`));
    return group && (fields.get(group[0].replace('TargetGroupArn', 'Weight')) ?? undefined);
  };
  return operation === 'ModifyRule' && weightOf('green') === '100' && weightOf('blue') === '0';
}

/** Keeps back the second write that `wanted` accepts (the first is the test rule's), until it is released. */
function holdWrite(proxy: RuntimeProxy, wanted: (call: SeenCall) => boolean): { release(): void } {
  let release = (): void => undefined;
  const after = new Promise<void>((resolve) => {
    release = resolve;
  });
  let seen = 0;
  proxy.decide((call) => (wanted(call) && ++seen === 2 ? { after } : 'pass'));
  return { release: () => release() };
}

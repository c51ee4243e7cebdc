import { afterAll, beforeAll, expect, test } from 'vitest';
import { longInFlight, switches } from '../../../examples/demo/switches.ts';
import { failuresOf, pidsBehind, someClients, versionsBetween } from './kit/load.ts';
import { aProxy, isWrite } from './kit/proxy.ts';
import { aStage, eventually, figure, type Stage } from './kit/stage.ts';
import { revisionOf, statusOf, writesOf } from './kit/teal-run.ts';

/** One service through its life, under load all the time: each test begins where the one before it ended. */
let stage: Stage;
let url: string;

beforeAll(async () => {
  stage = await aStage();
  stage.service('api', { deployment: { keepWarm: '15m' } });
  await stage.teal(['deploy', 'api']);
  url = await stage.url();
});

afterAll(() => stage?.[Symbol.asyncDispose]());

test('a canary moves all traffic to the new version, and no request fails', async () => {
  const clients = someClients(url, 100);
  await clients.answeredBy('v1', 100);
  stage.version('api', { name: 'v2' });

  const deployed = await stage.teal(['deploy', 'api']);
  await clients.answeredBy('v2', 100);
  const records = await clients.stop();

  expect(failuresOf(records)).toEqual([]);
  const writes = writesOf(deployed);
  expect(writes.map(({ weights }) => weights)).toEqual([
    { blue: 10, green: 90 },
    { blue: 100, green: 0 },
  ]);
  const [canary, last] = writes;
  if (!canary || !last) throw new Error('a canary writes twice');
  expect(versionsBetween(records, 0, canary.sentAt)).toEqual(['v1']);
  expect(versionsBetween(records, canary.readAt, last.sentAt)).toEqual(['v1', 'v2']);
  expect(versionsBetween(records, last.readAt, Number.POSITIVE_INFINITY)).toEqual(['v2']);
  for (const { sentAt } of writes) {
    const open = longInFlight(records, sentAt);
    expect(open.streams).toBeGreaterThan(0);
    expect(open.uploads).toBeGreaterThan(0);
  }
  const [cutover] = switches(writes, { blue: 0, green: 100 }, records);
  expect(cutover?.cutoverMs).toBeLessThan(1_000);
  figure('cutover as clients saw it', cutover?.cutoverMs, records.length);
});

test('a rollback by a fresh process is one ModifyRule, and no request fails', async () => {
  await using proxy = await aProxy(stage.endpoint);
  const clients = someClients(url, 100);
  await clients.answeredBy('v2', 50);

  const back = await stage.teal(['rollback', 'api'], 0, proxy.endpoint);
  await clients.answeredBy('v1', 50);
  const records = await clients.stop();

  expect(failuresOf(records)).toEqual([]);
  const writes = proxy.calls.filter((call) => isWrite(call) && call.service !== 'dynamodb');
  expect(writes.map(({ operation }) => operation)).toEqual(['ModifyRule']);
  const [rollback] = switches(writesOf(back), { blue: 100, green: 0 }, records);
  expect(rollback?.cutoverMs).toBeLessThan(1_000);
  figure('rollback as clients saw it', rollback?.cutoverMs, records.length);
});

test('a switch moves forth again to the version that is still warm', async () => {
  const clients = someClients(url, 100);
  await clients.answeredBy('v1', 50);
  const forth = await stage.teal(['switch', 'api', '--to', 'blue']);
  await clients.answeredBy('v2', 50);
  const records = await clients.stop();
  expect(failuresOf(records)).toEqual([]);
  const [cutover] = switches(writesOf(forth), { blue: 0, green: 100 }, records);
  expect(cutover?.cutoverMs).toBeLessThan(1_000);
  figure('switch as clients saw it', cutover?.cutoverMs, records.length);
});

test('a third version over the warm first one: not one request reaches the first one any more', async () => {
  const clients = someClients(url, 100);
  stage.version('api', { name: 'v3' });
  await stage.teal(['deploy', 'api']);
  await clients.answeredBy('v3', 100);
  const records = await clients.stop();
  expect(failuresOf(records)).toEqual([]);
  expect(versionsBetween(records, 0, Number.POSITIVE_INFINITY)).toEqual(['v2', 'v3']);
});

test('the same revision again gets new tasks in the other colour, and no request fails', async () => {
  stage.service('api', { deployment: { keepWarm: '1s' } });
  const before = await statusOf(stage, 'api');
  const clients = someClients(url, 100);
  const pidsBefore = await pidsBehind(url);
  const again = await stage.teal(['deploy', 'api']);
  const pidsAfter = await pidsBehind(url);
  const records = await clients.stop();
  const after = await statusOf(stage, 'api');
  expect(failuresOf(records)).toEqual([]);
  expect(revisionOf(again)).toBe(before.live?.revision);
  expect([before.live?.color, after.live?.color]).toEqual(['green', 'blue']);
  expect(pidsAfter.filter((pid) => pidsBefore.includes(pid))).toEqual([]);
});

test('once keep-warm is over a sweep scales the former colour down, and a rollback starts it again first', async () => {
  await eventually(
    async () => {
      await stage.teal(['sweep']);
      const { colors } = await statusOf(stage, 'api');
      return colors.green.desired === 0 && colors.green.running === 0 ? true : undefined;
    },
    20_000,
    1_000,
  );
  const { colors, weights } = await statusOf(stage, 'api');
  expect(colors.blue).toMatchObject({ desired: 2, running: 2, healthy: 2 });
  expect(weights).toEqual({ blue: 100, green: 0 });

  const clients = someClients(url, 100);
  const back = await stage.teal(['rollback', 'api']);
  const records = await clients.stop();
  expect(back.stderr).toContain('Cold: ');
  expect(failuresOf(records)).toEqual([]);
  const returned = await statusOf(stage, 'api');
  expect(returned.weights).toEqual({ blue: 0, green: 100 });
  expect(returned.colors.green).toMatchObject({ desired: 2, running: 2, healthy: 2 });
});

test('a rollback to a deployment by its id brings back what it made live, long replaced', async () => {
  const history = await stage.teal(['history', 'api']);
  const first = history.documents.at(-1);
  const clients = someClients(url, 100);
  await stage.teal(['rollback', 'api', '--to', String(first?.id).slice(0, 10)]);
  await clients.answeredBy('v1', 50);
  expect(failuresOf(await clients.stop())).toEqual([]);
  const unknown = await stage.teal(['rollback', 'api', '--to', 'nothing'], 3);
  expect(unknown.stderr).toContain('api has no deployment "nothing"');
});

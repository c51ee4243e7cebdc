import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { productionRule } from './kit/rules.ts';
import { aStage, eventually, type Stage } from './kit/stage.ts';
import { isWeights, statusOf, type TealResult } from './kit/teal-run.ts';

/** A service that keeps clients at the colour that answered them first, and one such client. */
let stage: Stage;
let url: string;
let cookie = '';

beforeAll(async () => {
  stage = await aStage();
  stage.service('api', {
    tasks: 1,
    fields: { stickiness: { duration: '1h' } },
    deployment: { strategy: { canary: { weight: 90, bake: '4s' } } },
  });
  await stage.teal(['deploy', 'api']);
  url = await stage.url();
  stage.version('api', { name: 'v2' });
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** The version that answers, a client with the cookie of its last answer or a new one. */
async function answeredTo(client: 'kept' | 'new'): Promise<string> {
  const answer = await fetch(new URL('/version', url), {
    headers: client === 'kept' ? { cookie, connection: 'close' } : { connection: 'close' },
  });
  const set = answer.headers.getSetCookie().find((one) => one.startsWith('AWSALBTG='));
  if (client === 'kept' || cookie === '') cookie = set?.split(';')[0] ?? cookie;
  const { version }: { version: string } = JSON.parse(await answer.text());
  return version;
}

const cutovers = ({ events }: TealResult): readonly unknown[] =>
  events.filter(({ type }) => type === 'cutover').map(({ body }) => body.clients);

test('a client stays with the former colour through the canary and moves with the last write, told apart from new ones', async () => {
  expect(await answeredTo('new')).toBe('v1');
  const run = stage.start(['deploy', 'api']);
  await run.event(isWeights(10));
  const seen = await Promise.all(Array.from({ length: 30 }, () => answeredTo('new')));
  expect(new Set(seen)).toEqual(new Set(['v1', 'v2']));
  for (let n = 0; n < 10; n++) expect(await answeredTo('kept')).toBe('v1');

  const ended = await run.ended;
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(await answeredTo('kept')).toBe('v2');
  expect(cutovers(ended).toSorted()).toEqual(['new', 'sticky']);
});

test('the idle group is no longer named by the production rule, and still checked', async () => {
  const elb = new ElasticLoadBalancingV2Client(stage.client);
  await expect(productionRule(elb, undefined)).rejects.toThrow('with two groups');
  const { weights, colors } = await statusOf(stage, 'api');
  expect(weights).toEqual({ blue: 100, green: 0 });
  expect(colors.green.healthy).toBe(1);
});

test('a rollback takes a kept client back at once: its cookie names a group that is no longer there', async () => {
  expect(await answeredTo('kept')).toBe('v2');
  await stage.teal(['rollback', 'api', '--to', 'green']);
  await eventually(async () => ((await answeredTo('kept')) === 'v1' ? true : undefined), 1_000);
  for (let n = 0; n < 10; n++) expect(await answeredTo('kept')).toBe('v1');
});

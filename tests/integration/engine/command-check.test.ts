import { afterAll, beforeAll, expect, test } from 'vitest';
import { aStage, type Stage } from './kit/stage.ts';
import { statusOf } from './kit/teal-run.ts';

/** Passes only where the colour under test answers that it is ready: what the public route says is another version's. */
const smoke = [
  'sh',
  '-c',
  'node -e \'require("http").get(process.env.TEAL_TEST_URL + "/ready", { headers: { host: process.env.TEAL_TEST_HOST, [process.env.TEAL_TEST_HEADER]: process.env.TEAL_TEST_TOKEN } }, (r) => { console.log("ready answers " + r.statusCode); process.exit(r.statusCode === 200 ? 0 : 7); })\'',
];

let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
  stage.service('api', { tasks: 1, deployment: { verification: [{ command: smoke }] } });
  await stage.teal(['deploy', 'api']);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test('a command that fails against the new colour keeps traffic on the old one, with its last words', async () => {
  stage.version('api', { name: 'v2', fault: 'not-ready' });
  const failed = await stage.teal(['deploy', 'api'], 4);
  expect(failed.events.find(({ type }) => type === 'verified')?.body).toMatchObject({
    passed: false,
    found: 'exit code 7, last line "ready answers 500"',
    output: ['ready answers 500'],
  });
  expect((await statusOf(stage, 'api')).weights).toEqual({ blue: 0, green: 100 });
});

test('one that passes lets it have traffic', async () => {
  stage.version('api', { name: 'v3' });
  await stage.teal(['deploy', 'api']);
  expect((await statusOf(stage, 'api')).weights).toEqual({ blue: 100, green: 0 });
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentEvent } from '../../src/deployment/index.ts';
import { recordSession } from './golden.ts';
import { makeShop, setShop, writeVersion } from './shop.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
  await makeShop(bench);
});
afterAll(() => bench[Symbol.asyncDispose]());

const quick = { steps: [{ weight: 100 }], bake: '0s' };

/** What each type of event carries; a type that is added does not compile until it stands here. */
const members = {
  opened: ['kind', 'from', 'to', 'revision', 'steps', 'by'],
  driving: ['kind', 'from', 'to', 'revisions', 'names', 'openedAt', 'phase', 'steps'],
  phase: ['phase', 'step', 'because'],
  registered: ['taskDefinition'],
  scaled: ['color', 'desired'],
  limits: ['color', 'min', 'max', 'schedules'],
  verified: ['passed'],
  'writing-weights': ['blue', 'green'],
  weights: ['blue', 'green', 'sentAt', 'tookMs'],
  cutover: ['firstAnswerMs'],
  request: ['id', 'kind', 'by'],
  unanswered: ['act', 'cause'],
  refused: ['act', 'code', 'message'],
  'reading-failed': ['cause'],
  status: ['phase', 'step', 'paused', 'waitingFor', 'heldMs', 'holdMs', 'required', 'colors'],
  outcome: ['outcome', 'weights', 'measured'],
} satisfies Record<DeploymentEvent['type'], readonly string[]>;

test('--json prints events of the documented form, on stdout alone, and at last the result', async () => {
  writeVersion(bench, 'v1');
  const { code, stdout, stderr } = await bench.teal('deploy', '--json');
  const documents = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const result = documents.pop();
  expect(code).toBe(0);
  expect(stderr).not.toContain('{');
  expect(result).toMatchObject({
    environment: 'local',
    service: 'shop',
    outcome: { name: 'succeeded' },
    live: 'green',
  });
  const known = new Map<string, readonly string[]>(Object.entries(members));
  for (const event of documents) {
    expect(event).toMatchObject({ schema: 1, environment: 'local', service: 'shop', deployment: result.deployment });
    expect(new Date(event.at).toISOString()).toBe(event.at);
    expect(Object.keys(event.body)).toEqual(
      expect.arrayContaining([...(known.get(event.type) ?? [`no ${event.type}`])]),
    );
  }
  const told = new Set(documents.map((event) => event.type));
  for (const type of ['opened', 'driving', 'phase', 'registered', 'scaled', 'verified', 'weights', 'status', 'outcome'])
    expect(told).toContain(type);
});

test('a second version is planned, deployed, looked at and taken back, and each says where traffic is', async () => {
  const session = recordSession(bench);
  writeVersion(bench, 'v2');
  bench.edit('services/shop.json', (service) => ({ ...service, environment: { LOG_LEVEL: 'debug' } }));
  expect((await session.run('plan')).code).toBe(0);
  const deployed = await session.run('deploy');
  expect(deployed.code).toBe(0);
  expect(deployed.stdout.trimEnd().split('\n').at(-1)).toBe(
    'Traffic: blue 100 %. Back in one call: teal rollback shop --to green',
  );
  await session.run('status');
  const back = await session.run('rollback');
  expect(back.code).toBe(0);
  expect(back.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Traffic: green 100 %/);
  await session.run('rollback', '--to', 'green');
  await session.run('abort');
  await session.run('history');
  await session.run();
  await session.compare('deploy-and-rollback');
});

test('a version that crashes at its start never gets traffic: why, its last words and the evidence are told', async () => {
  const session = recordSession(bench);
  setShop(bench, quick);
  writeVersion(bench, 'v3', `throw new Error('relation "items_v2" does not exist');`);
  const { code, stdout } = await session.run('deploy');
  expect(code).toBe(4);
  const folder = /\.teal\/evidence\/\w+/.exec(stdout)?.[0] ?? '';
  expect(readdirSync(join(bench.folder, folder)).sort()).toEqual([
    'events.jsonl',
    'logs',
    'reason.json',
    'targets.json',
    'tasks.json',
  ]);
  expect(JSON.parse(bench.read(`${folder}/reason.json`))).toMatchObject({ outcome: { name: 'failed' } });
  await session.run('status');
  await session.compare('crash-at-start');
});

test('a version that fails its verification never gets traffic', async () => {
  const session = recordSession(bench);
  setShop(bench, quick, { verification: [{ http: '/version', status: 200, contains: 'v4' }] });
  writeVersion(bench, 'v3b');
  expect((await session.run('deploy')).code).toBe(4);
  await session.compare('verification-failed');
});

test('who comes while a deployment runs is refused, may hold it, follow it, and take it back', async () => {
  setShop(bench, { steps: [{ weight: 10, hold: { bake: '10m' } }, { weight: 100 }], bake: '0s' });
  writeVersion(bench, 'v5');
  const driver = bench.start(['deploy']);
  await driver.until(/weights blue=10 .* written/);
  const session = recordSession(bench);
  session.say('teal deploy runs in another process, at 10 %');
  expect((await session.run('deploy')).code).toBe(3);
  expect((await session.run('plan')).code).toBe(3);
  expect((await session.run('pause')).code).toBe(0);
  await driver.until(/pause asked for/);
  const { stdout } = await session.run('status');
  expect(stdout).toContain('paused: shifting step 1 of 2');
  const follower = bench.start(['status', 'shop', '--watch']);
  await follower.until(/paused/);
  expect((await session.run('abort')).code).toBe(5);
  await follower.until(/100 % .*rolled-back/);
  follower.child.kill('SIGINT');
  expect((await driver.ended).code).toBe(7);
  await session.compare('while-one-runs');
});

test('a rolled-back deployment tells what share it had and that nothing of it is served any more', async () => {
  setShop(bench, { steps: [{ weight: 10, hold: { bake: '10m' } }, { weight: 100 }], bake: '0s' });
  writeVersion(bench, 'v6', failingForClients);
  const session = recordSession(bench);
  const { code, stdout } = await session.run('deploy');
  expect(code).toBe(5);
  expect(stdout).toMatch(/^v6 had 10 % for [\d.]+ s and failed \d+ of \d+ probes\.$/m);
  expect(stdout).toMatch(/Why {7}blue: [\d.]+ % of \d+ probes failed in \d+ s, above the limit of 1 %/);
  expect(existsSync(join(bench.folder, '.teal/evidence'))).toBe(true);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('Traffic: green 100 %, blue 0 %.');
});

/** Well over the test rule and in every health check, and nowhere else. */
const failingForClients = `
const [answerAll] = server.listeners('request');
server.removeAllListeners('request');
server.on('request', (request, response) => {
  if (request.url === '/health' || request.headers['x-teal-test']) return answerAll(request, response);
  answer(response, 500, { version });
});
`;

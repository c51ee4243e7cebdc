import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRunning } from '../../../src/local/is-running.ts';
import { has } from '../local-runtime.ts';
import { writePythonApp } from './kit/app.ts';
import { ask, failuresOf, pidsBehind, someClients } from './kit/load.ts';
import { aStage, eventually, type Stage } from './kit/stage.ts';
import { statusOf, wordsOf } from './kit/teal-run.ts';

const planted = 'planted-e7c1d0b5a94f4e0b8f0d';
const python = has('python3', '--version');

/** `api` in Node with a secret; each test goes on from the one before. */
let stage: Stage;
let url: string;
let treeBefore: string;
beforeAll(async () => {
  stage = await aStage();
  const ssm = new SSMClient(stage.client);
  await ssm.send(new PutParameterCommand({ Name: '/engine/planted', Value: planted, Type: 'SecureString' }));
  ssm.destroy();
  stage.service('api', {
    fields: { secrets: { PLANTED: { from: 'ssm:/engine/planted' } } },
    host: 'api.test',
    deployment: { strategy: 'all-at-once', bake: '1s' },
  });
  treeBefore = hashOfTree(stage.project);
  await stage.teal(['deploy', 'api']);
  url = await stage.url();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test('a deployment changes nothing under the folder of the project but .teal', () => {
  expect(hashOfTree(stage.project)).toBe(treeBefore);
});

test('a secret reaches the tasks, and stands in no journal, log, event, process argument or file', async () => {
  const reached = await ask(url, '/secret', 'api.test');
  expect(JSON.parse(reached.body)).toEqual({ length: planted.length });

  stage.version('api', { name: 'v2', fault: 'crashes' });
  const run = stage.start(['deploy', 'api']);
  await run.event(({ type }) => type === 'scaled');
  const commandLines = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readIfThere(join('/proc', pid, 'cmdline')));
  const failed = await run.ended;
  expect(failed.exitCode, wordsOf(failed)).toBe(4);

  const dynamodb = new DynamoDBClient(stage.client);
  const journal = await dynamodb.send(new ScanCommand({ TableName: await journalTable() }));
  dynamodb.destroy();
  expect(journal.Items?.length).toBeGreaterThan(10);
  expect(JSON.stringify(journal.Items)).not.toContain(planted);
  expect(failed.stdout + failed.stderr).not.toContain(planted);
  expect(commandLines.filter((line) => line.includes(planted))).toEqual([]);
  const written = [...filesUnder(stage.dataDir), ...filesUnder(stage.project)];
  expect(written.length).toBeGreaterThan(10);
  expect(written.filter((file) => readIfThere(file).includes(planted))).toEqual([]);
});

test.skipIf(!python)(
  'a Python application and a Node one switch side by side, two colours of each at once',
  async () => {
    stage.version('api', { name: 'v2' });
    stage.service('page', {
      host: 'page.test',
      priority: 20,
      deployment: { verification: [], strategy: 'all-at-once', bake: '1s' },
    });
    writePythonApp(join(stage.project, 'page'), { name: 'p1' });
    rmSync(join(stage.project, 'page', 'server.cjs'));
    await Promise.all([stage.teal(['deploy', 'page']), stage.teal(['deploy', 'api'])]);
    writePythonApp(join(stage.project, 'page'), { name: 'p2' });
    const before = await ask(url, '/version', 'page.test');
    await stage.teal(['deploy', 'page']);
    const after = await ask(url, '/version', 'page.test');
    expect([JSON.parse(before.body).version, JSON.parse(after.body).version]).toEqual(['p1', 'p2']);
    for (const service of ['api', 'page']) {
      const { colors } = await statusOf(stage, service);
      expect(colors).toMatchObject({ blue: { running: 2, healthy: 2 }, green: { running: 2, healthy: 2 } });
    }
  },
);

test('with the source gone and a task killed, the replacement serves the same version', async () => {
  const { version } = JSON.parse((await ask(url, '/version', 'api.test')).body);
  rmSync(join(stage.project, 'api'), { recursive: true });
  const before = await pidsBehind(url, 'api.test');
  const [victim] = before;
  if (victim === undefined) throw new Error('somebody answers');
  process.kill(victim, 'SIGKILL');
  const after = await eventually(async () => {
    const now = await pidsBehind(url, 'api.test').catch(() => []);
    return now.length === before.length && now.every((pid) => pid !== victim) ? now : undefined;
  }, 20_000);
  expect(after.some((pid) => !before.includes(pid))).toBe(true);
  expect(JSON.parse((await ask(url, '/version', 'api.test')).body).version).toBe(version);
});

test('2 s after a kill -9 of the runtime no task is left, and started again it serves again by itself', async () => {
  const tasks = await pidsBehind(url, 'api.test');
  const { version } = JSON.parse((await ask(url, '/version', 'api.test')).body);
  expect(tasks.length).toBe(2);
  process.kill(stage.runtimePid(), 'SIGKILL');
  await eventually(() => (tasks.some(isRunning) ? undefined : true), 2_000);

  await stage.startRuntime();
  const again = await eventually(async () => {
    const answer = await ask(await stage.url(), '/version', 'api.test').catch(() => undefined);
    return answer?.status === 200 ? answer : undefined;
  }, 20_000);
  expect(JSON.parse(again.body).version).toBe(version);
  // A task that is still starting may answer 502: the load begins when all are there.
  await eventually(async () => {
    const there = await pidsBehind(await stage.url(), 'api.test').catch(() => []);
    return there.length === tasks.length ? true : undefined;
  }, 20_000);
  const clients = someClients(await stage.url(), 20, 'api.test');
  await clients.answeredBy(version, 20);
  expect(failuresOf(await clients.stop())).toEqual([]);
});

async function journalTable(): Promise<string> {
  const dynamodb = new DynamoDBClient(stage.client);
  const { TableNames } = await dynamodb.send(new ListTablesCommand({}));
  dynamodb.destroy();
  return TableNames?.[0] ?? '';
}

const filesUnder = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());

/** Processes and files come and go while they are looked at. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** Of names, modes and contents; teal's own folder apart. */
function hashOfTree(folder: string): string {
  const hash = createHash('sha256');
  const files = filesUnder(folder).filter((file) => !relative(folder, file).startsWith('.teal'));
  for (const file of [...files].sort()) hash.update(`${file} ${statSync(file).mode} `).update(readFileSync(file));
  return hash.digest('hex');
}

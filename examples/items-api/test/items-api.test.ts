import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseStatus, startDatabase, stopDatabase } from '../scripts/postgres.ts';
import type { Item } from '../src/items.ts';
import type { ServedTotal } from '../src/served.ts';
import { eventually, type RunningServer, startServer } from './running-server.ts';

const data = mkdtempSync(join(tmpdir(), 'items-api-postgres-'));
chmodSync(data, 0o711);
let databaseUrl = '';
let server: RunningServer;

before(async () => {
  await import('../scripts/build.ts');
  databaseUrl = (await startDatabase({ data, port: undefined })).url;
  server = await startServer({ databaseUrl });
  await eventually(async () => (await fetch(`${server.url}/health`)).ok);
});

after(async () => {
  await server.stop();
  await stopDatabase(data);
  rmSync(data, { recursive: true, force: true });
});

const send = (method: string, path: string, body?: object) =>
  fetch(`${server.url}${path}`, { method, body: body === undefined ? null : JSON.stringify(body) });

const itemIn = async (answer: Response) => (await answer.json()) as Item;
const listIn = async (answer: Response) => (await answer.json()) as { count: number; items: Item[] };

describe('items', () => {
  test('an item can be added, read, renamed and deleted', async () => {
    const added = await send('POST', '/items', { name: ' a chair ' });
    assert.equal(added.status, 201);
    const item = await itemIn(added);
    assert.deepEqual(Object.keys(item), ['id', 'name', 'created_at']);
    assert.equal(item.name, 'a chair');
    assert.ok(Math.abs(Date.parse(item.created_at) - Date.now()) < 60_000);

    assert.deepEqual(await (await send('GET', `/items/${item.id}`)).json(), item);
    assert.deepEqual(await (await send('PUT', `/items/${item.id}`, { name: 'a table' })).json(), {
      ...item,
      name: 'a table',
    });
    const list = await listIn(await send('GET', '/items'));
    assert.deepEqual(list, { count: 1, items: [{ ...item, name: 'a table' }] });

    assert.equal((await send('DELETE', `/items/${item.id}`)).status, 204);
    assert.equal((await send('DELETE', `/items/${item.id}`)).status, 404);
    assert.deepEqual(await (await send('GET', `/items/${item.id}`)).json(), { error: `no item ${item.id}` });
    assert.deepEqual(await (await send('GET', '/items')).json(), { count: 0, items: [] });
  });

  test('the list counts all items and shows the newest first, as many as asked for', async () => {
    for (const name of ['one', 'two', 'three']) await send('POST', '/items', { name });
    const list = await listIn(await send('GET', '/items?limit=2'));
    assert.equal(list.count, 3);
    assert.deepEqual(
      list.items.map((item) => item.name),
      ['three', 'two'],
    );
    for (const { id } of (await listIn(await send('GET', '/items'))).items) await send('DELETE', `/items/${id}`);
  });

  const refusals = [
    ['POST', '/items', {}, 400, '"name" must be a text'],
    ['POST', '/items', [], 400, 'the body must be an object, such as {"name": "a chair"}'],
    ['POST', '/items', { name: '   ' }, 400, '"name" must have 1 to 200 characters, this one has 0'],
    ['POST', '/items', { name: 'x'.repeat(201) }, 400, '"name" must have 1 to 200 characters, this one has 201'],
    ['POST', '/items', { name: 'a\u0000b' }, 400, '"name" must not contain a NUL character'],
    ['POST', '/items', { name: 'a', colour: 'red' }, 400, 'only "name" can be given, found "colour"'],
    ['POST', '/items', { name: 'x'.repeat(70_000) }, 413, 'the body may have 65536 bytes'],
    ['PUT', '/items/x', { name: 'a' }, 400, 'an item\'s id is a whole number from 1, found "x"'],
    ['GET', '/items/0', undefined, 400, 'an item\'s id is a whole number from 1, found "0"'],
    ['GET', '/items/2147483648', undefined, 400, 'an item\'s id is a whole number from 1, found "2147483648"'],
    ['GET', '/items?limit=0', undefined, 400, '"limit" must be 1 to 1000, found "0"'],
    ['GET', '/stream?seconds=soon', undefined, 400, '"seconds" must be 0 to 60, found "soon"'],
    ['GET', '/nowhere', undefined, 404, 'nothing at GET /nowhere'],
  ] as const;
  for (const [method, path, body, status, error] of refusals) {
    test(`${method} ${path} with ${JSON.stringify(body)?.slice(0, 40)} is answered ${status}`, async () => {
      const answer = await send(method, path, body);
      assert.deepEqual([answer.status, await answer.json()], [status, { error }]);
    });
  }

  test('a body that is no JSON is answered 400', async () => {
    const answer = await fetch(`${server.url}/items`, { method: 'POST', body: '{' });
    assert.equal(answer.status, 400);
  });
});

describe('identity and health', () => {
  test('every answer names its version and colour', async () => {
    for (const path of ['/version', '/health', '/items', '/items/x', '/nowhere', '/stream?seconds=0']) {
      const answer = await fetch(`${server.url}${path}`);
      assert.equal(answer.headers.get('x-items-version'), 'v1', path);
      assert.equal(answer.headers.get('x-items-colour'), 'blue', path);
      await answer.arrayBuffer();
    }
    assert.deepEqual(await (await fetch(`${server.url}/version`)).json(), { version: 'v1' });
    assert.deepEqual(await (await fetch(`${server.url}/health`)).json(), {
      version: 'v1',
      deployment: 'blue',
      status: 'ok',
    });
  });

  test('health is 503 while the database is away, and the server comes back with it', async () => {
    await stopDatabase(data);
    const away = await fetch(`${server.url}/health`);
    assert.equal(away.status, 503);
    assert.deepEqual(await away.json(), { version: 'v1', deployment: 'blue', status: 'the database does not answer' });
    assert.equal((await fetch(`${server.url}/items`)).status, 503);
    await startDatabase({ data, port: undefined });
    await eventually(async () => (await fetch(`${server.url}/health`)).ok);
  });

  test('a server that starts before its database answers 503 until that is there', async () => {
    await stopDatabase(data);
    const early = await startServer({ databaseUrl, color: 'green' });
    assert.equal((await fetch(`${early.url}/health`)).status, 503);
    await startDatabase({ data, port: undefined });
    await eventually(async () => (await fetch(`${early.url}/health`)).ok);
    assert.match(await (await fetch(`${early.url}/health`)).text(), /"deployment":"green"/);
    await early.stop();
    await eventually(async () => (await fetch(`${server.url}/health`)).ok);
  });

  test('four servers that start together all migrate an empty database', async () => {
    const other = new URL(databaseUrl);
    other.pathname = '/together';
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('CREATE DATABASE together');
    await client.end();
    const servers = await Promise.all([1, 2, 3, 4].map(() => startServer({ databaseUrl: other.href })));
    for (const { url, log } of servers) {
      await eventually(async () => (await fetch(`${url}/health`)).ok);
      assert.doesNotMatch(log(), /not ready/);
    }
    await Promise.all(servers.map((one) => one.stop()));
  });
});

describe('variants', () => {
  test('a crashing version ends with exit code 1 and says why', async () => {
    const release = {
      version: 'v3',
      behaviour: { kind: 'crashing', message: 'relation "items_v2" does not exist' },
    } as const;
    const crashing = await startServer({ databaseUrl, release });
    assert.equal(await crashing.exited, 1);
    assert.equal(crashing.log(), 'relation "items_v2" does not exist\n');
  });

  test('a failing version fails above its rate, whoever asks, and is well below it', async () => {
    const release = { version: 'v4', behaviour: { kind: 'failing', aboveRequestsPerSecond: 5 } } as const;
    const failing = await startServer({ databaseUrl, release });
    const agents = ['teal-probe/1', 'ELB-HealthChecker/2.0', 'someone'];
    const statuses: number[] = [];
    for (let sent = 0; sent < 9; sent += 1) {
      const headers = { 'user-agent': agents[sent % 3] ?? '' };
      statuses.push((await fetch(`${failing.url}/version`, { headers })).status);
    }
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 500, 500, 500, 500]);
    await sleep(1_100);
    assert.equal((await fetch(`${failing.url}/version`)).status, 200);
    await failing.stop();
  });

  test('a slow version takes its time', async () => {
    const slow = await startServer({
      databaseUrl,
      release: { version: 'v5', behaviour: { kind: 'slow', delayMs: 300 } },
    });
    const started = performance.now();
    await fetch(`${slow.url}/version`);
    assert.ok(performance.now() - started >= 299);
    await slow.stop();
  });
});

describe('what takes long', () => {
  test('a slow upload is read to its end and its bytes are counted', async () => {
    const answer = await upload(server.url, ['a'.repeat(1_000), 'b'.repeat(1_000), 'c'], 100);
    assert.deepEqual(JSON.parse(answer), { bytes: 2_001 });
  });

  test('on SIGTERM requests in flight are finished, new ones refused, and the exit code is 0', async () => {
    const ending = await startServer({ databaseUrl });
    const stream = await fetch(`${ending.url}/stream?seconds=1`);
    ending.process.kill('SIGTERM');
    await eventually(() => ending.log().includes('SIGTERM'));
    await assert.rejects(fetch(`${ending.url}/version`));
    assert.match(await stream.text(), /^0\n(\d\n)+end\n$/);
    assert.equal(await ending.exited, 0);
  });
});

test('requests are counted by kind, over all tasks, also of those that have stopped', async () => {
  const served = async () => {
    const { served } = (await (await send('GET', '/served')).json()) as { served: ServedTotal[] };
    const of = (kind: string) =>
      served.reduce((sum, one) => sum + (one.version === 'counted' && one.kind === kind ? one.requests : 0), 0);
    return { client: of('client'), probe: of('probe'), health: of('health-check') };
  };
  const release = { version: 'counted', behaviour: { kind: 'normal' } } as const;
  for (const color of ['blue', 'green'] as const) {
    const counted = await startServer({ databaseUrl, release, color });
    await eventually(() => counted.log().includes('migrated'));
    await Promise.all(Array.from({ length: 50 }, (_, n) => fetch(`${counted.url}/version?rid=${color}-${n}`)));
    await fetch(`${counted.url}/version`, { headers: { 'user-agent': 'teal-probe/1' } });
    await fetch(`${counted.url}/health`, { headers: { 'user-agent': 'ELB-HealthChecker/2.0' } });
    await fetch(`${counted.url}/health`, { headers: { 'user-agent': 'ELB-HealthChecker/2.0' } });
    await counted.stop();
  }
  assert.deepEqual(await served(), { client: 100, probe: 2, health: 4 });
});

test('PostgreSQL keeps its port and its data when it is stopped and started', async () => {
  const before = databaseStatus(data);
  const added = await itemIn(await send('POST', '/items', { name: 'kept' }));
  assert.equal(await stopDatabase(data), true);
  assert.equal(await stopDatabase(data), false);
  assert.equal(databaseStatus(data), undefined);
  assert.deepEqual(await startDatabase({ data, port: undefined }), { url: before?.url, was: 'started' });
  assert.deepEqual(await startDatabase({ data, port: undefined }), { url: before?.url, was: 'runs already' });
  await eventually(async () => (await send('GET', `/items/${added.id}`)).ok);
});

function upload(url: string, parts: readonly string[], pauseMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/upload`, { method: 'POST' }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      incoming.on('end', () => resolve(text));
    });
    outgoing.on('error', reject);
    void (async () => {
      for (const part of parts) {
        outgoing.write(part);
        await sleep(pauseMs);
      }
      outgoing.end();
    })();
  });
}

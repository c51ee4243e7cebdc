import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startLoad } from './load.ts';
import { failed, type LoadRecord } from './load-record.ts';

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** A server that answers as the sample would, unless `instead` has answered. */
async function serve(instead: (request: IncomingMessage, response: ServerResponse) => boolean = () => false) {
  const sockets = new Map<unknown, number>();
  const server = createServer((request, response) => {
    sockets.set(request.socket, (sockets.get(request.socket) ?? 0) + 1);
    if (instead(request, response)) return;
    const { pathname } = new URL(request.url ?? '', 'http://x');
    response.setHeader('x-items-version', 'v1').setHeader('x-items-colour', 'blue');
    const end = (status: number, body: string) => response.writeHead(status).end(body);
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      if (pathname === '/stream') end(200, '0\n1\nend\n');
      else if (pathname === '/upload') end(200, `{"bytes":${bytes}}`);
      else if (request.method === 'POST') end(201, '{"id":7}');
      else end(200, `{"id":${pathname.split('/')[2] ?? 0}}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, sockets };
}

/** Runs a load until `wanted` records are there and all answers have come. */
async function loadUntil(url: string, wanted: number, requestsPerSecond = 500): Promise<LoadRecord[]> {
  const records: LoadRecord[] = [];
  const plan = { url, run: 'a', requestsPerSecond, longPerSecond: 20, longSeconds: 0.1, timeoutSeconds: 0.5 };
  await new Promise<void>((resolve) => {
    const load = startLoad(plan, (record) => {
      records.push(record);
      if (records.length === wanted) resolve(load.stop());
    });
  });
  return records;
}

test('every kind of request is sent, each with an id of its own, and answered as expected', async () => {
  const { url } = await serve();
  const records = await loadUntil(url, 200);
  expect(records.filter(failed)).toEqual([]);
  expect(new Set(records.map(({ rid }) => rid)).size).toBe(records.length);
  expect(new Set(records.map(({ kind }) => kind))).toEqual(
    new Set(['read', 'list', 'add', 'rename', 'stream', 'upload']),
  );
  expect(records[0]?.outcome).toMatchObject({ version: 'v1', colour: 'blue' });
});

test('half of the requests have a connection of their own, the others share', async () => {
  const { url, sockets } = await serve();
  const records = await loadUntil(url, 300);
  const fresh = records.filter(({ connection }) => connection === 'fresh').length;
  expect(Math.abs(fresh - records.length / 2)).toBeLessThanOrEqual(10);
  const alone = [...sockets.values()].filter((requests) => requests === 1).length;
  expect(alone).toBeGreaterThanOrEqual(fresh);
  expect(sockets.size - fresh).toBeLessThan(records.length / 4);
});

test('requests are sent when they are due, though earlier ones got no answer', async () => {
  const { url } = await serve(() => true);
  const records = await loadUntil(url, 100);
  const broken = records.filter(({ outcome }) => outcome.kind === 'broken' && outcome.error === 'out of time');
  expect(broken).toHaveLength(records.length);
  const short = records.filter(({ kind }) => kind !== 'stream' && kind !== 'upload').sort((a, b) => a.dueAt - b.dueAt);
  for (const [index, { dueAt }] of short.entries()) expect(dueAt - (short[0]?.dueAt ?? 0)).toBeCloseTo(index * 2, 3);
});

test('a reset, a cut answer, a wrong status and a wrong body are failures, and nothing is sent twice', async () => {
  const seen: string[] = [];
  const { url } = await serve((request, response) => {
    const rid = new URL(request.url ?? '', 'http://x').searchParams.get('rid') ?? '';
    seen.push(rid);
    switch (Number(rid.split('-')[1])) {
      case 3:
        request.socket.destroy();
        return true;
      case 4:
        response.writeHead(200, { 'content-length': 100 }).write('{');
        setTimeout(() => request.socket.destroy(), 10);
        return true;
      case 5:
        response.writeHead(503).end('{}');
        return true;
      case 6:
        response.writeHead(200).end('<html>');
        return true;
      default:
        return false;
    }
  });
  const records = await loadUntil(url, 60);
  const bad = records.filter(failed).map(({ rid }) => rid);
  expect(bad.toSorted()).toEqual(['a-3', 'a-4', 'a-5', 'a-6']);
  expect(seen.toSorted()).toEqual(records.map(({ rid }) => rid).toSorted());
});

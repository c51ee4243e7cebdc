import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createVirtualClock, epochMs } from '../../base/index.ts';
import { openAccessLog } from './access-log.ts';
import type { AccessLogEntry } from './access-log-line.ts';

const entry = (path: string): AccessLogEntry => ({
  type: 'http',
  endedAt: epochMs(1_767_225_600_123),
  createdAt: epochMs(1_767_225_600_000),
  loadBalancer: 'app/main/0123456789abcdef',
  client: '127.0.0.1:5000',
  target: undefined,
  requestSeconds: -1,
  targetSeconds: -1,
  responseSeconds: -1,
  elbStatus: 503,
  targetStatus: undefined,
  receivedBytes: 10,
  sentBytes: 20,
  method: 'GET',
  url: `http://a.test:80${path}`,
  httpVersion: '1.1',
  userAgent: undefined,
  targetGroupArn: undefined,
  traceId: 'Root=1-2-3',
  priority: 0,
  action: 'forward',
  redirectUrl: undefined,
  errorReason: 'no-targets',
  connectionTraceId: 'TID_1',
  tls: undefined,
  transformed: undefined,
});

test('a request that reached no target has dashes and -1 in its place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'teal-log-'));
  const log = openAccessLog(folder, createVirtualClock());
  log.write('main', entry('/a"\n'));
  await log.close();
  expect(await readFile(join(folder, 'main.log'), 'utf8')).toBe(
    'http 2026-01-01T00:00:00.123000Z app/main/0123456789abcdef 127.0.0.1:5000 - -1 -1 -1 503 - 10 20 ' +
      '"GET http://a.test:80/a\\x22\\x0a HTTP/1.1" "-" - - - "Root=1-2-3" "-" "-" 0 2026-01-01T00:00:00.000000Z ' +
      '"forward" "-" "no-targets" "-" "-" "-" "-" TID_1 "-" "-" "-"\n',
  );
  rmSync(folder, { recursive: true });
});

test('a file beyond its size is put aside, and the next begins empty', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'teal-log-'));
  const log = openAccessLog(folder, createVirtualClock(), 100);
  for (const path of ['/1', '/2', '/3']) {
    log.write('main', entry(path));
    await log.flush();
  }
  expect(await readFile(join(folder, 'main.log.1'), 'utf8')).toContain('/2 HTTP');
  expect((await readFile(join(folder, 'main.log'), 'utf8')).split('\n')).toHaveLength(2);
  rmSync(folder, { recursive: true });
});

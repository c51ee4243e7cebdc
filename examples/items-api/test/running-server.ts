import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Release } from '../src/release.ts';

/** The bundled server in a folder like its image's, running as one task. */
export interface RunningServer {
  readonly url: string;
  readonly log: () => string;
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly databaseUrl: string;
  readonly release?: Release;
  readonly color?: 'blue' | 'green';
}

export async function startServer({ databaseUrl, release, color }: ServerOptions): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'items-api-test-'));
  const project = fileURLToPath(new URL('..', import.meta.url));
  mkdirSync(join(folder, 'dist'));
  for (const path of ['dist/server.js', 'migrations', 'package.json'])
    cpSync(join(project, path), join(folder, path), { recursive: true });
  writeFileSync(
    join(folder, 'release.json'),
    JSON.stringify(release ?? { version: 'v1', behaviour: { kind: 'normal' } }),
  );

  const port = await freePort();
  const env = { PATH: process.env.PATH, PORT: String(port), DATABASE_URL: databaseUrl, TEAL_COLOR: color ?? 'blue' };
  const child = spawn(process.execPath, ['dist/server.js'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  void exited.then(() => rmSync(folder, { recursive: true, force: true }));
  while (!log.includes('listens on port') && child.exitCode === null) await sleep(10);
  return {
    url: `http://127.0.0.1:${port}`,
    log: () => log,
    process: child,
    exited,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Waits until `condition` holds, at most ten seconds. */
export async function eventually(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error(`not within ten seconds: ${condition}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

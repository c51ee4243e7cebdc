import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the cases run against. */
export interface Server extends AsyncDisposable {
  readonly endpoint: string;
  /** What it logged as its own mistakes. */
  readonly complaints: () => readonly string[];
}

/** The bundle, in a process of its own, with tasks that are simulated: hundreds of services fit beside each other. */
export async function aRuntime(bundle: string, ...more: readonly string[]): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'teal-conformance-'));
  const args = [bundle, '--port', '0', '--data', data, '--json', '--driver', 'simulated', ...more];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    if (line.includes('"level":"error"') || !line.startsWith('{')) complaints.push(line);
  });
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    new Promise<never>((_, reject) =>
      child.once('exit', (code) => reject(new Error(`the runtime ended with ${code}: ${complaints.join('\n')}`))),
    ),
  ]);
  const { endpoint }: { endpoint: string } = JSON.parse(line);
  return {
    endpoint,
    complaints: () => complaints,
    async [Symbol.asyncDispose]() {
      await ended(child);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The other imitation; undefined where it is not installed. */
export async function aMoto(environment: NodeJS.ProcessEnv): Promise<Server | undefined> {
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', `${port}`], { stdio: 'ignore', env: environment });
  const gone = new Promise<'gone'>((resolve) => {
    child.once('error', () => resolve('gone'));
    child.once('exit', () => resolve('gone'));
  });
  const endpoint = `http://127.0.0.1:${port}`;
  for (;;) {
    const up = fetch(`${endpoint}/moto-api/`).then(
      () => true,
      () => false,
    );
    const state = await Promise.race([up, gone]);
    if (state === 'gone') return undefined;
    if (state) return { endpoint, complaints: () => [], [Symbol.asyncDispose]: () => ended(child) };
    await sleep(100);
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

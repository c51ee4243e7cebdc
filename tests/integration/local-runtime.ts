import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type LocalRuntime, startLocalRuntime } from '../../src/local/index.ts';

export interface RuntimeUnderTest extends AsyncDisposable {
  readonly endpoint: string;
  readonly dataDir: string;
  /** What the runtime logged: bugs. */
  readonly log: string[];
  /** Options for any SDK client. */
  readonly client: ClientOptions;
}

export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export const clientOptions = (endpoint: string, region = 'us-east-1', accessKeyId = 'test'): ClientOptions => ({
  endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey: 'test' },
});

/** A runtime in this process on a free port, with a data folder that goes with it unless one is given. */
export async function aLocalRuntime(
  options: {
    readonly dataDir?: string;
    readonly driver?: 'process' | 'container' | 'simulated';
    readonly engineSockets?: readonly string[];
    readonly timing?: 'aws-like' | 'instant';
    readonly fallback?: string;
  } = {},
): Promise<RuntimeUnderTest> {
  const dataDir = options.dataDir ?? aDataDir();
  const log: string[] = [];
  const runtime: LocalRuntime = await startLocalRuntime({
    port: 0,
    dataDir,
    account: '000000000000',
    timing: options.timing ?? 'instant',
    driver: options.driver ?? 'simulated',
    engineSockets: options.engineSockets,
    fallback: options.fallback,
    hostPath: process.env.PATH ?? '',
    version: '0.0.0-test',
    log: (line) => log.push(line),
  });
  return {
    endpoint: runtime.endpoint,
    dataDir,
    log,
    client: clientOptions(runtime.endpoint),
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true });
    },
  };
}

export const aDataDir = (): string => mkdtempSync(join(tmpdir(), 'teal-data-'));

export interface RuntimeProcess {
  readonly endpoint: string;
  readonly pid: number;
  /** Resolves with the exit code, or the signal that ended it. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string | null>;
}

/** A runtime in a process of its own, as `teal local run --json` is. */
export async function aRuntimeProcess(dataDir: string, ...more: readonly string[]): Promise<RuntimeProcess> {
  const args = ['--import', 'tsx', 'src/local/main.ts', '--port', '0', '--data', dataDir, '--json', ...more];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    ended.then((code) => Promise.reject(new Error(`the runtime ended with ${code} before it was ready`))),
  ]);
  const ready: unknown = JSON.parse(line);
  if (typeof ready !== 'object' || ready === null || !('endpoint' in ready) || typeof ready.endpoint !== 'string') {
    throw new Error(`not the ready line: ${line}`);
  }
  return {
    endpoint: ready.endpoint,
    pid: child.pid ?? 0,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Whether a program can be run here; says so where it can't. */
export function has(program: string, ...probe: readonly string[]): boolean {
  const found = spawnSync(program, probe, { stdio: 'ignore' }).status === 0;
  if (!found) process.stdout.write(`skipped: ${[program, ...probe].join(' ')} cannot be run here\n`);
  return found;
}

/** The environment in which the AWS CLI and boto3 reach a runtime, and nothing of the user's. */
export const awsEnvironment = (endpoint: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_PAGER: '',
  AWS_EC2_METADATA_DISABLED: 'true',
});

import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, mkdirSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ms, systemClock } from '../base/index.ts';
import { isRunning, readLockFile } from '../local/index.ts';
import type { RuntimeFacts } from '../operations/index.ts';
import { CliError } from './cli-error.ts';
import { getJson, postEmpty } from './http-json.ts';

/** The port of the local runtime's endpoint, unless another is asked for. */
export const runtimePort = 4566;

export interface RuntimeStart {
  readonly port: number;
  readonly account: string;
  readonly driver: 'process' | 'container' | 'simulated';
  readonly timing: 'aws-like' | 'instant';
  /** `http://host:port` of another imitation, for what the runtime does not answer. */
  readonly fallback?: string | undefined;
  readonly throttle?: 'aws' | undefined;
  /** As it was given: `2s`. */
  readonly staleReads?: string | undefined;
}

export const usualStart: RuntimeStart = {
  port: runtimePort,
  account: '000000000000',
  driver: 'process',
  timing: 'instant',
};

/** What `GET /_teal/health` says. */
export interface RuntimeHealth {
  readonly version: string;
  readonly timing: 'aws-like' | 'instant';
  readonly driver: 'process' | 'container' | 'simulated';
  /** The container engine that runs the tasks; null for the other drivers, absent from a runtime of 0.1. */
  readonly engine?: string | null;
  readonly trafficSettleSeconds: number;
  readonly account: string;
  readonly pid: number;
  readonly dataDir: string;
}

export interface FoundRuntime {
  readonly endpoint: string;
  readonly health: RuntimeHealth;
}

/** Where a user's one runtime keeps its state: the XDG state folder. */
export function runtimeData(environment: NodeJS.ProcessEnv): string {
  const state = environment.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(state, 'teal', 'local');
}

/** The user's runtime, if it runs and answers. */
export async function findRuntime(dataDir: string): Promise<FoundRuntime | undefined> {
  const lock = readLockFile(dataDir);
  if (!lock) return undefined;
  const health = await getJson(`${lock.endpoint}/_teal/health`).catch(() => undefined);
  return isHealth(health) ? { endpoint: lock.endpoint, health } : undefined;
}

/** Starts a runtime in a process of its own that outlives this one. @throws CliError when it does not come up. */
export async function startRuntime(dataDir: string, start: RuntimeStart): Promise<FoundRuntime> {
  makeDataFolder(dataDir);
  const logFile = join(dataDir, 'runtime.log');
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [runtimeBundle(), ...argumentsFor(dataDir, start)], {
    detached: true,
    stdio: ['ignore', 'ignore', log],
  });
  closeSync(log);
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.unref();
  const until = systemClock.monotonic() + 10_000;
  while (systemClock.monotonic() < until) {
    const found = await findRuntime(dataDir);
    if (found) return found;
    if (ended) break;
    await systemClock.sleep(ms(20));
  }
  const words = lastLine(logFile);
  if (/^Port \d+ of 127\.0\.0\.1 is taken/.test(words))
    throw new CliError('unexpected', await portTakenText(start.port));
  throw new CliError('unexpected', `The local runtime did not start: ${words}\nIts log is ${logFile}.`);
}

/** Who has the port that a runtime should have had, as far as it says so itself, and what to do. */
export async function portTakenText(port: number): Promise<string> {
  const endpoint = `http://127.0.0.1:${port}`;
  const health = await getJson(`${endpoint}/_teal/health`).catch(() => undefined);
  const free = 'start this one on a free port, "teal local start --port 0", then run the command again';
  return isHealth(health)
    ? `Another local runtime has port ${port}: process ${health.pid}, data folder ${health.dataDir}. If that folder is this one's, its lock file was deleted.\nUse it: AWS_ENDPOINT_URL=${endpoint}. End it: kill ${health.pid}, then run the command again. Or ${free}.`
    : `Port ${port} of 127.0.0.1 is taken by another program ("lsof -i :${port}" tells which).\nEnd it, or ${free}.`;
}

/** Asks a runtime to stop and waits until its process is gone. */
export async function stopRuntime(found: FoundRuntime): Promise<void> {
  await postEmpty(`${found.endpoint}/_teal/stop`);
  while (isRunning(found.health.pid)) await systemClock.sleep(ms(20));
}

const argumentsFor = (dataDir: string, start: RuntimeStart): string[] => [
  ...['--port', String(start.port), '--data', dataDir, '--account', start.account],
  ...['--driver', start.driver, '--timing', start.timing],
  ...(start.fallback === undefined ? [] : ['--fallback', start.fallback]),
  ...(start.throttle === undefined ? [] : ['--throttle', start.throttle]),
  ...(start.staleReads === undefined ? [] : ['--stale-reads', start.staleReads]),
];

/** What operations need to know of a runtime. */
export const factsOf = (found: FoundRuntime): RuntimeFacts => ({
  endpoint: found.endpoint,
  timing: found.health.timing,
  trafficSettleSeconds: found.health.trafficSettleSeconds,
  account: found.health.account,
});

export interface ServedUrl {
  readonly listenerArn: string;
  readonly loadBalancerName: string;
  readonly port: number;
  readonly url: string;
}

/** Where each listener of the runtime at `endpoint` is really served, by its ARN. None where it is no runtime of teal's. */
export async function servedListeners(endpoint: string): Promise<ReadonlyMap<string, string>> {
  const served = await balancersOf(endpoint).catch(() => undefined);
  return new Map(served?.listeners.map(({ listenerArn, url }) => [listenerArn, url]));
}

/** The same, with the file of the certificate that their HTTPS is trusted by: null while there is none. */
export async function balancersOf(
  endpoint: string,
): Promise<{ readonly listeners: readonly ServedUrl[]; readonly certificateAuthority: string | null }> {
  const answer = await getJson(`${endpoint}/_teal/listeners`);
  if (typeof answer !== 'object' || answer === null || !('listeners' in answer) || !Array.isArray(answer.listeners))
    return { listeners: [], certificateAuthority: null };
  const authority = 'certificateAuthority' in answer ? answer.certificateAuthority : null;
  return {
    listeners: answer.listeners.filter(isServed),
    certificateAuthority: typeof authority === 'string' ? authority : null,
  };
}

/**
 * The certificate by which a local runtime's HTTPS is trusted, as PEM; asked for until there is one. Where no runtime of
 * this machine stands in AWS's place there never is.
 */
export function localAuthority(endpoint: string | undefined): () => Promise<string | undefined> {
  let known: string | undefined;
  return async () => {
    if (known !== undefined || endpoint === undefined || !isThisMachine(endpoint)) return known;
    const told = await balancersOf(endpoint).catch(() => undefined);
    if (told?.certificateAuthority) known = await readFile(told.certificateAuthority, 'utf8').catch(() => undefined);
    return known;
  };
}

const isThisMachine = (endpoint: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(endpoint).hostname);

const isServed = (value: unknown): value is ServedUrl =>
  typeof value === 'object' &&
  value !== null &&
  'listenerArn' in value &&
  'url' in value &&
  typeof value.url === 'string';

const isHealth = (value: unknown): value is RuntimeHealth =>
  typeof value === 'object' && value !== null && 'name' in value && value.name === 'teal' && 'pid' in value;

/** Beside this bundle; from sources, where it was built to. */
const runtimeBundle = (): string => {
  const beside = import.meta.url.includes('/dist/') ? './runtime.cjs' : '../../dist/runtime.cjs';
  return new URL(beside, import.meta.url).pathname;
};

/** @throws CliError where this user may not write there, as in a container without a home. */
function makeDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CliError(
      'usage',
      `The local runtime can't keep its state in ${dataDir}: ${cause}.\nSet XDG_STATE_HOME to a folder that you may write to, or name one: teal local start --data <folder>.`,
    );
  }
}

function lastLine(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
}

/** Runs the runtime as a child of this process, which ends with it; returns its exit code. */
export function runForeground(dataDir: string, start: RuntimeStart, json: boolean): Promise<number> {
  const child = spawn(
    process.execPath,
    [runtimeBundle(), ...argumentsFor(dataDir, start), ...(json ? ['--json'] : [])],
    { stdio: 'inherit' },
  );
  // The terminal's ^C reaches the child by itself; here it must only be waited for.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => child.kill(name));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

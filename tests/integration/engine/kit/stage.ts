import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { parseAccessLog } from '../../../../examples/demo/access-log.ts';
import { isRunning } from '../../../../src/local/is-running.ts';
import { type ClientOptions, clientOptions } from '../../local-runtime.ts';
import { type Version, writeNodeApp } from './app.ts';
import { type Json, startTeal, type TealResult, type TealRun, wordsOf } from './teal-run.ts';

export interface ServiceOptions {
  readonly tasks?: number;
  /** Of the public route; without it every host. */
  readonly host?: string;
  readonly priority?: number;
  /** Fields of the service's JSON, in place of the kit's own. */
  readonly fields?: Json;
  /** Fields of its `deployment`, in place of the kit's own. */
  readonly deployment?: Json;
}

/** A project in a temporary folder, a state folder of its own and, in a process of its own, a runtime of its own. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly project: string;
  readonly dataDir: string;
  readonly endpoint: string;
  readonly client: ClientOptions;
  /** Writes services/<name>.json and, unless there is one, its application. */
  service(name: string, options?: ServiceOptions): void;
  /** Replaces the application of a service. */
  version(service: string, version: Version): void;
  /** Starts the built bundle's `teal` with `--json`; `through` is another endpoint in place of the runtime's. */
  start(args: readonly string[], through?: string): TealRun;
  /** Runs it to its end; fails the test unless it ends with `exitCode`. */
  teal(args: readonly string[], exitCode?: number, through?: string): Promise<TealResult>;
  /** Starts the runtime again where it was ended. */
  startRuntime(): Promise<void>;
  runtimePid(): number;
  /** Where the balancer listens. */
  url(): Promise<string>;
  accessLog(): ReturnType<typeof parseAccessLog>;
}

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const bundle = join(root, 'dist', 'teal.cjs');

export async function aStage(): Promise<Stage> {
  if (!existsSync(bundle)) throw new Error('dist/teal.cjs is missing: "npm run build" makes it');
  const folder = mkdtempSync(join(tmpdir(), 'teal-engine-'));
  const project = join(folder, 'project');
  const state = join(folder, 'state');
  const dataDir = join(state, 'teal', 'local');
  const running = new Set<ChildProcess>();
  mkdirSync(join(project, 'services'), { recursive: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(join(project, 'teal.json'), JSON.stringify({ name: 'engine' }));
  const environment = { PATH: process.env.PATH ?? '', HOME: folder, LANG: 'C.UTF-8', XDG_STATE_HOME: state };

  function runtimeFile(): { endpoint: string; pid: number } {
    return JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8'));
  }

  /** A state folder whose runtime is said to be at another endpoint. */
  function stateThrough(endpoint: string): string {
    const other = mkdtempSync(join(folder, 'state-'));
    const there = join(other, 'teal', 'local');
    mkdirSync(there, { recursive: true });
    writeFileSync(join(there, 'runtime.json'), JSON.stringify({ ...runtimeFile(), endpoint }));
    return other;
  }

  const start: Stage['start'] = (args, through) =>
    startTeal(bundle, [...args, '--json'], {
      cwd: project,
      environment: through === undefined ? environment : { ...environment, XDG_STATE_HOME: stateThrough(through) },
      running,
    });

  const teal: Stage['teal'] = async (args, exitCode = 0, through) => {
    const result = await start(args, through).ended;
    if (result.exitCode !== exitCode)
      throw new Error(`teal ${args.join(' ')}: expected exit code ${exitCode}\n${wordsOf(result)}`);
    return result;
  };

  const startRuntime = async (): Promise<void> => {
    await teal(['local', 'start', '--port', '0']);
  };

  await startRuntime();
  const { endpoint } = runtimeFile();
  return {
    folder,
    project,
    dataDir,
    endpoint,
    client: clientOptions(endpoint, 'us-east-1', '000000000000'),
    service(name, options = {}) {
      writeFileSync(join(project, 'services', `${name}.json`), JSON.stringify(serviceJson(name, options), null, 2));
      if (!existsSync(join(project, name))) writeNodeApp(join(project, name), { name: 'v1' });
    },
    version: (service, version) => writeNodeApp(join(project, service), version),
    start,
    teal,
    startRuntime,
    runtimePid: () => runtimeFile().pid,
    async url() {
      const answer = await fetch(`${runtimeFile().endpoint}/_teal/listeners`);
      const { listeners }: { listeners: { url: string }[] } = JSON.parse(await answer.text());
      const [listener] = listeners;
      if (!listener) throw new Error('the balancer does not listen yet');
      return listener.url;
    },
    accessLog() {
      const logs = join(dataDir, 'access-logs');
      return readdirSync(logs).flatMap((name) => parseAccessLog(readFileSync(join(logs, name), 'utf8')));
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      const stopped = await start(['local', 'stop']).ended;
      const { pid } = existsSync(join(dataDir, 'runtime.json')) ? runtimeFile() : { pid: undefined };
      if (stopped.exitCode !== 0 && pid !== undefined && isRunning(pid)) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** The shortest times that AWS's ranges allow: a first good check makes a target healthy. */
function serviceJson(name: string, { tasks = 2, host, priority = 10, fields, deployment }: ServiceOptions): Json {
  return {
    image: { build: `../${name}` },
    port: 8080,
    routes: [{ ...(host !== undefined && { host }), path: '/*', priority }],
    targetHealthCheck: { path: '/health', interval: '5s', timeout: '2s' },
    scaling: { min: tasks },
    deregistrationDelay: '3s',
    stopTimeout: '2s',
    ...fields,
    deployment: {
      strategy: { canary: { weight: 10, bake: '2s' } },
      healthTimeout: '30s',
      bake: '2s',
      keepWarm: '15m',
      identity: { path: '/version', json: '$.revision' },
      verification: [{ http: '/ready', status: 200 }],
      limits: { window: '5s' },
      ...deployment,
    },
  };
}

/** Resolves once `found` returns something. One that starts a process or reads much asks for a longer interval. */
export function eventually<Found>(
  found: () => Promise<Found | undefined> | Found | undefined,
  timeout = 10_000,
  interval = 100,
): Promise<Found> {
  const look = async (): Promise<Found> => {
    const value = await found();
    if (value === undefined) throw new Error('not yet');
    return value;
  };
  return vi.waitFor(look, { timeout, interval });
}

/** Tells what was measured, beside the test that holds it to its limit. */
export const figure = (what: string, ms: number | undefined, requests: number): void => {
  process.stdout.write(`measured: ${what}: ${ms?.toFixed(0)} ms, ${requests} requests\n`);
};

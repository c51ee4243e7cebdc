import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchJson } from '../examples/demo/aws-call.ts';
import { listAt, numberAt, textAt } from '../examples/demo/json.ts';
import { type Teal, tealIn } from '../examples/demo/teal.ts';
import { writeApp } from './app.ts';
import type { Bench } from './chapter.ts';

export type TimingName = 'aws-like' | 'instant';

/** A project with one service, `bench`, in a temporary folder, and a runtime of its own in a process of its own. */
export interface Stand extends AsyncDisposable {
  readonly endpoint: string;
  readonly project: string;
  readonly teal: Teal;
  readonly runtimePid: number;
  readonly environment: NodeJS.ProcessEnv;
  /** Of the balancer. */
  url(): Promise<string>;
  /** The version that the next deployment finds. */
  version(name: string): void;
  /** How many API calls the runtime has answered since this instant (ms since 1970). */
  callsSince(instant: number): Promise<number>;
}

/** Waits that the service asks for, in seconds: small, so that what a tool adds is seen. */
export const demanded = {
  healthyThreshold: 2,
  healthInterval: 5,
  canaryBake: 5,
  bake: 5,
  tasks: 2,
} as const;

export async function aStand(bench: Bench, timing: TimingName, deployment: object = {}): Promise<Stand> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'teal-bench-'));
  const project = join(folder, 'project');
  const state = join(folder, 'state');
  mkdirSync(join(project, 'services'), { recursive: true });
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(join(project, 'teal.json'), JSON.stringify({ name: 'bench' }));
  writeFileSync(join(project, 'services', 'bench.json'), JSON.stringify(serviceJson(deployment), undefined, 2));
  writeApp(join(project, 'app'), 'v1');
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|TEAL_|PORT$)/.test(name));
  const environment = { ...Object.fromEntries(inherited), XDG_STATE_HOME: state };
  const teal = tealIn({ program: bench.program, cwd: project, environment, signal: bench.signal });
  await teal.run(['local', 'start', '--port', '0', '--timing', timing]);
  const runtimeFile = join(state, 'teal', 'local', 'runtime.json');
  const told: unknown = JSON.parse(readFileSync(runtimeFile, 'utf8'));
  const endpoint = textAt(told, 'endpoint');
  return {
    endpoint,
    project,
    teal,
    runtimePid: numberAt(told, 'pid'),
    environment: {
      ...environment,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_PAGER: '',
    },
    async url() {
      const [first] = listAt(await fetchJson(`${endpoint}/_teal/listeners`), 'listeners');
      return textAt(first, 'url').replace(/\/$/, '');
    },
    version: (name) => writeApp(join(project, 'app'), name),
    async callsSince(instant) {
      const since = encodeURIComponent(new Date(instant).toISOString());
      return listAt(await fetchJson(`${endpoint}/_teal/requests?since=${since}`), 'requests').length;
    },
    async [Symbol.asyncDispose]() {
      const stop = tealIn({ program: bench.program, cwd: project, environment, signal: new AbortController().signal });
      await stop.run(['local', 'stop'], [0, 1, 3]);
      if (existsSync(folder)) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

const serviceJson = (deployment: object): object => ({
  image: { build: '../app' },
  port: 8080,
  routes: [{ path: '/*', priority: 10 }],
  targetHealthCheck: {
    path: '/health',
    interval: `${demanded.healthInterval}s`,
    timeout: '2s',
    healthyThreshold: demanded.healthyThreshold,
    unhealthyThreshold: 2,
  },
  scaling: { min: demanded.tasks },
  deregistrationDelay: '5s',
  stopTimeout: '5s',
  deployment: {
    strategy: { canary: { weight: 10, bake: `${demanded.canaryBake}s` } },
    bake: `${demanded.bake}s`,
    healthTimeout: '5m',
    keepWarm: '60m',
    identity: { header: 'x-revision' },
    verification: [{ http: '/health', status: 200 }],
    limits: { window: '5s' },
    ...deployment,
  },
});

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { numberAt, textAt } from '../examples/demo/json.ts';
import { awsJson } from './aws-json.ts';
import { atMost, type Bench, type Chapter, type Figure, figure } from './chapter.ts';
import { distribution } from './distribution.ts';
import { milliseconds, ratio, table, whole } from './table.ts';

const runs = 15;
const projectSizes = [10, 100, 1_000] as const;
const runtimeSizes = [10, 50, 200] as const;
const tasksEach = 5;

/** How fast it starts, and how time and memory grow with the number of services. */
export const growth: Chapter = {
  name: 'growth',
  title: 'Start, memory, and how both grow with the number of services',
  async run(bench) {
    const starts = startTimes(bench);
    const ready = await runtimeReady(bench);
    const validated = projectSizes.map((services) => [services, validate(bench, services)] as const);
    const memory: (readonly [number, number])[] = [];
    for (const services of runtimeSizes) memory.push([services, await memoryOf(bench, services)]);
    const [smallest] = validated;
    const node = distribution(starts.node).p50;
    const version = distribution(starts.version).p50;
    const lines = [
      ...table(
        ['', 'p50', 'against node -e 0'],
        [
          ['node -e 0', milliseconds(node), '1.00'],
          ['teal --version', milliseconds(version), ratio(version / node)],
          [
            'teal validate (10 services)',
            milliseconds(distribution(starts.validate).p50),
            ratio(distribution(starts.validate).p50 / node),
          ],
          ['teal local run, until it is ready', milliseconds(ready), ratio(ready / node)],
        ],
      ),
      '',
      ...table(
        ['services validated', 'takes', 'per service'],
        validated.map(([services, took]) => [whole(services), milliseconds(took), milliseconds(took / services)]),
      ),
      '',
      ...table(
        ['services in the runtime', 'simulated tasks', 'memory'],
        memory.map(([services, megabytes]) => [whole(services), whole(services * tasksEach), `${whole(megabytes)} MB`]),
      ),
    ];
    const figures: Figure[] = [
      figure('teal --version against node -e 0', version / node, 'ratio'),
      figure('runtime: until it is ready', ready, 'ms'),
      ...validated.map(([services, took]) =>
        figure(`validate ${services} services`, took, 'ms', services === 1_000 ? atMost(1_000) : null),
      ),
      ...memory.map(([services, megabytes]) =>
        figure(
          `runtime with ${services} services, ${services * tasksEach} tasks`,
          megabytes,
          'MB',
          services === 200 ? atMost(400) : null,
        ),
      ),
    ];
    if (smallest) bench.say(`validate: ${milliseconds(smallest[1])} for ${smallest[0]} services`);
    return { lines, figures };
  },
};

/** In turn, so that what else the machine does meets all alike. */
function startTimes(bench: Bench): Record<'node' | 'version' | 'validate', number[]> {
  const took: Record<'node' | 'version' | 'validate', number[]> = { node: [], version: [], validate: [] };
  const folder = project(10);
  for (let n = 0; n < runs; n++) {
    took.node.push(timed(['-e', '0'], folder));
    took.version.push(timed([bench.program, '--version'], folder));
    took.validate.push(timed([bench.program, 'validate'], folder));
  }
  rmSync(folder, { recursive: true });
  return took;
}

function validate(bench: Bench, services: number): number {
  const folder = project(services);
  const { p50 } = distribution([1, 2, 3].map(() => timed([bench.program, 'validate'], folder)));
  rmSync(folder, { recursive: true });
  return p50;
}

function timed(args: readonly string[], cwd: string): number {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.slice(0, 500)}`);
  return performance.now() - startedAt;
}

function project(services: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'teal-bench-'));
  mkdirSync(join(folder, 'services'));
  mkdirSync(join(folder, 'app'));
  writeFileSync(join(folder, 'app', 'Dockerfile'), 'FROM node:22\nCMD ["node", "server.js"]\n');
  writeFileSync(join(folder, 'teal.json'), JSON.stringify({ name: 'many' }));
  for (let n = 1; n <= services; n++) {
    const service = {
      image: { build: '../app' },
      port: 8080,
      cpu: 256,
      memory: 512,
      environment: { LOG_LEVEL: 'info', NUMBER: String(n) },
      // A load balancer has room for 50 services: two rules and two target groups for each, of 100.
      loadBalancer: `balancer-${Math.ceil(n / 50)}`,
      routes: [{ host: `service-${n}.example.com`, path: '/*', priority: n }],
      targetHealthCheck: { path: '/health', interval: '10s', timeout: '5s' },
      deployment: {
        strategy: { canary: { weight: 10, bake: '5m' } },
        verification: [{ http: '/health', status: 200 }],
      },
    };
    writeFileSync(join(folder, 'services', `service-${n}.json`), JSON.stringify(service, undefined, 2));
  }
  return folder;
}

async function runtimeReady(bench: Bench): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < 5; n++) {
    const startedAt = performance.now();
    const runtime = await startRuntime(bench);
    took.push(performance.now() - startedAt);
    await runtime.end();
  }
  return distribution(took).p50;
}

/** Resident memory of a runtime whose services all run, after some time at rest. */
async function memoryOf(bench: Bench, services: number): Promise<number> {
  const runtime = await startRuntime(bench, '--driver', 'simulated');
  try {
    const ecs = (operation: string, input: object) =>
      awsJson(runtime.endpoint, 'ecs', `AmazonEC2ContainerServiceV20141113.${operation}`, input);
    await ecs('CreateCluster', { clusterName: 'many' });
    for (let n = 1; n <= services; n++) {
      await ecs('RegisterTaskDefinition', {
        family: `service-${n}`,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          { name: 'app', image: `service-${n}:1`, essential: true, portMappings: [{ containerPort: 8080 }] },
        ],
      });
      await ecs('CreateService', {
        cluster: 'many',
        serviceName: `service-${n}`,
        taskDefinition: `service-${n}`,
        desiredCount: tasksEach,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      });
    }
    const wanted = services * tasksEach;
    for (;;) {
      const described = await ecs('DescribeClusters', { clusters: ['many'] });
      const [cluster] = Object(described).clusters;
      if (numberAt(cluster, 'runningTasksCount') === wanted) break;
      await sleep(200, undefined, { signal: bench.signal });
    }
    await sleep(3_000, undefined, { signal: bench.signal });
    const status = readFileSync(`/proc/${runtime.pid}/status`, 'utf8');
    bench.say(`${services} services with ${wanted} tasks run`);
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
  } finally {
    await runtime.end();
  }
}

async function startRuntime(bench: Bench, ...args: readonly string[]) {
  const data = mkdtempSync(join(tmpdir(), 'teal-bench-'));
  const child = spawn(
    process.execPath,
    [bench.program, 'local', 'run', '--port', '0', '--data', data, '--json', ...args],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  bench.signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  const [line] = await new Promise<readonly string[]>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (text) => resolve([text]));
    child.once('exit', (code) => reject(new Error(`the runtime ended with ${code}`)));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const endpoint = textAt(JSON.parse(line ?? ''), 'endpoint');
  const health: unknown = await (await fetch(`${endpoint}/_teal/health`)).json();
  return {
    endpoint,
    /** Of the runtime itself: "teal local run" only waits for it. */
    pid: numberAt(health, 'pid'),
    async end() {
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

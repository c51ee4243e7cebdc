import { loadSdk } from '../src/aws/clients.ts';
import { seconds as ofSeconds } from '../src/base/index.ts';
import type { WebService } from '../src/config/index.ts';
import { anEnvironment } from '../src/config/testing.ts';
import { release } from '../src/operations/deploy.ts';
import { provisionEnvironment } from '../src/operations/provision-environment.ts';
import { provisionService } from '../src/operations/provision-service.ts';
import { createContext } from '../tests/simulation/context.ts';
import type { Installation } from '../tests/simulation/installation.ts';
import { anImage, simulatedService } from '../tests/simulation/simulated-service.ts';
import { account, createWorld, region, type SimulatedWorld } from '../tests/simulation/world.ts';
import { atMost, type Chapter, figure } from './chapter.ts';
import { distribution } from './distribution.ts';
import { seconds, table, whole } from './table.ts';

const many = 100;
/** The first versions, which are not measured, are deployed so many at a time. */
const atOnce = 10;

/** Rules and target groups of a load balancer are 100 each, two of each per service. */
const perBalancer = 45;

interface Fleet {
  /** Virtual time of each deployment. */
  readonly tookMs: readonly number[];
  readonly calls: number;
  readonly throttled: number;
  /** By operation. */
  readonly operations: ReadonlyMap<string, number>;
  readonly succeeded: number;
  /** Of those that did not, what they say. */
  readonly failures: readonly string[];
  readonly wallMs: number;
}

export const fleet: Chapter = {
  name: 'fleet',
  title: `${many} deployments at once on one account with AWS's token buckets (real engine and control plane, simulated tasks, virtual time, aws-like)`,
  async run(bench) {
    // What the first call reads and loads must not pass for virtual time.
    await loadSdk();
    const alone = await deployTogether(1);
    bench.say(`one alone: ${seconds(alone.tookMs[0] ?? 0)} of virtual time`);
    const together = await deployTogether(many);
    bench.say(`${many} together: simulated in ${seconds(together.wallMs)}`);
    const row = (name: string, { tookMs, calls, throttled, succeeded }: Fleet) => {
      const { p50, most } = distribution(tookMs);
      return [
        name,
        `${succeeded} of ${tookMs.length}`,
        seconds(p50),
        seconds(most),
        whole(calls / tookMs.length),
        whole(throttled),
      ];
    };
    const one = distribution(alone.tookMs).p50;
    const all = distribution(together.tookMs);
    return {
      lines: [
        ...table(
          ['', 'succeeded', 'p50', 'at most', 'calls each', 'throttled'],
          [row('one alone', alone), row(`${many} at once`, together)],
        ),
        ...together.failures.map((failure) => `  did not succeed: ${failure}`),
        '',
        ...table(
          ['calls of one alone', 'times'],
          [...alone.operations].sort(([, a], [, b]) => b - a).map(([operation, times]) => [operation, whole(times)]),
        ),
      ],
      figures: [
        figure(`${many} at once: succeeded`, together.succeeded, 'count', { kind: 'at-least', value: many }),
        figure(`${many} at once against one alone, p50`, all.p50 / one, 'ratio'),
        figure(`${many} at once against one alone, at most`, all.most / one, 'ratio'),
        figure('one alone: API calls', alone.calls, 'calls'),
        figure(`${many} at once: API calls each`, together.calls / many, 'calls'),
        figure(`${many} at once: throttled calls`, together.throttled, 'calls'),
        figure('one alone: throttled calls', alone.throttled, 'calls', atMost(0)),
      ],
    };
  },
};

/** Makes v1 of every service live one after the other, then v2 of all at the same instant. */
async function deployTogether(count: number): Promise<Fleet> {
  const startedAt = performance.now();
  const world = createWorld({ seed: `fleet/${count}`, throttle: 'aws' });
  const installations = await install(world, count);
  let throttled = 0;
  const operations = new Map<string, number>();
  let counting = false;
  world.network.onEffect(({ operation }, { status, body }) => {
    if (!counting) return;
    operations.set(operation, (operations.get(operation) ?? 0) + 1);
    if (status === 400 && /Throttl|RequestLimitExceeded|ProvisionedThroughput/.test(Buffer.from(body).toString()))
      throttled++;
  });
  for (let first = 0; first < count; first += atOnce)
    await deployAll(world, installations.slice(first, first + atOnce), 'v1');
  counting = true;
  const before = world.network.sent;
  const ended = await deployAll(world, installations, 'v2');
  return {
    tookMs: ended.map(({ tookMs }) => tookMs),
    calls: world.network.sent - before,
    throttled,
    operations,
    succeeded: ended.filter(({ failure }) => failure === undefined).length,
    failures: ended.flatMap(({ failure }) => failure ?? []),
    wallMs: performance.now() - startedAt,
  };
}

/** One process for each service; all start at once. */
async function deployAll(world: SimulatedWorld, installations: readonly Installation[], version: string) {
  const ended: { readonly failure: string | undefined; readonly tookMs: number }[] = [];
  for (const installation of installations) {
    const { service } = installation;
    const process = world.process(`${service.name}/${version}`);
    const context = createContext(world, installation, process);
    process.actor.start(async () => {
      const startedAt = process.actor.clock.monotonic();
      const image = anImage('good', `${service.name}/${version}`);
      const driven = await release(context, service, { kind: 'deploy', image, bakeSeconds: undefined });
      const outcome = driven.ok && driven.value.kind === 'outcome' ? driven.value.outcome : undefined;
      const said = outcome ?? (driven.ok ? driven.value : driven.error);
      const failure = outcome?.name === 'succeeded' ? undefined : `${service.name}: ${JSON.stringify(said)}`;
      ended.push({ failure, tookMs: process.actor.clock.monotonic() - startedAt });
    });
  }
  await world.scheduler.run({ limit: ofSeconds(4 * 3_600), until: () => ended.length === installations.length });
  return ended;
}

async function install(world: SimulatedWorld, count: number): Promise<readonly Installation[]> {
  const names = Array.from({ length: Math.ceil(count / perBalancer) }, (_, index) => `balancer-${index}`);
  const environment = anEnvironment('fleet', {
    account,
    region,
    allowEndpoint: true,
    loadBalancers: Object.fromEntries(names.map((name) => [name, {}])),
  });
  const installations: Installation[] = [];
  const { actor, clients, random } = world.process('provision');
  const aws = { clients, clock: actor.clock, random };
  actor.start(async () => {
    const { signal } = new AbortController();
    const made = await provisionEnvironment(aws, { environment, trafficSettleSeconds: 60, firstPort: 8080 }, signal);
    for (let n = 0; n < count; n++) {
      const service = {
        ...simulatedService({}, {}),
        name: `service-${n}`,
        loadBalancer: names[Math.floor(n / perBalancer)] ?? '',
      };
      const [route] = service.routes;
      const named: WebService = {
        ...service,
        routes: [{ ...route, host: `service-${n}.example.com`, priority: 1 + n }],
      };
      await provisionService(aws, made, 'shop', environment.name, named, signal);
      const { cluster, journalTable, testToken } = made.discovery;
      const listener = made.balancers.get(named.loadBalancer)?.listener ?? '';
      // Only what the engine's own adapters need: nothing is checked against the true state here.
      const unused = {
        places: [],
        testRules: [],
        groups: { blue: '', green: '' },
        ecsServices: { blue: '', green: '' },
      };
      installations.push({ environment, service: named, cluster, journalTable, testToken, listener, ...unused });
    }
    await actor.clock.sleep(ofSeconds(10));
  });
  await world.scheduler.run({ limit: ofSeconds(3_600), until: () => installations.length === count });
  return installations;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { ssm } from '../examples/demo/aws-call.ts';
import { listAt, textAt } from '../examples/demo/json.ts';
import { byHand } from './by-hand.ts';
import { atMost, type Bench, type Chapter, type Figure, figure } from './chapter.ts';
import { startLoadProcess } from './load-process.ts';
import { aStand, demanded, type Stand, type TimingName } from './stand.ts';
import { ratio, seconds, table, whole } from './table.ts';

/** One way to bring a new version into production, and back. */
interface Way {
  readonly name: string;
  /** Returns when the new version has all traffic and was watched; `back` takes it back. */
  deploy(stand: Stand, site: Site): Promise<{ back(): Promise<unknown> }>;
}

/** The names that someone who works by hand has noted down. */
interface Site {
  readonly cluster: string;
  readonly rule: string;
  readonly live: { readonly service: string; readonly targetGroup: string };
  readonly idle: { readonly service: string; readonly targetGroup: string };
}

interface Taken {
  readonly deployMs: number;
  readonly backMs: number;
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
}

const ways: readonly Way[] = [
  {
    name: 'teal deploy',
    async deploy({ teal }) {
      await teal.run(['deploy', 'bench', '--json']);
      return { back: () => teal.run(['rollback', 'bench', '--json']) };
    },
  },
  { name: 'AWS CLI, its waiters', deploy: (stand, site) => switchByHand(stand, site, 'waitByWaiters') },
  { name: 'AWS CLI, asking every 1 s', deploy: (stand, site) => switchByHand(stand, site, 'waitByPolling') },
  {
    name: 'one rolling update (CLI)',
    async deploy(stand, site) {
      const hand = byHand(stand, site.cluster);
      const before = await hand.current(site.live.service);
      await hand.update(site.live.service, await hand.register(before, await build(stand)), site.live.targetGroup);
      await hand.waitByWaiters(site.live.service, site.live.targetGroup);
      return { back: () => hand.update(site.live.service, before, site.live.targetGroup) };
    },
  },
];

/** What the configuration itself asks to wait for, in seconds. Provisioning is the runtime's own delay (see `teal local`). */
function demandedSeconds(timing: TimingName): readonly (readonly [term: string, seconds: number])[] {
  return [
    ['provisioning', timing === 'aws-like' ? 25 : 0.035],
    [`${demanded.healthyThreshold} health checks`, demanded.healthyThreshold * demanded.healthInterval],
    ['hold at 10 %', demanded.canaryBake],
    ['bake', demanded.bake],
  ];
}

export const deployments: Chapter = {
  name: 'deployments',
  title: 'One deployment with canary and bake, under 50 requests/s',
  async run(bench) {
    const lines: string[] = [];
    const figures: Figure[] = [];
    for (const timing of ['aws-like', 'instant'] as const) {
      // Where AWS's latencies are imitated all mostly wait; else two at a time, one of which is light.
      const taken: Taken[] = [];
      for (const together of timing === 'aws-like' ? [ways] : [ways.slice(0, 2), ways.slice(2)])
        taken.push(...(await Promise.all(together.map((way) => take(bench, timing, way)))));
      const terms = demandedSeconds(timing);
      const demandedMs = 1_000 * terms.reduce((sum, [, one]) => sum + one, 0);
      const [teal, cli] = taken;
      if (!teal || !cli) throw new Error('nothing was measured');
      const rows = ways.map(({ name }, index) => {
        const { deployMs, backMs, calls, answered, failed } = taken[index] ?? teal;
        return [
          name,
          seconds(deployMs),
          ratio(deployMs / demandedMs),
          whole(calls),
          `${whole(failed)} of ${whole(answered)}`,
          seconds(backMs),
        ];
      });
      const told = terms.map(([term, one]) => `${term} ${one} s`).join(' + ');
      lines.push(
        ...(lines.length > 0 ? [''] : []),
        `  ${timing}: the configuration demands ${seconds(demandedMs)} (${told})`,
        ...table(['', 'takes', '× demanded', 'API calls', 'failed', 'taken back in'], rows),
      );
      const held = timing === 'aws-like';
      figures.push(
        figure(
          `${timing}: teal against the CLI procedure`,
          teal.deployMs / cli.deployMs,
          'ratio',
          held ? atMost(0.5) : null,
        ),
        figure(
          `${timing}: teal against the demanded waits`,
          teal.deployMs / demandedMs,
          'ratio',
          held ? atMost(1.1) : null,
        ),
        figure(
          `${timing}: API calls of teal against the CLI procedure's`,
          teal.calls / cli.calls,
          'ratio',
          held ? atMost(1) : null,
        ),
        ...ways.flatMap(({ name }, index) => {
          const { deployMs, backMs, calls, failed } = taken[index] ?? teal;
          return [
            figure(`${timing}, ${name}: wall time`, deployMs / 1_000, 's'),
            figure(`${timing}, ${name}: taken back in`, backMs / 1_000, 's'),
            figure(`${timing}, ${name}: API calls`, calls, 'calls'),
            figure(`${timing}, ${name}: failed requests`, failed, 'requests', index === 0 ? atMost(0) : null),
          ];
        }),
      );
    }
    lines.push('  Taken back in: from the start of the command to the last answer of the new version.');
    return { lines, figures };
  },
};

/** One way, on a stand of its own where v1 is live: v2 into production, and back. */
async function take(bench: Bench, timing: TimingName, way: Way): Promise<Taken> {
  await using stand = await aStand(bench, timing);
  await stand.teal.run(['deploy', 'bench', '--json']);
  const site = await siteOf(stand);
  stand.version('v2');
  const load = startLoadProcess({ url: await stand.url(), requestsPerSecond: 50 }, bench.signal);
  await sleep(1_000);
  const startedAt = Date.now();
  const { back } = await way.deploy(stand, site);
  const deployMs = Date.now() - startedAt;
  const calls = await stand.callsSince(startedAt);
  bench.say(`${timing}: ${way.name} took ${seconds(deployMs)}`);
  const backAt = Date.now();
  await back();
  const lastNew = async (): Promise<number> => (await load.count()).last.v2?.answeredAt ?? 0;
  // Over when no answer of the new version has come for as long as a rolling replacement may pause.
  const quietMs = timing === 'aws-like' ? 15_000 : 4_000;
  while (Date.now() - (await lastNew()) < quietMs) await sleep(200, undefined, { signal: bench.signal });
  const backMs = (await lastNew()) - backAt;
  const { answered, failed, example } = await load.stop();
  if (example !== '') bench.say(`${timing}, ${way.name}: the first failure was: ${example}`);
  return { deployMs, backMs, calls, answered, failed };
}

/** The manual procedure on the idle colour: start, wait, 10 %, hold, 100 %, bake. */
async function switchByHand(
  stand: Stand,
  { cluster, rule, live, idle }: Site,
  wait: 'waitByWaiters' | 'waitByPolling',
) {
  const hand = byHand(stand, cluster);
  const definition = await hand.register(await hand.current(live.service), await build(stand));
  await hand.update(idle.service, definition, idle.targetGroup);
  await hand[wait](idle.service, idle.targetGroup);
  const weights = (idleShare: number) =>
    hand.weights(rule, [
      [live.targetGroup, 100 - idleShare],
      [idle.targetGroup, idleShare],
    ]);
  await weights(10);
  await sleep(demanded.canaryBake * 1_000);
  await weights(100);
  await sleep(demanded.bake * 1_000);
  return { back: () => weights(0) };
}

/** Builds the application as it stands; the reference by digest. */
async function build(stand: Stand): Promise<string> {
  return textAt(
    JSON.parse(await stand.teal.output(['image', 'build', 'app', '--name', 'bench', '--json'])),
    'reference',
  );
}

async function siteOf({ endpoint }: Stand): Promise<Site> {
  const parameter = async (name: string): Promise<unknown> =>
    JSON.parse(textAt(await ssm(endpoint, 'GetParameter', { Name: name }), 'Parameter', 'Value'));
  const [environment, service] = await Promise.all([parameter('/teal/local'), parameter('/teal/local/bench')]);
  const color = (name: 'blue' | 'green') => ({
    service: textAt(service, 'colors', name, 'service'),
    targetGroup: textAt(service, 'colors', name, 'targetGroup'),
  });
  return {
    cluster: textAt(environment, 'cluster'),
    rule: textAt(listAt(service, 'places')[0], 'rule'),
    // The first deployment goes to green.
    live: color('green'),
    idle: color('blue'),
  };
}

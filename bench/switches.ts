import { setTimeout as sleep } from 'node:timers/promises';
import { numberAt, textAt } from '../examples/demo/json.ts';
import type { TealEvent } from '../examples/demo/teal.ts';
import { atLeast, atMost, type Bench, type Chapter, type Figure, figure } from './chapter.ts';
import { distribution } from './distribution.ts';
import { startLoadProcess } from './load-process.ts';
import { aStand, type TimingName } from './stand.ts';
import { milliseconds, table, whole } from './table.ts';

/** How the two runs of it differ. `lagMs`: the runtime's own, from a write of weights until requests follow it. */
interface Setting {
  readonly timing: TimingName;
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly lagMs: number;
  /** Stands that share the switches and requests. With a lag each mostly waits. */
  readonly stands: number;
}

const settings: readonly Setting[] = [
  { timing: 'instant', requestsPerSecond: 4_000, requests: 1_000_000, lagMs: 0, stands: 1 },
  { timing: 'aws-like', requestsPerSecond: 120, requests: 20_000, lagMs: 2_000, stands: 2 },
];

const times = 100;

export const switches: Chapter = {
  name: 'switches',
  title: `Cutover as clients see it: ${times} switches under load, each by a fresh "teal switch"`,
  async run(bench) {
    const rows: string[][] = [];
    const figures: Figure[] = [];
    for (const setting of settings) {
      const { cutovers, answered, failed, example } = await measure(bench, setting, times);
      const { p50, p99, most } = distribution(cutovers);
      rows.push([
        setting.timing,
        whole(answered),
        whole(failed),
        milliseconds(p50),
        milliseconds(p99),
        milliseconds(most),
        milliseconds(setting.lagMs),
      ]);
      const { timing, lagMs, requests } = setting;
      figures.push(
        figure(`${timing}: cutover p99 beyond the runtime's lag`, p99 - lagMs, 'ms', atMost(20)),
        figure(`${timing}: cutover p50`, p50, 'ms'),
        figure(`${timing}: cutover at most`, most, 'ms'),
        figure(`${timing}: requests`, answered, 'requests', atLeast(requests)),
        figure(`${timing}: failed requests`, failed, 'requests', atMost(0)),
      );
      if (example !== '') bench.say(`${timing}: the first failure was: ${example}`);
    }
    const head = ['timing', 'requests', 'failed', 'p50', 'p99', 'at most', "runtime's lag"];
    return {
      lines: [
        ...table(head, rows),
        '  Cutover: from the sending of the write to the sending of the last request that the old version answered.',
      ],
      figures,
    };
  },
};

interface Measured {
  readonly cutovers: readonly number[];
  readonly answered: number;
  readonly failed: number;
  readonly example: string;
}

/** So many switches, shared by the stands of a setting. */
async function measure(bench: Bench, setting: Setting, switched: number): Promise<Measured> {
  const { stands, requests, requestsPerSecond } = setting;
  const share = { ...setting, requests: requests / stands, requestsPerSecond: requestsPerSecond / stands };
  const all = await Promise.all(Array.from({ length: stands }, () => onOneStand(bench, share, switched / stands)));
  const sum = (of: (one: Measured) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    cutovers: all.flatMap(({ cutovers }) => cutovers),
    answered: sum(({ answered }) => answered),
    failed: sum(({ failed }) => failed),
    example: all.find(({ example }) => example !== '')?.example ?? '',
  };
}

async function onOneStand(bench: Bench, setting: Setting, switched: number): Promise<Measured> {
  const { timing, requestsPerSecond, requests, lagMs } = setting;
  await using stand = await aStand(bench, timing, { strategy: 'all-at-once', bake: '0s' });
  await stand.teal.run(['deploy', 'bench', '--json']);
  stand.version('v2');
  const opened = (await stand.teal.run(['deploy', 'bench', '--json'])).find(({ type }) => type === 'opened');
  let live = { version: 'v2', color: textAt(opened?.body, 'to') };
  let idle = { version: 'v1', color: live.color === 'blue' ? 'green' : 'blue' };
  const load = startLoadProcess({ url: await stand.url(), requestsPerSecond }, bench.signal);
  // Until then it is no load.
  while ((await load.count()).last[live.version] === undefined) await sleep(100, undefined, { signal: bench.signal });
  const cutovers: number[] = [];
  const startedAt = performance.now();
  // So long that the requests come together, and every straggler of a switch is seen before the next.
  const every = Math.max(lagMs + 700, (requests / switched / requestsPerSecond) * 1_000);
  for (let n = 0; n < switched; n++) {
    const events = await stand.teal.run(['switch', 'bench', '--to', idle.color, '--json']);
    const writtenAt = sentAtOf(events);
    await sleep(Math.max(lagMs + 500, (n + 1) * every - (performance.now() - startedAt)), undefined, {
      signal: bench.signal,
    });
    const { last } = await load.count();
    cutovers.push(Math.max(0, (last[live.version]?.sentAt ?? Number.POSITIVE_INFINITY) - writtenAt));
    [live, idle] = [idle, live];
    if (n % 25 === 24) bench.say(`${timing}: ${n + 1} of ${switched} switches`);
  }
  while ((await load.count()).answered < requests) await sleep(200, undefined, { signal: bench.signal });
  return { cutovers, ...(await load.stop()) };
}

/** When a command sent its last write of weights, in milliseconds since 1970. */
export function sentAtOf(events: readonly TealEvent[]): number {
  const write = events.findLast(({ type }) => type === 'weights');
  if (!write || numberAt(write.body, 'green') + numberAt(write.body, 'blue') !== 100)
    throw new Error('no write of weights was told of');
  return Date.parse(textAt(write.body, 'sentAt'));
}

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAccessLog } from './access-log.ts';
import { fetchJson, fetchText, ssm } from './aws-call.ts';
import { itemsKeptAt } from './items-kept.ts';
import { listAt, member, numberAt, textAt } from './json.ts';
import { startLoadProcess } from './load-process.ts';
import type { Act, Deployed, Evidence } from './result.ts';
import type { Weights } from './switches.ts';
import type { Teal, TealEvent } from './teal.ts';
import { compareCounts } from './verdict.ts';
import { listenerUrl, npm, readAccessLog, type Version, type Workspace, writeVersion } from './workspace.ts';

export interface Stage {
  readonly workspace: Workspace;
  readonly teal: Teal;
  /** This program's file: the load runs it again. */
  readonly program: string;
  /** A line for who watches. */
  readonly say: (line: string) => void;
}

const canary = { canary: { weight: 10, bake: '3s' } };
const normal = { kind: 'normal' };
const versions = {
  v1: { version: 'v1', behaviour: normal, strategy: 'all-at-once' },
  v2: { version: 'v2', behaviour: normal, strategy: canary },
  v3: {
    version: 'v3',
    behaviour: { kind: 'crashing', message: 'error: relation "items_v2" does not exist' },
    strategy: canary,
  },
  v4: { version: 'v4', behaviour: { kind: 'failing', aboveRequestsPerSecond: 8 }, strategy: canary },
  v5: {
    version: 'v5',
    behaviour: normal,
    strategy: { steps: [{ weight: 50, hold: { bake: '3s' } }, { weight: 100 }] },
  },
} as const satisfies Record<string, Version>;

/** Plays all acts on a stage that stands, and returns what was seen. Stops nothing but the load. */
export async function playStory({ workspace, teal, program, say }: Stage): Promise<Evidence> {
  const deploy = (version: Version, expected?: readonly number[]): Promise<readonly TealEvent[]> => {
    writeVersion(workspace, version);
    return teal.run(['deploy', 'items', '--json'], expected);
  };

  await teal.run(['local', 'start', '--port', '0']);
  const endpoint = textAt(JSON.parse(await teal.output(['local', 'status', '--json'])), 'endpoint');
  say(`The runtime answers at ${endpoint}.`);
  await npm(workspace, 'run', '-s', 'database', '--', 'start', '--data', workspace.database);
  const databaseUrl = (
    await npm(workspace, 'run', '-s', 'database', '--', 'status', '--print-url', '--data', workspace.database)
  ).trim();
  await ssm(endpoint, 'PutParameter', {
    Name: '/items/database-url',
    Type: 'SecureString',
    Value: databaseUrl,
    Overwrite: true,
  });
  say('PostgreSQL runs, and its URL is a SecureString in Parameter Store.');
  await deploy(versions.v1);
  const site: unknown = JSON.parse(
    textAt(await ssm(endpoint, 'GetParameter', { Name: '/teal/local/items' }), 'Parameter', 'Value'),
  );
  const url = listenerUrl(await fetchJson(`${endpoint}/_teal/listeners`)).replace(/\/$/, '');
  say(`v1 is live at ${url}. From here on there is load, and no break in it.`);

  const before = teal.writes.at(-1)?.weights ?? ({ blue: 0, green: 100 } satisfies Weights);
  const run = randomBytes(4).toString('hex');
  const load = startLoadProcess(
    program,
    {
      url,
      run,
      requestsPerSecond: 220,
      longPerSecond: 4,
      longSeconds: 2,
      timeoutSeconds: 15,
    },
    workspace.signal,
  );
  const kept = itemsKeptAt(url);
  const acts: Act[] = [];

  let from = now();

  async function act(
    name: string,
    kind: Act['kind'],
    version: string | undefined,
    play: () => Promise<readonly TealEvent[]>,
  ): Promise<void> {
    await kept.write();
    const events = await play();
    // What is sent right after the last write belongs to this act.
    await sleep(500, undefined, { signal: workspace.signal });
    await kept.write();
    await kept.check();
    const to = now();
    const opened = events.find(({ type }) => type === 'opened');
    acts.push({
      name,
      kind,
      from,
      to,
      writes: teal.writes.filter(({ sentAt }) => sentAt >= from && sentAt < to),
      deployed: version === undefined || !opened ? undefined : deployedBy(opened, version, site),
    });
    say(
      `${name}: ${((to - from) / 1_000).toFixed(1)} s, ${load.records.length.toLocaleString('en')} requests answered so far.`,
    );
    from = to;
  }

  await act('v1 live, steady load', 'steady', undefined, async () => {
    await sleep(5_000, undefined, { signal: workspace.signal });
    return [];
  });
  let v2Colour = '';
  await act('v2 by canary 10 → 100 %', 'cutover', 'v2', async () => {
    const events = await deploy(versions.v2);
    v2Colour = textAt(events.find(({ type }) => type === 'opened')?.body, 'to');
    return events;
  });
  await act('rollback to v1', 'rollback', undefined, () => teal.run(['rollback', 'items', '--json']));
  await act('forward to v2', 'cutover', undefined, () => teal.run(['switch', 'items', '--to', v2Colour, '--json']));
  await act('v3 crashes at start', 'bad-at-start', 'v3', () => deploy(versions.v3, [4, 5]));
  await act('v4 fails under load', 'bad-under-load', 'v4', () => deploy(versions.v4, [5]));
  await act('driver killed at 50 %, another finished', 'cutover', 'v5', async () => {
    writeVersion(workspace, versions.v5);
    const driver = teal.start(['deploy', 'items', '--json']);
    await driver.event(halfway);
    await sleep(500);
    driver.kill();
    const { events } = await driver.ended;
    return [...events, ...(await teal.run(['resume', 'items', '--json']))];
  });
  await load.stop();

  say('Comparing what clients, balancer and application counted.');
  const count = async () => {
    const log = parseAccessLog(readAccessLog(workspace));
    const served = listAt(JSON.parse(await fetchText(`${url}/served`, { method: 'GET' })), 'served');
    const of = (kind: string) =>
      served
        .filter((one) => member(one, 'kind') === kind)
        .reduce<number>((sum, one) => sum + numberAt(one, 'requests'), 0);
    return { log, app: of('client'), probes: of('probe'), healthChecks: of('health-check') };
  };
  let counted = await count();
  // Tasks write their counts five times a second, and a balancer may write its log a little later.
  for (
    let tries = 0;
    tries < 20 && compareCounts(load.records, counted.log, counted.app).disagreements.length > 0;
    tries += 1
  ) {
    await sleep(250);
    counted = await count();
  }
  const list = await fetchJson(`${url}/items?limit=1`);
  return {
    ...counted,
    acts: untilTheEnd(acts),
    before,
    records: load.records,
    itemsFound: numberAt(list, 'count'),
    itemsKept: kept.written,
  };
}

/** The last act ends with the load. */
function untilTheEnd(acts: readonly Act[]): Act[] {
  return acts.map((act, index) => (index === acts.length - 1 ? { ...act, to: Infinity } : act));
}

function deployedBy({ at, body }: TealEvent, version: string, site: unknown): Deployed {
  return { version, targetGroup: textAt(site, 'colors', textAt(body, 'to'), 'targetGroup'), from: Date.parse(at) };
}

function halfway({ type, body }: TealEvent): boolean {
  return type === 'weights' && numberAt(body, 'blue') === 50;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

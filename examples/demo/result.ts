import type { AccessLogEntry } from './access-log.ts';
import { type Latency, latency } from './latency.ts';
import { failed, type LoadRecord } from './load-record.ts';
import { longInFlight, switches, type Weights, type WeightWrite } from './switches.ts';
import { type BadCanary, type Counts, compareCounts, type Failure, failures, wentTo } from './verdict.ts';

/** A part of the story. Times in milliseconds since 1970. */
export interface Act {
  readonly name: string;
  readonly kind: 'steady' | 'cutover' | 'rollback' | 'bad-at-start' | 'bad-under-load';
  readonly from: number;
  readonly to: number;
  readonly writes: readonly WeightWrite[];
  /** What was deployed in it, and where to; undefined where nothing was. */
  readonly deployed: Deployed | undefined;
}

export interface Deployed {
  readonly version: string;
  /** ARN of the target group of its colour. */
  readonly targetGroup: string;
  /** When the deployment began. */
  readonly from: number;
}

/** All that was seen, before anything is concluded. */
export interface Evidence {
  readonly acts: readonly Act[];
  /** The weights when the load began. */
  readonly before: Weights;
  readonly records: readonly LoadRecord[];
  readonly log: readonly AccessLogEntry[];
  /** Requests that the application counted: the load's, teal's own probes, the balancer's health checks. */
  readonly app: number;
  readonly probes: number;
  readonly healthChecks: number;
  /** In the database, at the end. */
  readonly itemsFound: number;
  /** How many the demo wrote itself, by colour. */
  readonly itemsKept: ReadonlyMap<string, number>;
}

export interface ActResult {
  readonly act: Act;
  readonly requests: number;
  readonly failures: readonly Failure[];
  /** Undefined: nothing was switched. */
  readonly cutoverMs: number | undefined;
  readonly rollbackMs: number | undefined;
  /** How long a bad version had traffic; undefined: it had none. */
  readonly badForMs: number | undefined;
  readonly latency: Latency | undefined;
}

export interface Result {
  readonly acts: readonly ActResult[];
  readonly requests: number;
  readonly failed: number;
  readonly failedOutsideBadCanaries: number;
  readonly counts: Counts;
  readonly cutoverMaxMs: number;
  readonly rollbackMaxMs: number;
  readonly items: { readonly written: number; readonly found: number };
  /** Why the demo has failed, a sentence each; empty: it has proved what it says. */
  readonly problems: readonly string[];
}

const limitMs = 1_000;
const leastRequests = 10_000;

export function resultOf(evidence: Evidence): Result {
  const { records, log, acts, before } = evidence;
  const canaries = acts.flatMap(badCanary);
  const blamed = failures(records, log, canaries);
  const writes = acts.flatMap((act) => act.writes);
  const measured = switches(writes, before, records);

  const results = acts.map((act): ActResult => {
    const sent = records.filter(({ sentAt }) => during(act, sentAt));
    const figures = measured.filter(({ sentAt }) => during(act, sentAt)).map(({ cutoverMs }) => cutoverMs);
    const worst = figures.length > 0 ? Math.max(...figures) : undefined;
    const takenBack = act.kind === 'rollback' || act.kind === 'bad-under-load';
    return {
      act,
      requests: sent.length,
      failures: blamed.filter(({ record }) => during(act, record.sentAt)),
      cutoverMs: takenBack ? undefined : worst,
      rollbackMs: takenBack ? worst : undefined,
      badForMs: badFor(act),
      latency: latency(sent),
    };
  });
  const result = {
    acts: results,
    requests: records.length,
    failed: blamed.length,
    failedOutsideBadCanaries: blamed.filter(({ canary }) => canary === undefined).length,
    counts: compareCounts(records, log, evidence.app),
    cutoverMaxMs: Math.max(...results.map(({ cutoverMs }) => cutoverMs ?? 0)),
    rollbackMaxMs: Math.max(...results.map(({ rollbackMs }) => rollbackMs ?? 0)),
    items: {
      written: records.filter((record) => record.kind === 'add' && !failed(record)).length + sumOf(evidence.itemsKept),
      found: evidence.itemsFound,
    },
  };
  return { ...result, problems: problemsOf(result, evidence, writes) };
}

function problemsOf(result: Omit<Result, 'problems'>, evidence: Evidence, writes: readonly WeightWrite[]): string[] {
  const { counts, items } = result;
  const firstOutside = result.acts.flatMap(({ failures }) => failures).find(({ canary }) => canary === undefined);
  const reached = evidence.acts
    .filter(({ kind }) => kind === 'bad-at-start')
    .flatMap(badCanary)
    .filter((canary) => evidence.log.some((entry) => wentTo(canary, entry) && entry.rid !== undefined));
  const lonely = writes.filter(({ sentAt }) => {
    const { streams, uploads } = longInFlight(evidence.records, sentAt);
    return streams === 0 || uploads === 0;
  });
  return [
    ...(firstOutside
      ? [
          `${result.failedOutsideBadCanaries} requests failed that no bad version was asked for, the first: ${describe(firstOutside.record)}`,
        ]
      : []),
    ...counts.disagreements,
    ...result.acts
      .filter(
        ({ act, cutoverMs, rollbackMs }) => needsSwitch(act) && cutoverMs === undefined && rollbackMs === undefined,
      )
      .map(({ act }) => `"${act.name}" switched nothing`),
    ...tooLong('cutover', result.cutoverMaxMs),
    ...tooLong('rollback', result.rollbackMaxMs),
    ...(result.requests < leastRequests
      ? [`only ${result.requests} requests were sent, at least ${leastRequests} are needed`]
      : []),
    ...(items.found < items.written ? [`${items.written} items were written, ${items.found} are there`] : []),
    ...(evidence.itemsKept.size < 2 ? ['items were written on one colour only'] : []),
    ...reached.map(({ version }) => `${version} got traffic, though it never started`),
    ...(lonely.length > 0
      ? [`no stream or no upload was in flight at ${lonely.length} of ${writes.length} weight writes`]
      : []),
  ];
}

function tooLong(what: string, ms: number): string[] {
  if (ms < limitMs) return [];
  const took = ms === Infinity ? 'never ended' : `took ${Math.round(ms)} ms`;
  return [`a ${what} ${took}: at most ${limitMs} ms are allowed`];
}

/** Where a bad version was, from the beginning of its deployment to the end of its act. */
function badCanary({ kind, deployed, to }: Act): BadCanary[] {
  const bad = kind === 'bad-at-start' || kind === 'bad-under-load';
  return bad && deployed ? [{ ...deployed, to }] : [];
}

/** From the first write that gave the act's new colour traffic to the one that took it back. */
function badFor(act: Act): number | undefined {
  if (act.kind !== 'bad-under-load') return undefined;
  const [first] = act.writes;
  const last = act.writes.at(-1);
  return first && last && first !== last ? last.sentAt - first.sentAt : undefined;
}

const needsSwitch = (act: Act): boolean => act.kind !== 'steady' && act.kind !== 'bad-at-start';
const during = ({ from, to }: { from: number; to: number }, at: number): boolean => at >= from && at < to;
const sumOf = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, one) => sum + one, 0);

function describe({ rid, kind, connection, sentAt, outcome }: LoadRecord): string {
  const what =
    outcome.kind === 'broken' ? outcome.error : `${outcome.status} from ${outcome.version || 'the balancer'}`;
  return `${kind} ${rid} on a ${connection} connection, sent at ${new Date(sentAt).toISOString()}: ${what}`;
}

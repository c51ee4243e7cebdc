import { describe, expect, test } from 'vitest';
import { aRecord } from './a-record.ts';
import type { AccessLogEntry } from './access-log.ts';
import type { LoadRecord } from './load-record.ts';
import { report } from './report.ts';
import { type Act, type Evidence, resultOf } from './result.ts';
import { table } from './table.ts';

const blueOnly = { blue: 100, green: 0 };
const greenOnly = { blue: 0, green: 100 };
const nothingDeployed = { writes: [], deployed: undefined };
const deployed = (version: string, targetGroup: string, from: number) => ({ version, targetGroup, from });

/** v1 on blue for a second, then a switch to v2 on green, back, and a bad v4 on green for a while. */
const acts: readonly Act[] = [
  { name: 'v1 live, steady load', kind: 'steady', from: 0, to: 1_000, ...nothingDeployed },
  {
    name: 'v2 by canary 10 → 100 %',
    kind: 'cutover',
    from: 1_000,
    to: 2_000,
    writes: [{ sentAt: 1_500, weights: greenOnly }],
    deployed: deployed('v2', 'green', 1_000),
  },
  {
    name: 'rollback to v1',
    kind: 'rollback',
    from: 2_000,
    to: 3_000,
    writes: [{ sentAt: 2_500, weights: blueOnly }],
    deployed: undefined,
  },
  {
    name: 'v4 fails under load',
    kind: 'bad-under-load',
    from: 3_000,
    to: Infinity,
    writes: [
      { sentAt: 3_400, weights: { blue: 90, green: 10 } },
      { sentAt: 3_600, weights: blueOnly },
    ],
    deployed: deployed('v4', 'green', 3_100),
  },
];

/** A request each tenth of a millisecond, answered by whom the weights say; green is v2, later v4, which fails. */
function theLoad(): LoadRecord[] {
  const short = Array.from({ length: 40_000 }, (_, n) => {
    const sentAt = n / 10;
    const green = (sentAt >= 1_505 && sentAt < 2_503) || (sentAt >= 3_400 && sentAt < 3_600 && n % 10 === 0);
    const version = green ? (sentAt < 3_000 ? 'v2' : 'v4') : 'v1';
    const bad = version === 'v4';
    const outcome = {
      kind: 'answered',
      answeredAt: sentAt + 4,
      status: bad ? 500 : 200,
      version,
      colour: green ? 'green' : 'blue',
      correct: !bad,
    } as const;
    return aRecord({ rid: `r-${n}`, sentAt, endedAt: sentAt + 4, outcome });
  });
  const long = [...Array(5).keys()].flatMap((n) =>
    (['stream', 'upload'] as const).map((kind) =>
      aRecord({
        colour: n === 2 ? 'green' : 'blue',
        rid: `${kind}-${n}`,
        kind,
        sentAt: n * 900,
        endedAt: n * 900 + 2_000,
      }),
    ),
  );
  return [...short, ...long];
}

const logOf = (records: readonly LoadRecord[]): AccessLogEntry[] =>
  records.map(({ rid, sentAt, outcome }) => ({
    rid,
    receivedAt: sentAt + 1,
    status: outcome.kind === 'answered' ? outcome.status : 502,
    targetStatus: outcome.kind === 'answered' ? outcome.status : undefined,
    targetGroup: outcome.kind === 'answered' ? outcome.colour : 'blue',
    userAgent: 'items-demo-load/1',
  }));

function evidence(over: Partial<Evidence> = {}): Evidence {
  const records = over.records ?? theLoad();
  return {
    acts,
    before: blueOnly,
    records,
    log: logOf(records),
    app: records.length,
    probes: 100,
    healthChecks: 50,
    itemsFound: 8,
    itemsKept: new Map([
      ['blue', 5],
      ['green', 3],
    ]),
    ...over,
  };
}

/** The load with one request made worse. */
const spoilt = (rid: string, outcome: LoadRecord['outcome']): readonly LoadRecord[] =>
  theLoad().map((record) => (record.rid === rid ? { ...record, outcome } : record));

describe('the result', () => {
  test('is proved when only the bad version failed', () => {
    const result = resultOf(evidence());
    expect(result.problems).toEqual([]);
    expect(result).toMatchObject({ requests: 40_010, failed: 200, failedOutsideBadCanaries: 0 });
    expect(result.cutoverMaxMs).toBeCloseTo(5, 5);
    expect(result.rollbackMaxMs).toBeCloseTo(3, 5);
  });

  test('is a page that can be understood alone', () => {
    const page = table(resultOf(evidence()));
    expect(page).toMatchInlineSnapshot(`
      "  act                                      requests failed   cutover     p50/p99
        v1 live, steady load                       10,004      0         –  4.0/4.0 ms
        v2 by canary 10 → 100 %                    10,002      0      5 ms  4.0/4.0 ms
        rollback to v1                             10,002      0      3 ms  4.0/4.0 ms
        v4 fails under load: back after 0.2 s      10,002    200 *    0 ms  4.0/4.0 ms
        * all 200 were sent to v4 while it was the canary, by the balancer's own log.

        Clients, balancer and application counted the same 40,010 requests.
        Failed outside the bad canaries: 0. Items written: 8, found: 8.
        Longest of 3 switches: cutover 5 ms, rollback 3 ms, from
        the write until no request sent later was answered by the old colour.
        Timing: instant (teal's runtime; AWS itself adds seconds)."
    `);
    for (const line of page.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  test('is a report with the figures of the table', () => {
    expect(report(resultOf(evidence()))).toMatchObject({
      requests: 40_010,
      failed: 200,
      failedOutsideBadCanaries: 0,
      clientCount: 40_010,
      balancerCount: 40_010,
      appCount: 40_010,
      cutoverMs: { max: 5 },
      rollbackMs: { max: 3 },
      phases: [
        { name: 'v1 live, steady load', failed: 0, cutoverMs: null, rollbackMs: null },
        { name: 'v2 by canary 10 → 100 %', cutoverMs: 5 },
        { name: 'rollback to v1', rollbackMs: 3 },
        { name: 'v4 fails under load', failed: 200, failedOutsideBadCanaries: 0, rollbackMs: 0 },
      ],
    });
  });

  test('is not proved when one request failed elsewhere', () => {
    const records = spoilt('r-7', { kind: 'broken', error: 'ECONNRESET' });
    const { failedOutsideBadCanaries, problems } = resultOf(evidence({ records }));
    expect(failedOutsideBadCanaries).toBe(1);
    expect(problems).toEqual([
      '1 requests failed that no bad version was asked for, the first: read r-7 on a fresh connection, sent at 1970-01-01T00:00:00.000Z: ECONNRESET',
    ]);
  });

  test('is not proved when the other colour failed while the bad version had traffic', () => {
    const records = spoilt('r-34501', {
      kind: 'answered',
      answeredAt: 3_460,
      status: 500,
      version: 'v1',
      colour: 'blue',
      correct: false,
    });
    expect(resultOf(evidence({ records })).failedOutsideBadCanaries).toBe(1);
  });

  test('is not proved when the counts disagree, whatever the cause', () => {
    expect(resultOf(evidence({ app: 40_009 })).problems).toEqual([
      'the application counted 40009 requests, the clients 40010',
    ]);
  });

  test('is not proved when an item is lost', () => {
    expect(resultOf(evidence({ itemsFound: 7 })).problems).toEqual(['8 items were written, 7 are there']);
  });

  test('is not proved when a switch took a second', () => {
    const records = theLoad().map((record) =>
      record.sentAt >= 1_500 && record.sentAt < 2_490
        ? {
            ...record,
            outcome: {
              kind: 'answered',
              answeredAt: record.endedAt,
              status: 200,
              version: 'v1',
              colour: 'blue',
              correct: true,
            } as const,
          }
        : record,
    );
    const later = acts.map((act) =>
      act.kind === 'cutover' ? { ...act, writes: [{ sentAt: 1_480, weights: greenOnly }] } : act,
    );
    expect(resultOf(evidence({ records, acts: later })).problems).toEqual([
      'a cutover took 1010 ms: at most 1000 ms are allowed',
    ]);
  });

  test('is not proved when an act switched nothing, or no slow request was in flight', () => {
    const still = acts.map((act) => (act.kind === 'rollback' ? { ...act, writes: [] } : act));
    expect(resultOf(evidence({ acts: still })).problems).toContain('"rollback to v1" switched nothing');
    const records = theLoad().filter(({ kind }) => kind !== 'stream');
    expect(resultOf(evidence({ records, app: records.length })).problems).toEqual([
      'no stream or no upload was in flight at 4 of 4 weight writes',
    ]);
  });

  test('is not proved when a version that never started got traffic', () => {
    const unstarted = acts.map((act) =>
      act.kind === 'bad-under-load' ? { ...act, kind: 'bad-at-start' as const } : act,
    );
    expect(resultOf(evidence({ acts: unstarted })).problems).toContain('v4 got traffic, though it never started');
  });

  test('is not proved by fewer than 10,000 requests', () => {
    const records = theLoad().filter(({ rid }) => !/^r-.*[1-9]$/.test(rid));
    expect(resultOf(evidence({ records, app: records.length })).problems).toContain(
      'only 4010 requests were sent, at least 10000 are needed',
    );
  });
});

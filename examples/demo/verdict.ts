import type { AccessLogEntry } from './access-log.ts';
import { failed, type LoadRecord } from './load-record.ts';

/** A version that is bad on purpose, and where it ran. */
export interface BadCanary {
  readonly version: string;
  /** ARN of the target group of its colour. */
  readonly targetGroup: string;
  /** While it was in that group, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export interface Failure {
  readonly record: LoadRecord;
  /** The bad version to blame; undefined: none, it counts against teal. */
  readonly canary: string | undefined;
}

/** All failures of the load, each blamed on a bad version only if the balancer's own log says that it was sent there. */
export function failures(
  records: readonly LoadRecord[],
  log: readonly AccessLogEntry[],
  canaries: readonly BadCanary[],
): Failure[] {
  const byRid = new Map(log.map((entry) => [entry.rid, entry]));
  return records.filter(failed).map((record) => {
    const entry = byRid.get(record.rid);
    const canary = entry && canaries.find((one) => wentTo(one, entry));
    return { record, canary: canary?.version };
  });
}

/** Whether the balancer chose the target group that this version was in at that time. */
export function wentTo({ targetGroup, from, to }: BadCanary, entry: AccessLogEntry): boolean {
  return entry.targetGroup === targetGroup && entry.receivedAt >= from && entry.receivedAt < to;
}

/** The same requests, counted in three places. */
export interface Counts {
  readonly client: number;
  readonly balancer: number;
  readonly app: number;
  /** What does not fit, in words; empty: they agree. */
  readonly disagreements: readonly string[];
}

/**
 * Compares what the clients sent, what the balancer logged (id by id, each once), and what the application counted.
 * `app` counts requests with a request id over all tasks.
 */
export function compareCounts(records: readonly LoadRecord[], log: readonly AccessLogEntry[], app: number): Counts {
  const sent = new Set(records.map(({ rid }) => rid));
  const logged = log.flatMap(({ rid }) => (rid === undefined ? [] : [rid]));
  const distinct = new Set(logged);
  const missing = [...sent].filter((rid) => !distinct.has(rid));
  const unknown = [...distinct].filter((rid) => !sent.has(rid));
  const disagreements = [
    ...(missing.length > 0
      ? [`${missing.length} requests are not in the balancer's log, the first is ${missing[0]}`]
      : []),
    ...(unknown.length > 0
      ? [`${unknown.length} requests in the balancer's log were never sent, the first is ${unknown[0]}`]
      : []),
    ...(logged.length > distinct.size
      ? [`${logged.length - distinct.size} requests are in the balancer's log twice`]
      : []),
    ...(app !== records.length ? [`the application counted ${app} requests, the clients ${records.length}`] : []),
  ];
  return { client: records.length, balancer: logged.length, app, disagreements };
}

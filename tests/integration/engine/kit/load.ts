import { setTimeout as after } from 'node:timers/promises';
import { expect } from 'vitest';
import { startLoad } from '../../../../examples/demo/load.ts';
import { failed, type LoadRecord } from '../../../../examples/demo/load-record.ts';

export interface Clients {
  /** Grows as answers come. */
  readonly records: readonly LoadRecord[];
  /** Resolves when `count` requests more than now were answered by `version`. */
  answeredBy(version: string, count: number): Promise<void>;
  /** Sends nothing more and waits for the last answer. */
  stop(): Promise<readonly LoadRecord[]>;
}

let runs = 0;

/**
 * Requests at a steady rate whatever becomes of them, half on fresh connections, half on kept ones, with a slow
 * upload and a slow stream in flight all the time. Nothing is sent twice.
 */
export function someClients(url: string, requestsPerSecond: number, host?: string): Clients {
  const records: LoadRecord[] = [];
  const load = startLoad(
    {
      url,
      ...(host !== undefined && { host }),
      run: `engine${++runs}`,
      requestsPerSecond,
      longPerSecond: 1,
      longSeconds: 2,
      timeoutSeconds: 20,
    },
    (record) => records.push(record),
  );
  return {
    records,
    async answeredBy(version, count) {
      const before = countOf(records, version);
      await expect.poll(() => countOf(records, version) - before, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
    },
    async stop() {
      await load.stop();
      return records;
    },
  };
}

/** The version that answered, '' where none did. */
export const versionOf = ({ outcome }: LoadRecord): string => (outcome.kind === 'answered' ? outcome.version : '');

const countOf = (records: readonly LoadRecord[], version: string): number =>
  records.filter((record) => versionOf(record) === version).length;

/** Readable in a test's message: what failed, and how. */
export const failuresOf = (records: readonly LoadRecord[]): readonly string[] =>
  records.filter(failed).map(({ rid, kind, connection, outcome, sentAt }) => {
    const how = outcome.kind === 'broken' ? outcome.error : `${outcome.status} of ${outcome.version}`;
    return `${rid} ${kind} ${connection} ${new Date(sentAt).toISOString()}: ${how}`;
  });

/** Versions that answered requests sent between two instants (ms since 1970). */
export function versionsBetween(records: readonly LoadRecord[], from: number, to: number): readonly string[] {
  const sent = records.filter(({ sentAt, outcome }) => sentAt >= from && sentAt < to && outcome.kind === 'answered');
  return [...new Set(sent.map(versionOf))].sort();
}

/** Time for requests to be made and answered: what a hold of a person's would be. */
export const whileServing = (ms: number): Promise<void> => after(ms);

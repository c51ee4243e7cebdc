import { request } from 'node:http';
import { vi } from 'vitest';
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
      const enough = () => {
        const more = countOf(records, version) - before;
        if (more < count) throw new Error(`${more} of ${count} requests were answered by ${version}`);
      };
      await vi.waitFor(enough, { timeout: 20_000, interval: 20 });
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

/** What `GET path` answers, on a connection of its own. */
export function ask(url: string, path: string, host?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const sent = request(new URL(path, url), { agent: false, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Of the processes that answer for the test application. */
export async function pidsBehind(url: string, host?: string): Promise<readonly number[]> {
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(url, '/version', host)));
  return [...new Set(answers.map(({ body }): number => JSON.parse(body).pid))];
}

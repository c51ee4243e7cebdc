import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** What a request was. `client`: it carries a request id (`?rid=…`). The others are told by their User-Agent. */
export type Kind = 'client' | 'probe' | 'health-check' | 'other';

export interface ServedTotal {
  readonly version: string;
  readonly deployment: string;
  readonly kind: Kind;
  readonly requests: number;
}

/**
 * Counts the requests that this task has served and keeps the totals in PostgreSQL, so that they outlive it.
 * Exact as long as the task ends by `close`: it writes totals, not differences, so writing twice does no harm.
 */
export interface Served {
  count(kind: Kind): void;
  /** The totals of all tasks, this one's up to now, the others' up to their last write. */
  totals(): Promise<readonly ServedTotal[]>;
  /** Writes what is left. */
  close(): Promise<void>;
}

const writeEveryMs = 200;

export function countServed(pool: pg.Pool, migrated: Promise<void>, version: string, deployment: string): Served {
  const task = randomUUID();
  const counts = new Map<Kind, number>();
  const written = new Map<Kind, number>();
  let writing: Promise<void> = Promise.resolve();

  const writeSoon = (): Promise<void> => {
    writing = writing.catch(() => undefined).then(write);
    return writing;
  };
  const timer = setInterval(() => void migrated.then(writeSoon).catch(() => undefined), writeEveryMs);
  timer.unref();

  async function write(): Promise<void> {
    for (const [kind, requests] of [...counts]) {
      if (written.get(kind) === requests) continue;
      await pool.query(
        `INSERT INTO served (task, kind, version, deployment, requests) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (task, kind) DO UPDATE SET requests = excluded.requests`,
        [task, kind, version, deployment, requests],
      );
      written.set(kind, requests);
    }
  }

  return {
    count(kind) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    },
    async totals() {
      await writeSoon();
      const { rows } = await pool.query<ServedTotal>(
        `SELECT version, deployment, kind, sum(requests)::int AS requests
         FROM served GROUP BY version, deployment, kind ORDER BY version, deployment, kind`,
      );
      return rows;
    },
    async close() {
      clearInterval(timer);
      if (counts.size > 0) await writeSoon();
    },
  };
}

/** Tells a request's kind for the count alone: nothing else in the application looks at it. */
export function kindOf(rid: string | undefined, userAgent: string | undefined): Kind {
  if (rid !== undefined) return 'client';
  if (userAgent?.startsWith('teal-probe/')) return 'probe';
  if (userAgent?.startsWith('ELB-HealthChecker/')) return 'health-check';
  return 'other';
}

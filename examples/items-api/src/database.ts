import { setTimeout as sleep } from 'node:timers/promises';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

/** The application's way to PostgreSQL: it may come up after the application, and go away in between. */
export interface Database {
  readonly pool: pg.Pool;
  /** Resolves when all migrations have run; rejects when the application ends first. */
  readonly migrated: Promise<void>;
  /** Whether the database is migrated and answers within a second. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Folder with the SQL files. */
  readonly migrations: string;
  readonly log: (line: string) => void;
}

const retryMs = 500;

/** Starts migrating at once and goes on trying until the database is there. */
export function openDatabase({ url, migrations, log }: DatabaseOptions): Database {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 2_000, query_timeout: 10_000 });
  pool.on('error', (error) => log(`database: an idle connection was lost: ${error.message}`));
  const closing = new AbortController();
  let ready = false;
  const migrated = migrate().then(() => {
    ready = true;
  });
  migrated.catch(() => undefined);

  async function migrate(): Promise<void> {
    for (let told = ''; ; ) {
      try {
        await runMigrations(url, migrations, log);
        return log('database: migrated');
      } catch (error) {
        const text = error instanceof Error ? error.message || error.name : String(error);
        if (text !== told) log(`database: not ready, trying again every ${retryMs} ms: ${text}`);
        told = text;
      }
      await sleep(retryMs, undefined, { signal: closing.signal });
    }
  }

  return {
    pool,
    migrated,
    async answers() {
      if (!ready) return false;
      const answered = pool.query('SELECT 1').then(
        () => true,
        () => false,
      );
      return await Promise.race([answered, sleep(1_000, false, { ref: false })]);
    },
    async close() {
      closing.abort(new Error('the application is stopping'));
      await pool.end();
    },
  };
}

/** Two tasks that start together wait for each other: without `wait` the second one would fail. */
async function runMigrations(url: string, dir: string, log: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runner({
      dbClient: client,
      dir,
      direction: 'up',
      migrationsTable: 'migrations',
      advisoryLockMode: 'wait',
      logger: { info: () => undefined, warn: log, error: log, debug: () => undefined },
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

import { fileURLToPath } from 'node:url';
import { type ServerType, serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { openDatabase } from './database.ts';
import { itemsIn } from './items.ts';
import { readRelease } from './release.ts';
import { countServed } from './served.ts';

/** The image has the project's layout: this file in `dist/`, the rest one level up. */
const inProject = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const log = (line: string) => console.log(line);

const release = readRelease(inProject('release.json'));
if (release.behaviour.kind === 'crashing') {
  console.error(release.behaviour.message);
  process.exit(1);
}
const url = process.env.DATABASE_URL;
if (!url) {
  console.error('DATABASE_URL is not set: where is the database?');
  process.exit(1);
}

const deployment = process.env.TEAL_COLOR === 'green' ? 'green' : 'blue';
const database = openDatabase({ url, migrations: inProject('migrations'), log });
const served = countServed(database.pool, database.migrated, release.version, deployment);
let stopping = false;
const app = createApp({
  release,
  deployment,
  items: itemsIn(database.pool),
  served,
  databaseAnswers: database.answers,
  stopping: () => stopping,
});

// Longer than the load balancer's idle timeout of 60 s: it must be the balancer that closes an idle connection.
const serverOptions = { keepAliveTimeout: 70_000, headersTimeout: 75_000, requestTimeout: 0 };
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8080), serverOptions }, ({ port }) =>
  log(`${release.version} (${deployment}) listens on port ${port}`),
);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log(`${signal}: finishing the requests in flight`);
    stopping = true;
    void stop(server);
  });
}

async function stop(server: ServerType): Promise<void> {
  await new Promise<void>((resolve) => {
    const closeIdle = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), 50);
    server.close(() => {
      clearInterval(closeIdle);
      resolve();
    });
  });
  await served.close().catch((error: Error) => log(`the last counts could not be written: ${error.message}`));
  await database.close();
  log('stopped');
}

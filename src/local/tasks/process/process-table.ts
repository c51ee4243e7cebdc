import { readdir, readFile } from 'node:fs/promises';
import { type Clock, type Ms, ms } from '../../../base/index.ts';

/** One process of this machine, as /proc tells. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** In ticks since the machine started: with the pid it names a process for good. */
  readonly startedAt: number;
  /** Processor time, with that of its children that ended and were waited for. */
  readonly cpu: Ms;
}

/** All processes at one moment of the monotonic clock. */
export interface ProcessTable {
  readonly at: Ms;
  readonly all: readonly ProcessEntry[];
}

/** USER_HZ, the unit of times in /proc (proc(5)): 100 on every Linux that Node runs on. */
const msPerTick = 10;
/** Whoever asks within this time gets the same table: tasks are asked one after the other. */
const freshFor = 50;
/** Files that are open at once. */
const batch = 64;

/** Reads the table when asked; undefined where there is no /proc (macOS). */
export function createProcessTables(clock: Clock): () => Promise<ProcessTable | undefined> {
  let latest: { readonly at: Ms; readonly table: Promise<ProcessTable | undefined> } | undefined;
  let reading = false;
  return () => {
    const at = clock.monotonic();
    // One at a time: a meter must not see an older table after a newer one.
    if (latest && (reading || at - latest.at <= freshFor)) return latest.table;
    reading = true;
    const table = readTable(at).finally(() => {
      reading = false;
    });
    latest = { at, table };
    return table;
  };
}

async function readTable(at: Ms): Promise<ProcessTable | undefined> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  if (pids.length === 0) return undefined;
  const all: ProcessEntry[] = [];
  for (let from = 0; from < pids.length; from += batch) {
    const found = await Promise.all(pids.slice(from, from + batch).map(readEntry));
    for (const entry of found) if (entry) all.push(entry);
  }
  return { at, all };
}

/** Undefined when it has ended meanwhile. */
async function readEntry(pid: string): Promise<ProcessEntry | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name in brackets may have blanks and brackets; after it come the fields from the third on (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  if (fields.length < 20) return undefined;
  return {
    pid: Number(pid),
    parent: field(4),
    session: field(6),
    startedAt: field(22),
    cpu: ms((field(14) + field(15) + field(16) + field(17)) * msPerTick),
  };
}

import { readFile } from 'node:fs/promises';
import { type Ms, ms } from '../../../base/index.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

/** Adds up what the processes of one container use. */
export interface ContainerMeter {
  /** Undefined where the machine does not tell. */
  measure(): Promise<{ readonly at: Ms; readonly cpu: Ms; readonly memoryBytes: number } | undefined>;
}

/**
 * `leader` is the container's first process, with a session of its own. What belongs to the container: that session,
 * all descendants (a PostgreSQL gives each a session), and whatever once belonged to it. Commands of health checks
 * don't: they run beside it.
 */
export function createContainerMeter(leader: number, table: () => Promise<ProcessTable | undefined>): ContainerMeter {
  let members: ReadonlySet<string> = new Set();
  let lost = ms(0);
  let before = ms(0);
  return {
    async measure() {
      const seen = await table();
      if (!seen) return undefined;
      const found = membersIn(seen, leader, members);
      members = new Set(found.map(identity));
      const now = ms(found.reduce((sum, { cpu }) => sum + cpu, 0));
      // A process has ended that nobody of the container waited for: its time is known from the last look.
      if (now < before) lost = ms(lost + before - now);
      before = now;
      return { at: seen.at, cpu: ms(lost + now), memoryBytes: await memoryOf(found) };
    },
  };
}

const identity = ({ pid, startedAt }: ProcessEntry): string => `${pid}/${startedAt}`;

function membersIn(table: ProcessTable, leader: number, known: ReadonlySet<string>): readonly ProcessEntry[] {
  const members = table.all.filter((one) => one.session === leader || known.has(identity(one)));
  const pids = new Set(members.map(({ pid }) => pid));
  const childrenOf = new Map<number, ProcessEntry[]>();
  for (const one of table.all) {
    const siblings = childrenOf.get(one.parent);
    if (siblings) siblings.push(one);
    else childrenOf.set(one.parent, [one]);
  }
  // The list grows while it is walked.
  for (const member of members) {
    for (const child of childrenOf.get(member.pid) ?? []) {
      if (pids.has(child.pid)) continue;
      pids.add(child.pid);
      members.push(child);
    }
  }
  return members;
}

/** As a control group counts: each process's own pages, and once those that they share (files, shared memory). */
async function memoryOf(members: readonly ProcessEntry[]): Promise<number> {
  const statuses = await Promise.all(
    members.map(({ pid }) => readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')),
  );
  const own = statuses.map((status) => kilobytes(status, 'RssAnon'));
  const shared = statuses.map((status) => kilobytes(status, 'RssFile') + kilobytes(status, 'RssShmem'));
  return (own.reduce((sum, one) => sum + one, 0) + Math.max(0, ...shared)) * 1024;
}

const kilobytes = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);

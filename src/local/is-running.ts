import { readFileSync } from 'node:fs';

/**
 * Whether a process runs, as this user or another. One that has ended and whose parent did not ask for its exit code
 * does not, though its number is still taken: in a container the first process may never ask (kill(2), "Notes").
 */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return stateOf(pid) !== 'Z';
}

/** The letter of its state, which stands behind its name in brackets (proc(5)); undefined where there is no /proc. */
function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return undefined;
  }
}

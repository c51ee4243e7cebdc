import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { assert } from '../../../base/index.ts';

export interface ShimOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The container's ECS_CONTAINER_METADATA_URI_V4. At the end every process whose environment has it is killed
   * too, where /proc tells (Linux): those that left the group. Undefined: only the group is killed.
   */
  readonly mark: string | undefined;
}

/** A process group that ends when this process ends, however that dies. */
export interface ShimProcess {
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** To the command alone, as Docker does. */
  signal(name: NodeJS.Signals): void;
  /** Kills all that is left of the group, and does nothing the second time. */
  end(): void;
  /** Once, when the command has ended; `error` when not even the shell could be started. */
  onExit(listener: (exitCode: number | undefined, signal: NodeJS.Signals | undefined) => void): void;
  onError(listener: (error: Error) => void): void;
  /** Once, when all output has been read and nothing of the group is left. */
  onClose(listener: () => void): void;
}

/**
 * Descriptor 3 is a pipe whose other end only this process holds. A watcher in the group reads it, and kills the
 * group at its end; the shell itself becomes the command, so that exit codes, signals and memory are the command's
 * own. The watcher ignores what the application may send to its own group. It kills the command before it looks for
 * what left the group: on a busy machine that takes seconds. No other process can have the number: the group has it.
 */
const script = `
trap '' HUP INT QUIT TERM
(
  read -r _ <&3
  kill -9 $$
  for round in 1 2 3 4 5; do
    [ -n "$1" ] || break
    files=$(grep -lsF -e "$1" /proc/[0-9]*/environ)
    [ -n "$files" ] || break
    for file in $files; do pid=\${file#/proc/}; kill -9 "\${pid%/environ}"; done
  done
  kill -9 0
) </dev/null >/dev/null 2>&1 &
trap - HUP INT QUIT TERM
mark=$1
shift
exec 3<&-
if [ -n "$mark" ]; then exec /usr/bin/env "ECS_CONTAINER_METADATA_URI_V4=$mark" "$@"; fi
exec "$@"
`;

export function startInShim(options: ShimOptions): ShimProcess {
  const child: ChildProcess = spawn('/bin/sh', ['-c', script, 'teal-task', options.mark ?? '', ...options.command], {
    cwd: options.cwd,
    env: { ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const [, , , control] = child.stdio;
  const { stdout, stderr } = child;
  assert(stdout && stderr && control instanceof Socket, 'spawn was asked for these pipes');
  // Read, so that the watcher's own end is seen: it is the last of the group, and `close` waits for it.
  control.on('error', () => {});
  control.resume();
  return {
    pid: child.pid,
    stdout,
    stderr,
    signal: (name) => void child.kill(name),
    end: () => void control.end(),
    onExit: (listener) => void child.once('exit', (code, signal) => listener(code ?? undefined, signal ?? undefined)),
    onError: (listener) => void child.once('error', listener),
    onClose: (listener) => void child.once('close', listener),
  };
}

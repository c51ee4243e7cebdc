import { spawn } from 'node:child_process';
import { type Clock, ms } from '../base/index.ts';
import type { CommandEnd, Commands } from '../deployment/index.ts';

/** So much of the end of a command's output is kept: lines, and characters of each. */
const mostLines = 20;
const mostCharacters = 500;

/** How long the end of the output may take after the command's own end. */
const lastWordsMs = ms(500);

/** From SIGTERM to SIGKILL, for the whole group. */
const graceMs = ms(2_000);

/**
 * Commands of this machine, run in `folder` with this process's own variables and more. Each is the leader of a process
 * group, so that what it has started ends with it.
 */
export function processCommands(
  folder: string,
  variables: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Commands {
  return {
    run({ command, environment, timeoutMs }, signal) {
      const [file = '', ...args] = command;
      return new Promise<CommandEnd>((resolve, reject) => {
        signal.throwIfAborted();
        const child = spawn(file, args, {
          cwd: folder,
          env: { ...variables, ...environment },
          detached: true,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const output = createTail();
        child.stdout.setEncoding('utf8').on('data', output.add);
        child.stderr.setEncoding('utf8').on('data', output.add);
        let timedOut = false;
        let cancelKill = (): void => undefined;
        const end = (): void => {
          killGroup(child.pid, 'SIGTERM');
          cancelKill = clock.after(graceMs, () => killGroup(child.pid, 'SIGKILL'));
        };
        const cancel = clock.after(ms(timeoutMs), () => {
          timedOut = true;
          end();
        });
        signal.addEventListener('abort', end, { once: true });
        const settle = (): void => {
          cancel();
          cancelKill();
          signal.removeEventListener('abort', end);
        };
        child.once('error', (error) => {
          settle();
          resolve({ kind: 'not-started', why: error.message });
        });
        child.once('exit', (code, killedBy) => {
          settle();
          killGroup(child.pid, 'SIGKILL');
          if (signal.aborted) return reject(signal.reason);
          const tell = (): void => {
            cancelTell();
            const lines = output.lines();
            if (timedOut) resolve({ kind: 'timed-out', output: lines });
            else resolve({ kind: 'ended', code: code ?? `signal ${killedBy}`, output: lines });
          };
          // What was written last is read by then; who left the group and keeps the pipe open is not waited for.
          const cancelTell = clock.after(lastWordsMs, tell);
          child.once('close', tell);
        });
      });
    },
  };
}

/** The last lines of what is added, whatever pieces it comes in. */
function createTail(): { add(text: string): void; lines(): readonly string[] } {
  let text = '';
  return {
    add(more) {
      text = `${text}${more}`.slice(-mostLines * mostCharacters);
    },
    lines: () =>
      text
        .split('\n')
        .map((line) => line.trimEnd().slice(0, mostCharacters))
        .filter((line) => line !== '')
        .slice(-mostLines),
  };
}

/** The group of a process that may have ended. */
function killGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

import { spawn, spawnSync } from 'node:child_process';
import type { Workbench } from './workbench.ts';

/** The interpreter itself: a wrapper on the PATH may need the home that tests replace. */
const found = spawnSync('python3', ['-c', 'import pty, sys; print(sys.executable)'], { encoding: 'utf8' });

/** Why there is no pseudo-terminal here; undefined where there is one. */
export const noTerminal: string | undefined =
  found.status === 0 ? undefined : 'python3, whose pty module is used, is not here';

export interface Seen {
  readonly code: number | null;
  /** All that was written, without control sequences. */
  readonly text: string;
  /** As it came. */
  readonly raw: string;
}

export interface Terminal {
  press(keys: string): void;
  /** Resolves once what was written since the last `until` matches. */
  until(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Seen>;
}

/** A terminal of 80 columns and 30 lines; python3's pty carries keys and output. */
const carrier = `
import os, pty, sys
status = pty.spawn(["sh", "-c", "stty cols 80 rows 30; exec \\"$@\\"", "sh"] + sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(status))
`;

/** Runs teal as on a person's terminal. */
export function openTerminal(bench: Workbench, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Terminal {
  const child = spawn(found.stdout.trim(), ['-c', carrier, process.execPath, bench.program, ...args], {
    cwd: bench.folder,
    env: { ...bench.environment, COLUMNS: undefined, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let raw = '';
  let from = 0;
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text;
    for (const watcher of watchers) watcher();
  });
  const ended = new Promise<Seen>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, raw, text: plain(raw) }));
  });
  return {
    press: (keys) => void child.stdin.write(keys),
    until(pattern) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(plain(raw.slice(from)))) return;
          from = raw.length;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
        ended.then(({ text }) => reject(new Error(`ended without ${pattern}:\n${text}`)), reject);
      });
    },
    ended,
  };
}

/** Without what moves the cursor and colours. */
const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');

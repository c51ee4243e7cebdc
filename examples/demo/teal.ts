import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { numberAt, textAt } from './json.ts';
import type { WeightWrite } from './switches.ts';

/** The public command line, run in the project's folder. */
export interface Teal {
  /** Runs a command to its end and returns its events; throws unless it ends with one of `expected` (0 if not given). */
  run(args: readonly string[], expected?: readonly number[]): Promise<readonly TealEvent[]>;
  /** Runs a command to its end and returns its standard output; throws unless that is exit code 0. */
  output(args: readonly string[]): Promise<string>;
  /** Starts a command that may be killed. */
  start(args: readonly string[]): TealRun;
  /** All weight writes that commands told of, in order. */
  readonly writes: readonly WeightWrite[];
}

export interface TealResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly TealEvent[];
}

export interface TealRun {
  readonly ended: Promise<TealResult>;
  /** Resolves with the first event that `wanted` accepts; rejects when the command ends without one. */
  event(wanted: (event: TealEvent) => boolean): Promise<TealEvent>;
  kill(): void;
}

/** A line of the `--json` stream. */
export interface TealEvent {
  readonly at: string;
  readonly type: string;
  readonly body: unknown;
}

export interface TealOptions {
  /** The program: a file that Node runs, or one that runs by itself. */
  readonly program: string;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Kills what runs, and lets nothing more be started. */
  readonly signal: AbortSignal;
}

export function tealIn({ program, cwd, environment, signal }: TealOptions): Teal {
  const writes: WeightWrite[] = [];
  const command = /\.[cm]?js$/.test(program) ? [process.execPath, program] : [program];

  function start(args: readonly string[]): TealRun {
    signal.throwIfAborted();
    const [file = '', ...first] = command;
    // A process group of its own: ^C is the demo's to handle.
    const child = spawn(file, [...first, ...args], {
      cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    const events: TealEvent[] = [];
    const listeners = new Set<(event: TealEvent) => void>();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout += `${line}\n`;
      const event = eventFrom(line);
      if (!event) return;
      events.push(event);
      const write = writeFrom(event);
      if (write) writes.push(write);
      for (const listener of listeners) listener(event);
    });
    const ended = new Promise<TealResult>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr, events }));
      // Whatever the command started may hold its pipes open.
      child.once('exit', (exitCode) => {
        setTimeout(() => resolve({ exitCode, stdout, stderr, events }), 1_000).unref();
      });
    });
    const kill = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    ended.finally(() => signal.removeEventListener('abort', kill)).catch(() => undefined);
    return {
      ended,
      event(wanted) {
        const earlier = events.find(wanted);
        if (earlier) return Promise.resolve(earlier);
        return new Promise((resolve, reject) => {
          listeners.add((event) => wanted(event) && resolve(event));
          ended.then((result) => reject(new TealFailed(args, result, 'ended too early')), reject);
        });
      },
      kill,
    };
  }

  async function resultOf(args: readonly string[], expected: readonly number[]): Promise<TealResult> {
    const result = await start(args).ended;
    if (result.exitCode !== null && expected.includes(result.exitCode)) return result;
    throw new TealFailed(args, result, `expected exit code ${expected.join(' or ')}`);
  }

  return {
    writes,
    start,
    run: async (args, expected = [0]) => (await resultOf(args, expected)).events,
    output: async (args) => (await resultOf(args, [0])).stdout,
  };
}

/** A command ended otherwise than the story wants. */
class TealFailed extends Error {
  constructor(args: readonly string[], result: TealResult, what: string) {
    const last = [
      ...result.events.slice(-3).map((event) => JSON.stringify(event)),
      ...result.stderr.trim().split('\n').slice(-15),
    ];
    super(`teal ${args.join(' ')}: ${what}, found ${result.exitCode}.\n${last.map((line) => `  ${line}`).join('\n')}`);
  }
}

function eventFrom(line: string): TealEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const body = typeof value === 'object' && value !== null ? Reflect.get(value, 'body') : undefined;
    return body === undefined ? undefined : { at: textAt(value, 'at'), type: textAt(value, 'type'), body };
  } catch {
    return undefined;
  }
}

function writeFrom({ type, body }: TealEvent): WeightWrite | undefined {
  if (type !== 'weights') return undefined;
  return {
    sentAt: Date.parse(textAt(body, 'sentAt')),
    weights: { blue: numberAt(body, 'blue'), green: numberAt(body, 'green') },
  };
}

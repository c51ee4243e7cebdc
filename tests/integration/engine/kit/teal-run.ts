import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A line of the `--json` stream: an event, or the document that a command ends with. */
export type Json = { readonly [name: string]: unknown };

export interface TealResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every JSON document of stdout. */
  readonly documents: readonly Json[];
  /** Those that are events of a deployment. */
  readonly events: readonly TealEvent[];
}

export interface TealEvent {
  readonly at: string;
  readonly deployment: string;
  readonly type: string;
  readonly body: Json;
}

/** A command of the built bundle, as a process of its own. */
export interface TealRun {
  readonly pid: number;
  readonly ended: Promise<TealResult>;
  /** Resolves with the first event that `wanted` accepts; rejects when the command ends without one. */
  event(wanted: (event: TealEvent) => boolean): Promise<TealEvent>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the bundle's `teal`; `running` holds the process until it has ended. */
export function startTeal(
  bundle: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly environment: NodeJS.ProcessEnv;
    readonly running: Set<ChildProcess>;
    /** What it reads from stdin; nothing where it is left out. */
    readonly input?: string | undefined;
  },
): TealRun {
  const { cwd, environment, running, input } = options;
  const child = spawn(process.execPath, [bundle, ...args], {
    cwd,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  running.add(child);
  let stdout = '';
  let stderr = '';
  const documents: Json[] = [];
  const events: TealEvent[] = [];
  const listeners = new Set<(event: TealEvent) => void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout += `${line}\n`;
    const document = parse(line);
    if (!document) return;
    documents.push(document);
    if (!isEvent(document)) return;
    events.push(document);
    for (const listener of listeners) listener(document);
  });
  const ended = new Promise<TealResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      running.delete(child);
      resolve({ exitCode, stdout, stderr, documents, events });
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => void child.kill(signal),
    event(wanted) {
      const earlier = events.find(wanted);
      if (earlier) return Promise.resolve(earlier);
      return new Promise((resolve, reject) => {
        listeners.add((event) => wanted(event) && resolve(event));
        ended.then((result) => reject(new Error(`teal ${args.join(' ')} ended too early\n${wordsOf(result)}`)), reject);
      });
    },
  };
}

/** For the message of a test that fails: what the command said last. */
export const wordsOf = ({ exitCode, stderr, documents }: TealResult): string =>
  [`exit code ${exitCode}`, stderr.trim(), JSON.stringify(documents.at(-1) ?? null)].join('\n');

function parse(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const isEvent = (document: Json): document is Json & TealEvent =>
  typeof document.type === 'string' && typeof document.deployment === 'string' && isJson(document.body);

export const isPhase =
  (phase: string) =>
  ({ type, body }: TealEvent): boolean =>
    type === 'phase' && body.phase === phase;

/** Weights read back, or with `writing` about to be written. */
export const isWeights =
  (green: number, type: 'weights' | 'writing-weights' = 'weights') =>
  (event: TealEvent): boolean =>
    event.type === type && event.body.green === green;

export interface Write {
  /** When the call was sent, and when a read had shown it: ms since 1970. */
  readonly sentAt: number;
  readonly readAt: number;
  readonly weights: { readonly blue: number; readonly green: number };
}

/** The weights that a command wrote, in order. */
export const writesOf = ({ events }: Pick<TealResult, 'events'>): readonly Write[] =>
  events
    .filter(({ type }) => type === 'weights')
    .map(({ body }) => ({
      sentAt: Date.parse(String(body.sentAt)),
      readAt: Date.parse(String(body.sentAt)) + Number(body.tookMs),
      weights: { blue: Number(body.blue), green: Number(body.green) },
    }));

/** The revision that a command opened a deployment for. */
export const revisionOf = ({ events }: TealResult): unknown =>
  events.find(({ type }) => type === 'opened')?.body.revision;

/** The reason of the outcome that a command ended with. */
export function reasonOf(result: TealResult): Json {
  const outcome = result.events.findLast(({ type }) => type === 'outcome')?.body.outcome;
  if (!isJson(outcome) || !isJson(outcome.because)) throw new Error(`no outcome with a reason\n${wordsOf(result)}`);
  return outcome.because;
}

export interface Status {
  readonly weights: { readonly blue: number; readonly green: number } | null;
  readonly colors: Readonly<
    Record<'blue' | 'green', { readonly desired: number; readonly running: number; readonly healthy: number }>
  >;
  readonly live: { readonly color: 'blue' | 'green'; readonly revision: string } | null;
  readonly deployment: {
    readonly phase: { readonly name: string; readonly step: number };
    readonly paused: boolean;
    readonly outcome: { readonly name: string } | null;
  } | null;
  readonly orphan: boolean;
}

/** What `teal status --json` says of a service. */
export async function statusOf(
  { teal }: { teal(args: readonly string[]): Promise<TealResult> },
  service: string,
): Promise<Status> {
  const { stdout } = await teal(['status', service]);
  const { services }: { services: Status[] } = JSON.parse(stdout);
  const [status] = services;
  if (!status?.colors) throw new Error(`no status of ${service}: ${stdout}`);
  return status;
}

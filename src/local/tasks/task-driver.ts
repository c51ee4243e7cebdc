import type { Ms } from '../../base/index.ts';

/** One container of a task, ready to run: secrets resolved, image reference as in the task definition. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly entryPoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly workingDirectory: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Container ports of its port mappings. */
  readonly ports: readonly number[];
  /** It is pulled with the others and starts once `release` names it: it depends on others. */
  readonly waits: boolean;
}

export interface TaskSpec {
  /** The 32 hex digits at the end of the task's ARN. */
  readonly id: string;
  readonly arn: string;
  readonly clusterArn: string;
  /** Whose credentials the containers get; undefined where the task definition names none. */
  readonly taskRoleArn: string | undefined;
  /** The task's own virtual address in 10.0.0.0/8. */
  readonly address: string;
  readonly family: string;
  readonly revision: number;
  /** What the task reserves: 1024 units are a processor. */
  readonly size: { readonly cpuUnits: number; readonly memoryMiB: number };
  readonly containers: readonly ContainerSpec[];
}

/** What a driver tells about a container, in order: `pulled`, `started`, `output`…, `exited`; or `failed` at any time before `started`. */
export type TaskEvent =
  | { readonly kind: 'pulled'; readonly container: string; readonly digest: string }
  | { readonly kind: 'started'; readonly container: string }
  | { readonly kind: 'output'; readonly container: string; readonly line: string }
  | { readonly kind: 'exited'; readonly container: string; readonly exitCode: number }
  /** Could not start: `reason` begins with AWS's word, e.g. `CannotPullContainerError: …`. */
  | { readonly kind: 'failed'; readonly container: string; readonly reason: string };

/** What a container's processes have used so far, those that have ended too. */
export interface ContainerUsage {
  readonly name: string;
  /** Processor time since its start; never falls. */
  readonly cpu: Ms;
  /** In its memory now; 0 once it has ended. */
  readonly memoryBytes: number;
}

export interface TaskUsage {
  /** When it was measured, on the monotonic clock. */
  readonly at: Ms;
  /** Of those that have started. */
  readonly containers: readonly ContainerUsage[];
}

export interface RunningTask {
  /** Lets a container start that waits for it. */
  release(container: string): void;
  /**
   * Sends the signal to that container, or to all, where still running. One that has not started yet never does: it
   * ends with `failed`.
   */
  signal(name: 'SIGTERM' | 'SIGKILL', container?: string): void;
  /** Runs a health-check command inside a container; calls `done` once, with undefined when it took longer than `timeout`. */
  exec(container: string, command: readonly string[], timeout: Ms, done: (exitCode: number | undefined) => void): void;
  /** Measures what it uses. Calls `done` once, with undefined where the machine does not tell (macOS). */
  usage(done: (usage: TaskUsage | undefined) => void): void;
}

/** How tasks really run. `events` may be called synchronously or later, never after the last container ended. */
export interface TaskDriver {
  readonly name: 'process' | 'container' | 'simulated';
  start(task: TaskSpec, events: (event: TaskEvent) => void): RunningTask;
}

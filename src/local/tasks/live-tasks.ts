import { type Clock, type Ms, ms } from '../../base/index.ts';
import type { Network } from './network.ts';
import { checkHealth } from './process/health-check.ts';
import type { ContainerSpec, ContainerUsage, RunningTask, TaskEvent, TaskSpec, TaskUsage } from './task-driver.ts';

/** What a container had used at a moment of the monotonic clock. */
export interface Measured extends ContainerUsage {
  readonly at: Ms;
}

/** What a driver is given with each container of a task. */
export interface ContainerPlace {
  readonly task: TaskSpec;
  readonly container: ContainerSpec;
  /** Of the container among those of its task. */
  readonly index: number;
  readonly events: (event: TaskEvent) => void;
  /** A real port is known. */
  readonly bound: (containerPort: number, realPort: number) => void;
  /** To be called once, after the last event: nothing of the container is left. */
  readonly ended: () => void;
}

/** One container, as a driver really runs it. */
export interface LiveContainer {
  start(): void;
  release(): void;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  exec(command: readonly string[], timeout: Ms, done: (exitCode: number | undefined) => void): void;
  /** Undefined before it runs, and where the machine does not tell. */
  usage(): Promise<Measured | undefined>;
}

export interface LiveTasks {
  start(task: TaskSpec, events: (event: TaskEvent) => void): RunningTask;
  readonly network: Network;
  /** Kills all; resolves when all have ended. */
  kill(): Promise<void>;
}

/** Tasks whose containers listen on real ports of this machine, whatever makes the containers. */
export function createLiveTasks(options: {
  readonly clock: Clock;
  readonly containerAt: (place: ContainerPlace) => LiveContainer;
  /** Called once the last container of a task has ended. */
  readonly taskEnded: (task: TaskSpec) => void;
}): LiveTasks {
  const { clock, containerAt, taskEnded } = options;
  const bound = new Map<string, Map<number, number>>();
  const running = new Map<RunningTask, Promise<void>>();

  const locate: Network['locate'] = (address, port) => {
    const real = bound.get(address)?.get(port);
    return real === undefined ? undefined : { host: '127.0.0.1', port: real };
  };
  return {
    start(task, events) {
      const ports = new Map<number, number>();
      bound.set(task.address, ports);
      let left = task.containers.length;
      let over = (): void => {};
      const ended = (): void => {
        left -= 1;
        if (left > 0) return;
        if (bound.get(task.address) === ports) bound.delete(task.address);
        taskEnded(task);
        running.delete(handle);
        over();
      };
      const containers = new Map(
        task.containers.map((container, index) => [
          container.name,
          containerAt({
            task,
            container,
            index,
            events,
            bound: (containerPort, realPort) => ports.set(containerPort, realPort),
            ended,
          }),
        ]),
      );
      const handle: RunningTask = {
        release(container) {
          containers.get(container)?.release();
        },
        signal(name, only) {
          for (const [container, one] of containers) if (only === undefined || only === container) one.signal(name);
        },
        exec(container, command, timeout, done) {
          const found = containers.get(container);
          if (found) found.exec(command, timeout, done);
          else done(1);
        },
        usage(done) {
          void measureAll([...containers.values()]).then(done);
        },
      };
      running.set(handle, new Promise((resolve) => (over = resolve)));
      for (const container of containers.values()) container.start();
      return handle;
    },
    network: {
      locate,
      check(request, done) {
        const target = locate(request.address, request.port);
        if (target) checkHealth(clock, target, request, done);
        // Nobody has the address: on AWS, too, no answer comes.
        else clock.after(request.timeout, () => done({ kind: 'timed-out' }), { unref: true });
      },
    },
    async kill() {
      const all = [...running];
      for (const [task] of all) task.signal('SIGKILL');
      await Promise.all(all.map(([, ended]) => ended));
    },
  };
}

async function measureAll(containers: readonly LiveContainer[]): Promise<TaskUsage | undefined> {
  const measured = (await Promise.all(containers.map((one) => one.usage()))).filter((one) => one !== undefined);
  if (measured.length === 0) return undefined;
  return {
    at: ms(Math.max(...measured.map(({ at }) => at))),
    containers: measured.map(({ name, cpu, memoryBytes }) => ({ name, cpu, memoryBytes })),
  };
}

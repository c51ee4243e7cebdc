import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, ms, type Random } from '../../../base/index.ts';
import type { Network } from '../network.ts';
import type { RunningTask, TaskDriver, TaskEvent, TaskSpec, TaskUsage } from '../task-driver.ts';
import { openContainerEndpoint } from './container-endpoint.ts';
import { checkHealth } from './health-check.ts';
import type { ImageStore } from './image-store.ts';
import { type ContainerSurroundings, ProcessContainer } from './process-container.ts';
import { createProcessTables } from './process-table.ts';
import { createRealPorts } from './real-ports.ts';

export interface ProcessTasksOptions {
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the runtime; task folders are in `<dataDir>/tasks`, and nothing there outlives the runtime. */
  readonly dataDir: string;
  /** What tasks get as AWS_ENDPOINT_URL; asked when one starts. */
  readonly runtimeEndpoint: () => string;
  /** `$PATH` of this machine, for the interpreters. Nothing else of the runtime's environment reaches a task. */
  readonly hostPath: string;
  /** What a person who runs the runtime should know; no secrets. */
  readonly log: (message: string) => void;
}

/** Tasks as process groups of this machine. Disposing kills them all. */
export interface ProcessTasks extends AsyncDisposable {
  readonly driver: TaskDriver;
  readonly network: Network;
}

/** Opens the driver, and clears away what an earlier runtime left on the disk (its processes died with it). */
export async function createProcessTasks(options: ProcessTasksOptions): Promise<ProcessTasks> {
  const random = options.random.fork('process-tasks');
  const folders = join(options.dataDir, 'tasks');
  await mkdir(folders, { recursive: true });
  for (const left of await readdir(folders)) remove(join(folders, left), options.log);
  // Short, because sockets in a task's TMPDIR may have paths of 104 bytes at most.
  const folder = join(folders, random.hex(6));
  await mkdir(folder);
  // Node looks for the nearest package.json upwards: in a container it finds none above the app, here it might find the user's.
  await writeFile(join(folder, 'package.json'), '{}\n');
  const endpoint = await openContainerEndpoint(options.clock, random);
  const surroundings: ContainerSurroundings = {
    ...options,
    realPorts: createRealPorts(random),
    endpoint,
    processTable: createProcessTables(options.clock),
  };
  const bound = new Map<string, Map<number, number>>();
  const running = new Map<RunningTask, Promise<void>>();

  const start = (task: TaskSpec, events: (event: TaskEvent) => void): RunningTask => {
    const ports = new Map<number, number>();
    bound.set(task.address, ports);
    const taskFolder = join(folder, task.id.slice(0, 12));
    let left = task.containers.length;
    let over = (): void => {};
    const ended = (): void => {
      left -= 1;
      if (left > 0) return;
      if (bound.get(task.address) === ports) bound.delete(task.address);
      remove(taskFolder, options.log);
      running.delete(handle);
      over();
    };
    const containers = new Map(
      task.containers.map((container, index) => [
        container.name,
        new ProcessContainer({
          ...surroundings,
          task,
          container,
          folder: join(taskFolder, String(index)),
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
        for (const [container, process] of containers)
          if (only === undefined || only === container) process.signal(name);
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
  };

  const locate: Network['locate'] = (address, port) => {
    const real = bound.get(address)?.get(port);
    return real === undefined ? undefined : { host: '127.0.0.1', port: real };
  };
  return {
    driver: { name: 'process', start },
    network: {
      locate,
      check(request, done) {
        const target = locate(request.address, request.port);
        if (target) checkHealth(options.clock, target, request, done);
        // Nobody has the address: on AWS, too, no answer comes.
        else options.clock.after(request.timeout, () => done({ kind: 'timed-out' }), { unref: true });
      },
    },
    async [Symbol.asyncDispose]() {
      const all = [...running];
      for (const [task] of all) task.signal('SIGKILL');
      await Promise.all(all.map(([, ended]) => ended));
      await endpoint[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function measureAll(containers: readonly ProcessContainer[]): Promise<TaskUsage | undefined> {
  const measured = (await Promise.all(containers.map((one) => one.usage()))).filter((one) => one !== undefined);
  if (measured.length === 0) return undefined;
  return {
    at: ms(Math.max(...measured.map(({ at }) => at))),
    containers: measured.map(({ name, cpu, memoryBytes }) => ({ name, cpu, memoryBytes })),
  };
}

/** In the background: nobody waits for it, and what stays is cleared away at the next start. */
function remove(path: string, log: (message: string) => void): void {
  rm(path, { recursive: true, force: true, maxRetries: 5 }).catch((error: unknown) => {
    log(`cannot remove ${path}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Random } from '../../../base/index.ts';
import { createLiveTasks } from '../live-tasks.ts';
import type { Network } from '../network.ts';
import type { TaskDriver, TaskSpec } from '../task-driver.ts';
import { openContainerEndpoint } from './container-endpoint.ts';
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
  const folderOf = (task: TaskSpec): string => join(folder, task.id.slice(0, 12));
  const endpoint = await openContainerEndpoint(options.clock, random);
  const surroundings: ContainerSurroundings = {
    ...options,
    realPorts: createRealPorts(random),
    endpoint,
    processTable: createProcessTables(options.clock),
  };
  const tasks = createLiveTasks({
    clock: options.clock,
    containerAt: (place) =>
      new ProcessContainer({
        ...surroundings,
        ...place,
        folder: join(folderOf(place.task), String(place.index)),
      }),
    taskEnded: (task) => remove(folderOf(task), options.log),
  });
  return {
    driver: { name: 'process', start: tasks.start },
    network: tasks.network,
    async [Symbol.asyncDispose]() {
      await tasks.kill();
      await endpoint[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** In the background: nobody waits for it, and what stays is cleared away at the next start. */
function remove(path: string, log: (message: string) => void): void {
  rm(path, { recursive: true, force: true, maxRetries: 5 }).catch((error: unknown) => {
    log(`cannot remove ${path}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

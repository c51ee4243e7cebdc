import { resolve } from 'node:path';
import { type Clock, type Random, seconds } from '../../../base/index.ts';
import { createLiveTasks } from '../live-tasks.ts';
import type { Network } from '../network.ts';
import { openContainerEndpoint } from '../process/container-endpoint.ts';
import type { ImageStore } from '../process/image-store.ts';
import { createRealPorts } from '../process/real-ports.ts';
import type { TaskDriver } from '../task-driver.ts';
import { type Engine, listAt, textAt } from './engine.ts';
import { EngineContainer } from './engine-container.ts';
import { createEngineImages, ownerLabel } from './engine-images.ts';

export interface ContainerTasksOptions {
  readonly engine: Engine;
  readonly images: ImageStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the runtime: it names what the runtime has made in the engine. */
  readonly dataDir: string;
  /** What tasks get as AWS_ENDPOINT_URL; asked when one starts. */
  readonly runtimeEndpoint: () => string;
  /** What a person who runs the runtime should know; no secrets. */
  readonly log: (message: string) => void;
}

/** Tasks as containers of an engine. Disposing kills them all. */
export interface ContainerTasks extends AsyncDisposable {
  readonly driver: TaskDriver;
  readonly network: Network;
}

/** Opens the driver, and removes the containers that an earlier runtime left: they outlive a killed one. */
export async function createContainerTasks(options: ContainerTasksOptions): Promise<ContainerTasks> {
  const { clock, engine } = options;
  const random = options.random.fork('container-tasks');
  const owner = resolve(options.dataDir);
  const images = createEngineImages(engine, options.images, owner);
  await removeLeft(engine, owner);
  await images.clear();
  const endpoint = await openContainerEndpoint(clock, random);
  const surroundings = { ...options, images, random, owner, endpoint, realPorts: createRealPorts(random) };
  const tasks = createLiveTasks({
    clock,
    containerAt: (place) => new EngineContainer({ ...surroundings, ...place }),
    taskEnded: () => {},
  });
  return {
    driver: { name: 'container', start: tasks.start },
    network: tasks.network,
    async [Symbol.asyncDispose]() {
      // An engine that no longer answers is not waited for: the next start removes what is left.
      const patience = new AbortController();
      await Promise.race([tasks.kill(), clock.sleep(seconds(20), patience.signal).catch(() => {})]);
      patience.abort();
      await endpoint[Symbol.asyncDispose]();
    },
  };
}

async function removeLeft(engine: Engine, owner: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${ownerLabel}=${owner}`] }));
  const found = await engine.call('GET', `/containers/json?all=1&filters=${filters}`);
  if (found.kind === 'refused') throw new Error(`${engine.name}: ${found.message}`);
  await Promise.all(
    listAt(found.body).map((one) => engine.call('DELETE', `/containers/${textAt(one, 'Id') ?? ''}?force=1&v=1`)),
  );
}

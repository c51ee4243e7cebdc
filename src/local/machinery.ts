import type { Clock, Random } from '../base/index.ts';
import type { ImageReceiver } from './admin.ts';
import { type Balancer, startBalancer } from './balancer/index.ts';
import { createContainerTasks } from './tasks/container/container-tasks.ts';
import { connectEngine } from './tasks/container/engine.ts';
import type { ImageCatalog } from './tasks/image-catalog.ts';
import type { Network } from './tasks/network.ts';
import { openImageStore } from './tasks/process/image-store.ts';
import { createProcessTasks } from './tasks/process/process-tasks.ts';
import { createSimulatedTasks, healthyBehaviour } from './tasks/simulated/index.ts';
import type { TaskDriver } from './tasks/task-driver.ts';

export interface MachineryOptions {
  readonly driver: 'process' | 'container' | 'simulated';
  readonly dataDir: string;
  /** Where a container engine may listen; asked in this order, for the container driver alone. */
  readonly engineSockets: readonly string[];
  /** `$PATH` for the interpreters of tasks. */
  readonly hostPath: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the runtime's API: tasks get it as AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly log: (message: string) => void;
}

/** What makes the control plane's wishes real on this machine: tasks, their network, images, and the balancer. */
export interface Machinery extends AsyncDisposable {
  readonly tasks: TaskDriver;
  readonly network: Network;
  /** Undefined where tasks are simulated. */
  readonly images: (ImageReceiver & ImageCatalog) | undefined;
  readonly balancer: Balancer;
  /** The container engine that runs the tasks, as it calls itself. */
  readonly engine: string | undefined;
}

export async function createMachinery(options: MachineryOptions): Promise<Machinery> {
  const balancer = startBalancer(options);
  if (options.driver === 'simulated') {
    const { driver, network } = createSimulatedTasks({ ...options, behaviourOf: () => healthyBehaviour });
    const dispose = () => balancer.close();
    return { tasks: driver, network, images: undefined, balancer, engine: undefined, [Symbol.asyncDispose]: dispose };
  }
  const images = await openImageStore(options);
  const given = { ...options, images, runtimeEndpoint: () => options.endpoint };
  const engine = options.driver === 'container' ? await connectEngine(options.engineSockets) : undefined;
  const tasks = engine ? await createContainerTasks({ ...given, engine }) : await createProcessTasks(given);
  return {
    tasks: tasks.driver,
    network: tasks.network,
    images,
    balancer,
    engine: engine?.name,
    async [Symbol.asyncDispose]() {
      await balancer.close();
      await tasks[Symbol.asyncDispose]();
    },
  };
}

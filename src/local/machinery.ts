import type { Clock, Random } from '../base/index.ts';
import type { ImageReceiver } from './admin.ts';
import { type Balancer, startBalancer } from './balancer/index.ts';
import type { ImageCatalog } from './tasks/image-catalog.ts';
import type { Network } from './tasks/network.ts';
import { openImageStore } from './tasks/process/image-store.ts';
import { createProcessTasks } from './tasks/process/process-tasks.ts';
import { createSimulatedTasks, healthyBehaviour } from './tasks/simulated/index.ts';
import type { TaskDriver } from './tasks/task-driver.ts';

export interface MachineryOptions {
  readonly driver: 'process' | 'simulated';
  readonly dataDir: string;
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
}

export async function createMachinery(options: MachineryOptions): Promise<Machinery> {
  const balancer = startBalancer(options);
  if (options.driver === 'simulated') {
    const { driver, network } = createSimulatedTasks({ ...options, behaviourOf: () => healthyBehaviour });
    return { tasks: driver, network, images: undefined, balancer, [Symbol.asyncDispose]: () => balancer.close() };
  }
  const images = await openImageStore(options);
  const tasks = await createProcessTasks({ ...options, images, runtimeEndpoint: () => options.endpoint });
  return {
    tasks: tasks.driver,
    network: tasks.network,
    images,
    balancer,
    async [Symbol.asyncDispose]() {
      await balancer.close();
      await tasks[Symbol.asyncDispose]();
    },
  };
}

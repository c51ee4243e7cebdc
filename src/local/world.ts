import type { Clock, Random } from '../base/index.ts';
import type { ServiceDefinition } from './service.ts';
import type { Store } from './store/store.ts';
import type { ImageCatalog } from './tasks/image-catalog.ts';
import type { Network } from './tasks/network.ts';
import type { TaskDriver } from './tasks/task-driver.ts';
import type { Timing } from './timing.ts';

/** All that a service may touch outside its own state. */
export interface Surroundings {
  readonly clock: Clock;
  /** For ids of all kinds. A service forks its own stream. */
  readonly random: Random;
  readonly timing: Timing;
  readonly tasks: TaskDriver;
  readonly network: Network;
  /** Where images are uploaded to; absent where tasks are simulated and run any. */
  readonly images?: ImageCatalog | undefined;
}

/** One account in one region. Nothing is shared between two worlds but addresses and real ports. */
export interface World extends Surroundings {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Collections of this world alone. */
  readonly store: Store;
  /** The state of a service here; made at the first use. */
  use<State>(service: Pick<ServiceDefinition<State>, 'name' | 'create'>): State;
}

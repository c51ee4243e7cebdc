import { createCollections } from './collections.ts';
import type { Store } from './store.ts';

/** A store that lasts as long as the process: for the simulation and for tests. */
export function memoryStore(): Store {
  return createCollections(() => {});
}

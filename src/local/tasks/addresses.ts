import type { Network } from './network.ts';

/** The last address given out in a runtime: all its worlds share one network. */
const lastOf = new WeakMap<Network, number>();

/** Gives out virtual addresses in 10.0.0.0/8, none of them twice in a runtime. */
export function createAddresses(network: Network): () => string {
  return () => {
    let next = (lastOf.get(network) ?? 3) + 1;
    // .0 and .255 look like a network's and a broadcast's own addresses.
    while (next % 256 === 0 || next % 256 === 255) next += 1;
    if (next >= 2 ** 24) throw new Error('all virtual addresses of this runtime have been used');
    lastOf.set(network, next);
    return `10.${next >> 16}.${(next >> 8) & 255}.${next & 255}`;
  };
}

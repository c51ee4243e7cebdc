import { createRandom, createVirtualClock, epochMs, type VirtualClock } from '../../base/index.ts';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../service.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { awsLike, type Timing } from '../timing.ts';
import type { World } from '../world.ts';

/** A world of one service, in virtual time: its tasks never run, and no address answers. For tests. */
export function loneWorld(
  seed: string,
  options: {
    readonly timing?: Timing;
    /** What is in it makes the world the successor of another. */
    readonly store?: Store;
    /** Milliseconds since 1970. */
    readonly start?: number;
    readonly network?: World['network'];
    readonly images?: World['images'];
  } = {},
): World & { readonly clock: VirtualClock } {
  return {
    account: '000000000000',
    region: 'eu-central-1',
    clock: options.start === undefined ? createVirtualClock() : createVirtualClock(epochMs(options.start)),
    random: createRandom(seed),
    timing: options.timing ?? awsLike,
    tasks: {
      name: 'simulated',
      start: () => ({ release: () => {}, signal: () => {}, exec: () => {}, usage: (done) => done(undefined) }),
    },
    network: options.network ?? { locate: () => undefined, check: () => {} },
    ...(options.images && { images: options.images }),
    store: options.store ?? memoryStore(),
    use: () => {
      throw new Error('no other service in this world');
    },
  };
}

/** Of every operation that a test runs by itself. */
export const aCall: Call = { requestId: '00000000-0000-0000-0000-000000000000', host: '127.0.0.1' };

/** The error that `run` ends with, as `Code: message`; `accepted` where it ends well. */
export function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

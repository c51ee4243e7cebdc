import { createRandom, createVirtualClock, epochMs, type VirtualClock } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import type { Call } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { awsLike, type Timing } from '../../timing.ts';
import type { World } from '../../world.ts';
import { type CloudWatchState, createCloudWatchState } from './state.ts';

export interface Fixture {
  readonly clock: VirtualClock;
  readonly state: CloudWatchState;
  /** Runs one operation: `run(describeAlarms, {…})`. */
  run<Input, Output>(operation: (state: CloudWatchState, input: Input, call: Call) => Output, input: Input): Output;
  /** The error that an operation answers with, as `Code: message`. */
  refusal<Input>(operation: (state: CloudWatchState, input: Input, call: Call) => object, input: Input): string;
}

/** CloudWatch of one account in virtual time, from 2026-01-01T00:00:00Z; a given store makes it the successor of another. */
export function cloudWatchFixture(
  options: { readonly timing?: Timing; readonly store?: Store; readonly start?: number } = {},
): Fixture {
  const clock = createVirtualClock(epochMs(options.start ?? start));
  const world: World = {
    account: '000000000000',
    region: 'eu-central-1',
    clock,
    random: createRandom('cloudwatch'),
    timing: options.timing ?? awsLike,
    tasks: {
      name: 'simulated',
      start: () => ({ release: () => {}, signal: () => {}, exec: () => {}, usage: (done) => done(undefined) }),
    },
    network: { locate: () => undefined, check: () => {} },
    store: options.store ?? memoryStore(),
    use: () => {
      throw new Error('no other service in this world');
    },
  };
  const state = createCloudWatchState(world, []);
  const call: Call = { requestId: '00000000-0000-0000-0000-000000000000', host: '127.0.0.1' };
  return {
    clock,
    state,
    run: (operation, input) => operation(state, input, call),
    refusal(operation, input) {
      try {
        operation(state, input, call);
      } catch (error) {
        if (error instanceof AwsError) return `${error.code}: ${error.message}`;
        throw error;
      }
      return 'accepted';
    },
  };
}

/** 2026-01-01T00:00:00Z */
export const start = 1_767_225_600_000;

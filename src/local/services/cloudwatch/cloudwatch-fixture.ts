import type { VirtualClock } from '../../../base/index.ts';
import type { Call } from '../../service.ts';
import type { Store } from '../../store/store.ts';
import type { Timing } from '../../timing.ts';
import { aCall, loneWorld, refusalOf } from '../lone-world.ts';
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
  const world = loneWorld('cloudwatch', { start, ...options });
  const { clock } = world;
  const state = createCloudWatchState(world, []);
  return {
    clock,
    state,
    run: (operation, input) => operation(state, input, aCall),
    refusal: (operation, input) => refusalOf(() => operation(state, input, aCall)),
  };
}

/** 2026-01-01T00:00:00Z */
export const start = 1_767_225_600_000;

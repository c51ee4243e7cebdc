import type { VirtualClock } from '../../../base/index.ts';
import type { Call } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { aCall, loneWorld, refusalOf } from '../lone-world.ts';
import { createLogsState, type LogsState } from './logs-state.ts';
import { createLogGroup } from './operations/groups.ts';
import { createLogStream } from './operations/streams.ts';

export interface Fixture {
  readonly clock: VirtualClock;
  readonly state: LogsState;
  /** Runs one operation: `run(getLogEvents, {…})`. */
  run<Input, Output>(operation: (state: LogsState, input: Input, call: Call) => Output, input: Input): Output;
  /** The error that an operation answers with, as `Code: message`. */
  refusal<Input>(operation: (state: LogsState, input: Input, call: Call) => object, input: Input): string;
}

/** CloudWatch Logs of one account in virtual time; a given store makes it the successor of another. */
export function logsFixture(store: Store = memoryStore()): Fixture {
  const world = loneWorld('logs', { store });
  const { clock } = world;
  const state = createLogsState(world);
  return {
    clock,
    state,
    run: (operation, input) => operation(state, input, aCall),
    refusal: (operation, input) => refusalOf(() => operation(state, input, aCall)),
  };
}

/** The group `/app` with the streams `a` and `b`. */
export function withStreams(store?: Store): Fixture {
  const fixture = logsFixture(store);
  fixture.run(createLogGroup, { logGroupName: '/app' });
  for (const logStreamName of ['a', 'b']) fixture.run(createLogStream, { logGroupName: '/app', logStreamName });
  return fixture;
}

import { createRandom, createVirtualClock, type VirtualClock } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import type { Call } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { awsLike } from '../../timing.ts';
import type { World } from '../../world.ts';
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
  const clock = createVirtualClock();
  const world: World = {
    account: '000000000000',
    region: 'eu-central-1',
    clock,
    random: createRandom('logs'),
    timing: awsLike,
    tasks: {
      name: 'simulated',
      start: () => ({ release: () => {}, signal: () => {}, exec: () => {}, usage: (done) => done(undefined) }),
    },
    network: { locate: () => undefined, check: () => {} },
    store,
    use: () => {
      throw new Error('no other service in this world');
    },
  };
  const state = createLogsState(world);
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

/** The group `/app` with the streams `a` and `b`. */
export function withStreams(store?: Store): Fixture {
  const fixture = logsFixture(store);
  fixture.run(createLogGroup, { logGroupName: '/app' });
  for (const logStreamName of ['a', 'b']) fixture.run(createLogStream, { logGroupName: '/app', logStreamName });
  return fixture;
}

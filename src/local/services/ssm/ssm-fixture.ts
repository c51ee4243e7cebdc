import type * as sdk from '@aws-sdk/client-ssm';
import { createRandom, createVirtualClock } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import type { InputOf, OutputOf } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { awsLike } from '../../timing.ts';
import type { World } from '../../world.ts';
import { ssm } from './ssm.ts';

export interface SsmFixture {
  readonly world: World;
  /** Runs one operation by its name. */
  run<Of extends string>(name: Of, input: InputOf<typeof sdk, Of>): OutputOf<typeof sdk, Of>;
  /** The error that it answers with, as `Code: message`. */
  refusal<Of extends string>(name: Of, input: InputOf<typeof sdk, Of>): string;
}

/** Parameter Store of one account in virtual time; a given store makes it the successor of another. */
export function ssmFixture(store: Store = memoryStore()): SsmFixture {
  const world: World = {
    account: '000000000000',
    region: 'eu-central-1',
    clock: createVirtualClock(),
    random: createRandom('ssm'),
    timing: awsLike,
    tasks: {
      name: 'simulated',
      start: () => ({ release: () => {}, signal: () => {}, exec: () => {}, usage: (done) => done(undefined) }),
    },
    network: { locate: () => undefined, check: () => {} },
    store,
    use: (service) => service.create(world),
  };
  const state = ssm.create(world);
  const call = { requestId: '00000000-0000-0000-0000-000000000000', host: '127.0.0.1' };
  const run: SsmFixture['run'] = (name, input) => {
    const handler = ssm.operations[name];
    if (!handler) throw new Error(`no operation ${name}`);
    // The operation under a name has the types of that name.
    return handler(state, input as never, call) as never;
  };
  return {
    world,
    run,
    refusal(name, input) {
      try {
        run(name, input);
      } catch (error) {
        if (error instanceof AwsError) return `${error.code}: ${error.message}`;
        throw error;
      }
      return 'accepted';
    },
  };
}

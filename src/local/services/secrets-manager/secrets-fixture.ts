import type * as sdk from '@aws-sdk/client-secrets-manager';
import { createRandom, createVirtualClock, type VirtualClock } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import type { InputOf, OutputOf } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { awsLike } from '../../timing.ts';
import type { World } from '../../world.ts';
import { secretsManager } from './index.ts';
import type { SecretsState } from './state.ts';

export interface SecretsFixture {
  readonly clock: VirtualClock;
  readonly state: SecretsState;
  /** Runs one operation by its name, with a token where the SDK would fill one in. */
  run<Of extends string>(name: Of, input: InputOf<typeof sdk, Of>): OutputOf<typeof sdk, Of>;
  /** The error that it answers with, as `Code: message`. */
  refusal<Of extends string>(name: Of, input: InputOf<typeof sdk, Of>): string;
}

/** Secrets Manager of one account in virtual time; a given store makes it the successor of another. */
export function secretsFixture(store: Store = memoryStore()): SecretsFixture {
  const clock = createVirtualClock();
  const world: World = {
    account: '000000000000',
    region: 'eu-central-1',
    clock,
    random: createRandom('secrets'),
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
  const state = secretsManager.create(world);
  const call = { requestId: '00000000-0000-0000-0000-000000000000', host: '127.0.0.1' };
  const tokens = createRandom('tokens');
  const withToken = (name: string, input: unknown): unknown =>
    /^(CreateSecret|PutSecretValue|RotateSecret|UpdateSecret)$/.test(name)
      ? { ClientRequestToken: tokens.uuid(), ...Object(input) }
      : input;
  const run: SecretsFixture['run'] = (name, input) => {
    const handler = secretsManager.operations[name];
    if (!handler) throw new Error(`no operation ${name}`);
    // The operation under a name has the types of that name.
    return handler(state, withToken(name, input) as never, call) as never;
  };
  return {
    clock,
    state,
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

import type * as sdk from '@aws-sdk/client-secrets-manager';
import { createRandom, type VirtualClock } from '../../../base/index.ts';
import type { InputOf, OutputOf } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { aCall, loneWorld, refusalOf } from '../lone-world.ts';
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
  const world = loneWorld('secrets', { store });
  const { clock } = world;
  const state = secretsManager.create(world);
  const tokens = createRandom('tokens');
  const withToken = (name: string, input: unknown): unknown =>
    /^(CreateSecret|PutSecretValue|RotateSecret|UpdateSecret)$/.test(name)
      ? { ClientRequestToken: tokens.uuid(), ...Object(input) }
      : input;
  const run: SecretsFixture['run'] = (name, input) => {
    const handler = secretsManager.operations[name];
    if (!handler) throw new Error(`no operation ${name}`);
    // The operation under a name has the types of that name.
    return handler(state, withToken(name, input) as never, aCall) as never;
  };
  return {
    clock,
    state,
    run,
    refusal: (name, input) => refusalOf(() => run(name, input)),
  };
}

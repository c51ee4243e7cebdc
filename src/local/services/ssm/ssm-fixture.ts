import type * as sdk from '@aws-sdk/client-ssm';
import type { InputOf, OutputOf } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { aCall, loneWorld, refusalOf } from '../lone-world.ts';
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
  const world: World = { ...loneWorld('ssm', { store }), use: (service) => service.create(world) };
  const state = ssm.create(world);
  const run: SsmFixture['run'] = (name, input) => {
    const handler = ssm.operations[name];
    if (!handler) throw new Error(`no operation ${name}`);
    // The operation under a name has the types of that name.
    return handler(state, input as never, aCall) as never;
  };
  return {
    world,
    run,
    refusal: (name, input) => refusalOf(() => run(name, input)),
  };
}

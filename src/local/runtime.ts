import { type Clock, type Ms, ms } from '../base/index.ts';
import { createScope, type Scope } from './scoped-surroundings.ts';
import type { AnyService, Call, ServiceDefinition } from './service.ts';
import { createStaleReads } from './stale-reads.ts';
import { prefixedStore } from './store/prefixed-store.ts';
import type { Store } from './store/store.ts';
import { createThrottle } from './throttle.ts';
import type { Place } from './wire/caller.ts';
import { type AnsweredCall, createWire } from './wire/handle.ts';
import type { WireRequest, WireResponse } from './wire/message.ts';
import type { Surroundings, World } from './world.ts';

export interface RuntimeOptions {
  readonly surroundings: Surroundings;
  readonly store: Store;
  readonly services: readonly AnyService[];
  /** 12 digits: whose account a call is when its access key is not an account. */
  readonly defaultAccount: string;
  /** By AWS's token buckets, where AWS publishes them; calls are not throttled unless it is given. */
  readonly throttle?: 'aws' | undefined;
  /** How old the answer to an eventually consistent read may be; none is old unless it is given. */
  readonly staleReads?: Ms | undefined;
  /** Told of exceptions that handlers did not mean. Nothing is told to the client but a request id. */
  readonly onBug?: (error: unknown, what: string) => void;
  /** Told of each call once it is answered. */
  readonly onAnswered?: (call: AnsweredCall) => void;
  /** Told of the worlds there are, when one has come or all have gone. */
  readonly onWorlds?: (worlds: readonly World[]) => void;
}

/** The control plane of all accounts and regions, without sockets or files of its own. */
export interface Runtime {
  /** Answers one API call at this instant. */
  handle(request: WireRequest): WireResponse;
  /** The world of an account and region; made at the first use. */
  world(account: string, region: string): World;
  /** Worlds made so far. */
  worlds(): readonly World[];
  /** Brings every world back that the store knows of, with all its services: after a restart. */
  wake(): void;
  /** Empties all accounts and regions; what ran in them is killed. */
  reset(): void;
  /** Freezes all worlds and ends their tasks: SIGTERM, and SIGKILL to what is left after `grace`. */
  stop(grace: Ms): Promise<void>;
}

export function createRuntime(options: RuntimeOptions): Runtime {
  const { surroundings, store, services } = options;
  const inhabited = new Map<string, Inhabited>();

  const worlds = () => [...inhabited.values()].map(({ world }) => world);

  const at = (place: Place): World => {
    const key = `${place.account}/${place.region}`;
    const known = inhabited.get(key);
    if (known) return known.world;
    const made = inhabit(place, createScope(surroundings), prefixedStore(store, `${key}/`));
    inhabited.set(key, made);
    for (const service of services) if (service.watchesOthers) made.world.use(service);
    options.onWorlds?.(worlds());
    return made.world;
  };

  /** Nothing happens in the worlds from now on; they are made anew at their next use. */
  const leaveAll = (): readonly Inhabited[] => {
    const all = [...inhabited.values()];
    inhabited.clear();
    for (const { scope } of all) scope.close();
    options.onWorlds?.([]);
    return all;
  };
  const end = ({ states }: Inhabited) => {
    for (const service of services) {
      // A state under a service's name was made by that service.
      if (states.has(service.name)) service.close?.(states.get(service.name) as never);
    }
  };

  const throttle = options.throttle === 'aws' ? createThrottle(surroundings.clock) : undefined;
  const newStaleReads = () =>
    options.staleReads === undefined
      ? undefined
      : createStaleReads(surroundings.clock, surroundings.random.fork('stale-reads'), options.staleReads);
  let staleReads = newStaleReads();

  return {
    handle: createWire({
      services,
      defaultAccount: options.defaultAccount,
      random: surroundings.random.fork('request-ids'),
      invoke(place, service, operation, input, call) {
        throttle?.admit(place, service.name, operation);
        const answer = () => invoke(at(place), service, operation, input, call);
        return staleReads ? staleReads.read(place, { service: service.name, operation, input }, answer) : answer();
      },
      onBug: options.onBug ?? (() => {}),
      ...(options.onAnswered ? { onAnswered: options.onAnswered } : {}),
    }),
    world: (account, region) => at({ account, region }),
    worlds,
    wake() {
      for (const place of placesIn(store)) {
        const world = at(place);
        for (const service of services) world.use(service);
      }
    },
    reset() {
      staleReads = newStaleReads();
      for (const each of leaveAll()) {
        end(each);
        for (const task of each.scope.running()) task.signal('SIGKILL');
      }
      for (const name of store.names()) store.drop(name);
    },
    async stop(grace) {
      const all = leaveAll();
      const left = () => all.flatMap(({ scope }) => scope.running());
      for (const task of left()) task.signal('SIGTERM');
      await until(surroundings.clock, grace, () => left().length === 0);
      for (const each of all) end(each);
      for (const task of left()) task.signal('SIGKILL');
      await until(surroundings.clock, grace, () => left().length === 0);
    },
  };
}

interface Inhabited {
  readonly world: World;
  readonly scope: Scope;
  /** By the service's name. */
  readonly states: ReadonlyMap<string, unknown>;
}

function inhabit(place: Place, scope: Scope, store: Store): Inhabited {
  const states = new Map<string, unknown>();
  const world: World = {
    ...scope.surroundings,
    ...place,
    store,
    use<State>(service: Pick<ServiceDefinition<State>, 'name' | 'create'>): State {
      if (!states.has(service.name)) states.set(service.name, service.create(world));
      // The state under a service's name is what that service's `create` made.
      return states.get(service.name) as State;
    },
  };
  return { world, scope, states };
}

/** A service's own `create` made the state, and its own model shaped the input: both are of the types its handler names. */
function invoke(world: World, service: AnyService, operation: string, input: unknown, call: Call): object {
  const handler = service.operations[operation];
  if (!handler) throw new Error(`${service.name} has no handler for ${operation}`);
  return handler(world.use(service) as never, input as never, call);
}

function placesIn(store: Store): readonly Place[] {
  const places = new Map<string, Place>();
  for (const name of store.names()) {
    const [account, region] = name.split('/');
    if (account && region) places.set(`${account}/${region}`, { account, region });
  }
  return [...places.values()];
}

async function until(clock: Clock, atMost: Ms, condition: () => boolean): Promise<void> {
  const deadline = clock.monotonic() + atMost;
  while (!condition() && clock.monotonic() < deadline) await clock.sleep(ms(20));
}

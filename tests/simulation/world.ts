import type { Clients } from '../../src/aws/clients.ts';
import { createRandom, type Ms, type Random } from '../../src/base/index.ts';
import { createRuntime, memoryStore, type Runtime, services, type Timing, timings } from '../../src/local/index.ts';
import type { ScalingState } from '../../src/local/services/application-autoscaling/scaling-state.ts';
import type { EcsState } from '../../src/local/services/ecs/index.ts';
import { type ElbState, elbv2 } from '../../src/local/services/elbv2/index.ts';
import {
  type Behaviour,
  createSimulatedTasks,
  healthyBehaviour,
  type SimulatedTasks,
} from '../../src/local/tasks/simulated/index.ts';
import type { FaultRates } from './faults.ts';
import { createNetwork, type Network } from './network.ts';
import { type Actor, createScheduler, type Scheduler } from './scheduler.ts';
import { createSimulatedClients, type Stack } from './sdk.ts';
import { createTrace, type Trace } from './trace.ts';

export interface WorldOptions {
  readonly seed: string;
  readonly stack?: Stack;
  readonly rates?: FaultRates;
  /** How containers of an image behave; healthily where it is left out. */
  readonly behaviourOf?: (image: string) => Behaviour;
  readonly timing?: Timing['name'];
  /** By AWS's token buckets; calls are not throttled unless it is given. */
  readonly throttle?: 'aws' | undefined;
  /** Gets each line of the trace. */
  readonly listen?: (line: string) => void;
}

/** The control plane, the network to it and virtual time, all from one seed. */
export interface SimulatedWorld {
  readonly scheduler: Scheduler;
  readonly runtime: Runtime;
  readonly tasks: SimulatedTasks;
  readonly network: Network;
  readonly trace: Trace;
  /** The true state of the two services that a deployment changes. */
  readonly elb: ElbState;
  readonly ecs: EcsState;
  /** And of the scalable targets of these services. */
  readonly scaling: ScalingState;
  /** A stream of its own for each use, so that a new use does not reshuffle the others. */
  random(name: string): Random;
  /** A process with SDK clients of its own. */
  process(name: string, skew?: Ms): SimulatedProcess;
}

export interface SimulatedProcess {
  readonly actor: Actor;
  readonly clients: Clients;
  readonly random: Random;
}

export const account = '123456789012';
export const region = 'eu-west-1';

export function createWorld(options: WorldOptions): SimulatedWorld {
  const { seed, stack = 'trimmed', timing = 'aws-like', rates = {} } = options;
  const random = createRandom(seed);
  const scheduler = createScheduler();
  const trace = createTrace(options.listen);
  const tasks = createSimulatedTasks({
    clock: scheduler.clock,
    random: random.fork('tasks'),
    behaviourOf: options.behaviourOf ?? (() => healthyBehaviour),
  });
  const runtime = createRuntime({
    surroundings: {
      clock: scheduler.clock,
      random: random.fork('runtime'),
      timing: timings[timing],
      tasks: tasks.driver,
      network: tasks.network,
    },
    store: memoryStore(),
    services,
    defaultAccount: account,
    throttle: options.throttle,
    onBug: (error, what) => {
      throw new Error(`a bug of the runtime in ${what}`, { cause: error });
    },
  });
  const network = createNetwork({
    clock: scheduler.clock,
    server: runtime.handle,
    latencies: random.fork('latencies'),
    faults: random.fork('faults'),
    trace,
    rates,
  });
  const place = runtime.world(account, region);
  // The state under a service's name is what that service's `create` made.
  const stateOf = (wanted: string): unknown => {
    const service = services.find(({ name }) => name === wanted);
    if (!service) throw new Error(`the runtime has no ${wanted}`);
    return place.use(service);
  };
  return {
    scheduler,
    elb: place.use(elbv2),
    ecs: stateOf('ecs') as EcsState,
    scaling: stateOf('application-autoscaling') as ScalingState,
    runtime,
    tasks,
    network,
    trace,
    random: (name) => random.fork(name),
    process(name, skew) {
      const actor = scheduler.actor(name, skew);
      const own = random.fork(`process/${name}`);
      const clients = createSimulatedClients({ actor, network, stack, ids: own.fork('ids'), account, region });
      return { actor, clients, random: own };
    },
  };
}

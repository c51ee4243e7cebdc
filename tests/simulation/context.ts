import { createHash } from 'node:crypto';
import {
  applicationAutoScaling,
  awsAccountFacts,
  awsGroundwork,
  cloudWatchAlarms,
  cloudWatchMetrics,
  dynamoJournal,
  ecsFleet,
  elbTraffic,
} from '../../src/aws/index.ts';
import type { DeploymentEvent } from '../../src/deployment/index.ts';
import type { Context } from '../../src/operations/context.ts';
import type { Installation } from './installation.ts';
import { simulatedProber } from './simulated-prober.ts';
import type { SimulatedProcess, SimulatedWorld } from './world.ts';

/** What a command of one simulated process works with: the product's own adapters on that process's clients. */
export function createContext(
  world: SimulatedWorld,
  installation: Installation,
  { actor, clients, random }: SimulatedProcess,
  more: Pick<Context, 'guards'> & {
    readonly emit?: (event: DeploymentEvent) => void;
    readonly interrupt?: AbortSignal;
  } = {},
): Context {
  const { clock } = actor;
  const aws = { clients, clock, random: random.fork('retries') };
  const ids = random.fork('deployments');
  const { environment } = installation;
  return {
    environment,
    root: '/nowhere',
    project: 'shop',
    runtime: null,
    listeners: async () => new Map(),
    aws,
    clock,
    traffic: elbTraffic(aws),
    fleet: ecsFleet(aws),
    scaling: applicationAutoScaling(aws),
    alarms: cloudWatchAlarms(aws),
    metrics: cloudWatchMetrics(aws),
    groundwork: awsGroundwork(aws, awsAccountFacts(aws, environment.region, null)),
    prober: simulatedProber(world, installation, actor),
    // No simulated service asks for one.
    commands: { run: async () => ({ kind: 'not-started', why: 'there are no commands here' }) },
    journalOf: (table, service) => dynamoJournal(aws, table, environment.name, service),
    holder: { who: actor.name, where: 'sim', since: clock.now() },
    newId: () => `d-${ids.hex(12)}`,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    emit: more.emit ?? (() => undefined),
    note: () => undefined,
    interrupt: more.interrupt ?? new AbortController().signal,
    signal: new AbortController().signal,
    ...(more.guards && { guards: more.guards }),
  };
}

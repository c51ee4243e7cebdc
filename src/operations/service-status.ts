import { err, isoTime, ok, type Result } from '../base/index.ts';
import {
  type AlarmReading,
  type Color,
  type DeploymentState,
  type Entry,
  type FleetReading,
  fold,
  healthyAny,
  healthyOf,
  isRunning,
  keepWarmLeftMs,
  type LeaseReading,
  type Limits,
  type Plan,
  primaryOf,
  type StreamState,
  type Weights,
  weightsOf,
} from '../deployment/index.ts';
import type { Context } from './context.ts';
import { findJournal, seemsLost } from './desk.ts';
import type { OperationRefusal } from './refusal.ts';
import { discoverSite } from './site.ts';

export interface ColorNow {
  readonly healthy: number;
  readonly running: number;
  readonly desired: number;
  readonly taskDefinition: string | null;
}

/** The limits of a deployment, and the alarms that it watches as they stand. */
export interface WatchNow {
  readonly limits: Limits;
  /** Whether the limits hold for what CloudWatch counts too. */
  readonly metrics: boolean;
  readonly alarms: readonly WatchedAlarm[];
}

/** `reading` is undefined where CloudWatch has no such alarm, or does not answer. */
export interface WatchedAlarm {
  readonly name: string;
  readonly reading: AlarmReading | undefined;
}

/** One service as it is now: AWS's truth, and what the journal meant. */
export interface ServiceStatus {
  readonly service: string;
  readonly url: string | null;
  readonly weights: Weights | null;
  readonly colors: Readonly<Record<Color, ColorNow>>;
  /** Null before the first deployment. */
  readonly deployment: DeploymentState | null;
  readonly state: StreamState;
  /** Of the present or last deployment. */
  readonly entries: readonly Entry[];
  readonly lease: LeaseReading | null;
  /** A deployment runs and its driver is lost or gave it up. */
  readonly orphan: boolean;
  /** What the present or last deployment is judged by; null before the first. */
  readonly watch: WatchNow | null;
  /** Until the former colour is scaled down; null where nothing is kept warm, infinite for `always`. */
  readonly keepWarmMs: number | null;
}

/** Reads the status of one service. Changes nothing. */
export async function serviceStatus(
  context: Context,
  service: string,
): Promise<Result<ServiceStatus, OperationRefusal>> {
  const { signal, environment, clock } = context;
  const discovered = await discoverSite(context.aws, environment.name, service, signal);
  if (!discovered.ok) return err({ kind: 'site', error: discovered.error });
  const journal = await findJournal(context, service, signal);
  if (!journal.ok) return journal;
  const { site } = discovered.value;
  const [traffic, fleet, tail, lease, listeners] = await Promise.all([
    context.traffic.read(site, signal),
    context.fleet.read(site, undefined, signal),
    journal.value.readTail(signal),
    journal.value.readLease(signal),
    context.listeners(),
  ]);
  for (const reading of [traffic, fleet, tail, lease])
    if (!reading.ok) return err({ kind: 'journal', error: reading.error });
  if (!traffic.ok || !fleet.ok || !tail.ok || !lease.ok) throw new Error('every failed reading was returned');
  const state = fold(tail.value);
  const deployment = state.deployment ?? null;
  const watch = deployment && (await watchNow(context, deployment.plan));
  const held = lease.value ?? null;
  const orphan = isRunning(state) && (held === null || held.released || seemsLost(held, clock));
  return ok({
    service,
    url: urlOf(discovered.value.service.places[0], listeners),
    weights: weightsOf(traffic.value) ?? null,
    colors: { blue: colorNow(fleet.value, 'blue', state), green: colorNow(fleet.value, 'green', state) },
    deployment,
    state,
    entries: tail.value,
    lease: held,
    orphan,
    watch,
    keepWarmMs:
      deployment?.outcome && fleet.value[deployment.plan.from].desired > 0
        ? warmLeft(deployment, isoTime(clock.now()))
        : null,
  });
}

/** Best effort: an alarm that can't be read hides nothing else. */
async function watchNow(context: Context, { limits, watched }: Plan): Promise<WatchNow> {
  const names = watched?.alarms ?? [];
  const found = names.length > 0 ? await context.alarms.read(names, context.signal) : ok([]);
  const readings = found.ok ? found.value : [];
  return {
    limits,
    metrics: watched?.metrics ?? false,
    alarms: names.map((name) => ({ name, reading: readings.find((reading) => reading.name === name) })),
  };
}

function warmLeft(deployment: DeploymentState, at: string): number | null {
  if (deployment.outcome?.name !== 'succeeded' || deployment.scaledDown.includes(deployment.plan.from)) return null;
  return Math.max(0, keepWarmLeftMs(deployment, deployment.plan.from, { at }));
}

/** While a deployment runs, only tasks of its own revision count in the colour that it fills. */
function colorNow(fleet: FleetReading, color: Color, state: StreamState): ColorNow {
  const reading = fleet[color];
  const { deployment } = state;
  const filled = deployment !== undefined && isRunning(state) && deployment.plan.to === color;
  return {
    healthy: filled ? healthyOf(reading, deployment.taskDefinition ?? '') : healthyAny(reading),
    running: reading.running,
    desired: reading.desired,
    taskDefinition: primaryOf(reading)?.taskDefinition ?? null,
  };
}

function urlOf(
  place: { rule: string } | { listener: string } | undefined,
  listeners: ReadonlyMap<string, string> | undefined,
): string | null {
  if (!place || !listeners) return null;
  const key = 'rule' in place ? place.rule : place.listener;
  for (const [listener, url] of listeners) {
    if (key === listener || key.startsWith(listener.replace(':listener/', ':listener-rule/'))) return url;
  }
  return null;
}

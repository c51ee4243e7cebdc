import { err, ok, type Result } from '../base/index.ts';
import type { WebService } from '../config/index.ts';
import { alarmNames } from './alarm-names.ts';
import { healthyAny, primaryOf } from './capacity.ts';
import { type Color, otherColor } from './color.ts';
import type { Check, Identity, Plan, ProbeRoute, Step, Timings } from './plan.ts';
import { planScaling, planScalingAlike } from './plan-scaling.ts';
import type { ColorReading, FleetReading, TrafficReading } from './readings.ts';
import { containerName, type ResolvedImage, renderTaskDefinition, revisionOf } from './render.ts';
import type { ScalingReading } from './scaling.ts';
import type { SecretNow } from './secrets.ts';
import type { Site } from './site.ts';
import type { StreamState } from './state.ts';
import { namedOnly, showing, weightsOf, weightsShown } from './strange.ts';
import { fullColor, percent, type Weights } from './weights.ts';

/** Why a deployment must not start: nothing was changed. */
export type Refusal =
  | { readonly kind: 'groups-not-named'; readonly found: Partial<Weights> }
  /** No colour has all of the traffic. `known` is what teal wrote last. */
  | { readonly kind: 'split'; readonly found: Weights; readonly known: Weights | null }
  /** Several places, and they don't show the same weights. */
  | { readonly kind: 'places-differ'; readonly found: readonly Partial<Weights>[] }
  | { readonly kind: 'already-live'; readonly color: Color }
  | { readonly kind: 'no-former' }
  /** The last deployment was a rollback: a second press must not bring back what was fled from. */
  | { readonly kind: 'rolled-back-already'; readonly from: Color; readonly at: string }
  /** Its tasks are gone; `former` is what ran there, as far as that is known. */
  | {
      readonly kind: 'former-is-cold';
      readonly color: Color;
      readonly former: { readonly taskDefinition: string; readonly revision: string } | null;
    }
  | { readonly kind: 'never-deployed' }
  /** Checks are asked for, and no probe reaches the load balancer from here. */
  | { readonly kind: 'cannot-verify' }
  | { readonly kind: 'nothing-to-repair' }
  | { readonly kind: 'accept-needs-full-weight'; readonly found: Partial<Weights> };

/** What every plan is computed from: the world as just read, the journal's fold, and the caller's choices. */
export interface Circumstances {
  readonly id: string;
  readonly service: WebService;
  readonly site: Site;
  readonly state: StreamState;
  readonly traffic: TrafficReading;
  readonly fleet: FleetReading;
  /** Limits of autoscaling, where they were read: null where the number of tasks is fixed. */
  readonly scaling: ScalingReading | null;
  /** Read for a deployment only: nothing else renders a task definition anew. */
  readonly secrets: readonly SecretNow[];
  readonly route: Reachable | null;
  readonly pace: Pick<Timings, 'pollMs' | 'clockSkewSeconds' | 'probesPerSecond'>;
}

/** How the load balancer is reached from here. */
export interface Reachable extends Pick<ProbeRoute, 'origin'> {
  /** The host of the route that takes a path: a service may have several. */
  readonly hostOf: (path: string) => string;
}

/** Plans to make a revision live on the colour that is idle. `bakeSeconds` replaces the service's own, also for a first deployment. */
export function planDeploy(
  given: Circumstances,
  image: ResolvedImage,
  sha256: (text: string) => string,
  bakeSeconds?: number,
): Result<Plan, Refusal> {
  const { service, site, id } = given;
  const live = liveColor(given);
  if (!live.ok) return live;
  if (!given.route && service.deployment.verification.length > 0) return err({ kind: 'cannot-verify' });
  const first = isFirst(given, live.value);
  const to = otherColor(live.value);
  const revision = revisionOf(service, site, image, given.secrets, sha256);
  return ok({
    ...common(given, live.value),
    kind: 'deploy',
    first,
    watched: { alarms: alarmNames(service, site.environment.name), metrics: true },
    scaling: planScaling(service.scaling, given.scaling, given.state.deployment, live.value, first),
    revision,
    wish: {
      kind: 'register',
      definition: renderTaskDefinition(service, site, image, given.secrets, {
        color: to,
        revision: revision.id,
        deployment: id,
      }),
    },
    steps: first
      ? allAtOnce
      : service.deployment.steps.map(
          ({ weight, hold }): Step => ({ weight: percent(weight), bakeSeconds: hold.bakeSeconds }),
        ),
    bakeSeconds: bakeSeconds ?? (first ? 0 : service.deployment.bakeSeconds),
    verification: checksOf(given),
  });
}

/** The checks that a new colour must pass. */
export const checksOf = ({ service, route }: Circumstances): readonly Check[] =>
  service.deployment.verification.map((check) =>
    check.kind === 'http' ? { ...check, host: route?.hostOf(check.path) ?? '' } : check,
  );

/** Plans to move all traffic to the other colour as it is. */
export function planSwitch(given: Circumstances, to: Color): Result<Plan, Refusal> {
  const live = liveColor(given);
  if (!live.ok) return live;
  if (live.value === to) return err({ kind: 'already-live', color: to });
  if (isFirst(given, live.value)) return err({ kind: 'never-deployed' });
  return existing(given, 'switch', live.value);
}

/** Plans to make the former revision live again: the journal's, or the colour that a person named. */
export function planRollback(given: Circumstances, to: Color | undefined): Result<Plan, Refusal> {
  const live = liveColor(given);
  if (!live.ok) return live;
  const { former, live: recorded, deployment: last } = given.state;
  if (
    to === undefined &&
    last?.plan.kind === 'rollback' &&
    last.outcome?.name === 'succeeded' &&
    last.plan.to === live.value
  ) {
    return err({ kind: 'rolled-back-already', from: last.plan.from, at: last.closedAt ?? last.openedAt });
  }
  const known = former && recorded?.color === live.value && former.color !== live.value ? former.color : undefined;
  const target = to ?? known;
  if (target === undefined) return err({ kind: 'no-former' });
  if (target === live.value) return err({ kind: 'already-live', color: target });
  // Somebody else may have put another version where the former was.
  const runs = primaryOf(given.fleet[target])?.taskDefinition;
  if (to === undefined && former && runs !== former.taskDefinition)
    return err({ kind: 'former-is-cold', color: target, former });
  return existing(given, 'rollback', live.value);
}

/**
 * Plans what ends `halted`: `accept` takes the weights as found, `restore` writes the last ones teal knew (after a
 * halt in mid-shift: the former colour's), `former` goes back to where the halted deployment came from.
 */
export function planRepair(given: Circumstances, how: 'accept' | 'restore' | 'former'): Result<Plan, Refusal> {
  const found = weightsOf(given.traffic);
  const halted = given.state.deployment;
  if (how === 'accept') {
    const full = found && fullColor(found);
    if (!full) return err({ kind: 'accept-needs-full-weight', found: showing(given.traffic) });
    return repair(given, otherColor(full));
  }
  const last = how === 'restore' && given.state.weights ? fullColor(given.state.weights) : undefined;
  const target = last ?? halted?.plan.from;
  if (!target) return err({ kind: 'nothing-to-repair' });
  return repair(given, otherColor(target));
}

export const allAtOnce: readonly Step[] = [{ weight: percent(100), bakeSeconds: 0 }];

function repair(given: Circumstances, from: Color): Result<Plan, Refusal> {
  return existing(given, 'repair', from);
}

/** A plan without a new revision: what runs in the other colour gets all of the traffic in one step. */
function existing(given: Circumstances, kind: 'switch' | 'rollback' | 'repair', from: Color): Result<Plan, Refusal> {
  const to = otherColor(from);
  const reading = given.fleet[to];
  const taskDefinition = primaryOf(reading)?.taskDefinition;
  if (taskDefinition === undefined || (kind !== 'repair' && isCold(reading)))
    return err({ kind: 'former-is-cold', color: to, former: formerOf(given, to, taskDefinition) });
  const recorded = [given.state.former, given.state.live].find((known) => known?.taskDefinition === taskDefinition);
  return ok({
    ...common(given, from),
    kind,
    first: false,
    scaling: planScalingAlike(given.state.deployment, from),
    revision: { id: recorded?.revision ?? 'unknown', digest: '' },
    wish: { kind: 'existing', taskDefinition },
    steps: allAtOnce,
    bakeSeconds: 0,
    verification: [],
  });
}

/** A colour that was just scaled to 0 still shows healthy targets for seconds: its tasks are about to stop. */
const isCold = (reading: ColorReading): boolean => reading.desired === 0 || healthyAny(reading) === 0;

/** What ran in a colour whose tasks are gone: as the journal knows it, else what its ECS service names. */
function formerOf({ state: { former } }: Circumstances, color: Color, taskDefinition: string | undefined) {
  if (former?.color === color) return former;
  return taskDefinition === undefined ? null : { taskDefinition, revision: '' };
}

export function common(given: Circumstances, from: Color) {
  const { id, service, site, route, pace } = given;
  const { deployment } = service;
  const identity = identityOf(service);
  const path = identity?.path ?? service.targetHealthCheck.path;
  return {
    schema: 1 as const,
    id,
    site,
    from,
    to: otherColor(from),
    container: { name: containerName, port: service.port },
    minimumTasks: service.scaling.min,
    keepWarmSeconds: deployment.keepWarmSeconds,
    identity,
    route: route && { origin: route.origin, host: route.hostOf(path), path },
    limits: deployment.limits,
    onInterrupt: deployment.onInterrupt,
    timings: {
      ...pace,
      healthTimeoutSeconds: deployment.healthTimeoutSeconds,
      deregistrationDelaySeconds: service.deregistrationDelaySeconds,
      trafficSettleSeconds: site.environment.trafficSettleSeconds,
    },
  };
}

function identityOf(service: WebService): Identity | null {
  const { identity } = service.deployment;
  if (!identity) return null;
  return identity.kind === 'header' ? { ...identity, path: service.targetHealthCheck.path } : identity;
}

/** The colour with all of the traffic, as the load balancer says: AWS is the truth about what is. */
export function liveColor({ traffic, state }: Circumstances): Result<Color, Refusal> {
  const testNamed = traffic.test.every(({ blue, green }) => blue !== undefined && green !== undefined);
  const found = weightsOf(traffic);
  if (!found && testNamed && weightsShown(traffic).length > 1)
    return err({ kind: 'places-differ', found: traffic.production.map(namedOnly) });
  if (!found || !testNamed) return err({ kind: 'groups-not-named', found: showing(traffic) });
  const full = fullColor(found);
  return full ? ok(full) : err({ kind: 'split', found, known: state.weights });
}

/** Nothing of this service ever had traffic, as far as the journal knows, and nothing runs where the traffic goes. */
const isFirst = ({ state, fleet }: Circumstances, live: Color): boolean =>
  state.live === null && fleet[live].desired === 0 && fleet[live].running === 0;

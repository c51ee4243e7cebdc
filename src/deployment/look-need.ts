import { unreachable } from '../base/index.ts';
import type { Action } from './action.ts';
import { primaryOf } from './capacity.ts';
import type { Color } from './color.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import type { ServiceReading, TargetReading, TaskReading } from './readings.ts';
import type { DeploymentState, StreamState } from './state.ts';
import { percent, shareOf, weightsFor } from './weights.ts';

/**
 * What a look must have read by itself, in order. `some` may rest on earlier looks; `targets` has the weights and the new
 * colour's targets of now; `capacity` its tasks and both services too; `all` also the evidence against a colour.
 */
export type Depth = 'some' | 'targets' | 'capacity' | 'all';

/** What earlier looks left, and how old it is. Infinite ages where nothing was read. */
export interface Ages {
  readonly servicesMs: number;
  readonly tasksMs: number;
  readonly targetsMs: Readonly<Record<Color, number>>;
}

/** Of so many polling periods: weights while a colour is filled, a hold's counts, tasks of an unchanged service, and live's targets. */
const weightsLast = 1.5;
const servicesLast = 1.5;
const tasksLast = 4.5;
const watchedTargetsLast = 4.5;
/** Tasks that do not run after so many are slow to start. */
const startsAfter = 4;

/** What must have been read for an action to be done; otherwise it is decided again on such a look. */
export function depthFor(action: Action, plan: Plan): Depth {
  switch (action.do) {
    case 'set-weights':
      return takesBack(plan) ? 'targets' : 'capacity';
    case 'update-service':
    case 'set-limits':
    case 'close':
      return 'capacity';
    case 'enter':
      if (action.phase === 'rolling-back') return action.because && 'evidence' in action.because ? 'all' : 'some';
      return action.phase === 'verifying' ? 'capacity' : 'some';
    case 'set-test-weights':
      return 'targets';
    case 'wait':
    case 'accept':
    case 'register':
    case 'verify':
    case 'rest':
      return 'some';
    default:
      return unreachable(action);
  }
}

export const isAsDeep = (read: Depth, needed: Depth): boolean => depths.indexOf(read) >= depths.indexOf(needed);

const depths: readonly Depth[] = ['some', 'targets', 'capacity', 'all'];

/** How deep a look goes at once: where a weight is about to be raised that is known before. */
export function depthOf({ weights, deployment }: StreamState): Depth {
  if (!deployment || deployment.outcome) return 'all';
  const { plan, phase } = deployment;
  // What is shifted at once is shifted on this look, if that is possible.
  if (phase.name === 'preparing' && plan.wish.kind === 'existing') return takesBack(plan) ? 'targets' : 'capacity';
  const step = phase.name === 'shifting' ? plan.steps[phase.step]?.weight : phase.name === 'baking' ? 100 : undefined;
  if (step === undefined) return 'some';
  const written = weights ? shareOf(plan.to, weights) : 0;
  const due = shareOf(plan.to, weightsFor(plan.to, percent(step)));
  if (Math.abs(written - due) < 0.001) return endsNow(deployment) ? 'capacity' : 'some';
  // The way back to a colour that still runs rests on its targets: ECS need not answer (design, invariant 8).
  return takesBack(plan) ? 'targets' : 'capacity';
}

/** Nothing more is watched: the outcome follows, and rests on what runs. */
const endsNow = ({ plan, phase }: DeploymentState): boolean =>
  plan.bakeSeconds === 0 &&
  (phase.name === 'baking' || (plan.steps[phase.step]?.bakeSeconds === 0 && phase.step === plan.steps.length - 1));

/** Back to a colour that was live and still runs: any healthy target is better than what is left behind, and nothing returns there. */
export const takesBack = ({ kind, wish }: Plan): boolean =>
  (kind === 'rollback' || kind === 'repair') && wish.kind === 'existing';

/**
 * Whether the weights are read. While the new colour is filled nothing is written by which another's write could be
 * lost: there it is soon enough noticed by every second look.
 */
export const needsWeights = (deployment: DeploymentState | undefined, depth: Depth, ageMs: number): boolean =>
  depth !== 'some' ||
  deployment?.phase.name !== 'provisioning' ||
  deployment.outcome !== undefined ||
  ageMs > weightsLast * deployment.plan.timings.pollMs;

/** Whether people's requests are looked for between two renewals of the lease, which tell them too: where they wait for one. */
export const needsRequests = ({ deployment }: StreamState): boolean =>
  deployment !== undefined && (deployment.phase.name === 'shifting' || deployment.phase.name === 'baking');

/** Whether the counts and ECS deployments of both services are asked for: one call. */
export function needsServices({ plan, phase }: DeploymentState, depth: Depth, { servicesMs }: Ages): boolean {
  if (isAsDeep(depth, 'capacity')) return true;
  if (takesBack(plan) && (depth === 'targets' || phase.name === 'preparing')) return false;
  const holds = phase.name === 'shifting' || phase.name === 'baking';
  return !holds || servicesMs > servicesLast * plan.timings.pollMs;
}

/** Whose targets are asked for. Until ECS calls the rollout completed, none of the new colour's count. */
export function targetsNeeded(
  deployment: DeploymentState,
  depth: Depth,
  to: ServiceReading,
  { targetsMs }: Ages,
): readonly Color[] {
  const { plan, phase } = deployment;
  if (depth === 'all') return [plan.to, plan.from];
  const counts =
    isAsDeep(depth, 'targets') ||
    !(phase.name === 'preparing' || phase.name === 'provisioning') ||
    isRolledOut(deployment, to);
  const watched = !plan.first && targetsMs[plan.from] > watchedTargetsLast * plan.timings.pollMs;
  return [...(counts && phase.name !== 'rolling-back' ? [plan.to] : []), ...(watched ? [plan.from] : [])];
}

/**
 * Whether the new colour's tasks are listed and described again. What is known of a task holds while its service shows
 * the same counts and deployments, and no target is in service that belongs to none of them.
 */
export function needsTasks(
  { plan }: DeploymentState,
  depth: Depth,
  before: ServiceReading | undefined,
  now: ServiceReading,
  tasks: readonly TaskReading[],
  targets: readonly TargetReading[],
  { tasksMs }: Ages,
): boolean {
  if (depth === 'targets') return false;
  if (isAsDeep(depth, 'capacity') || tasksMs > tasksLast * plan.timings.pollMs) return true;
  if (JSON.stringify(before) !== JSON.stringify(now)) return true;
  const known = new Set(tasks.map((task) => task.address));
  return targets.some((target) => target.state !== 'draining' && !known.has(target.address));
}

/** Whether stopped tasks may tell something. A task that has just died is missing before its service counts it out. */
export function isTroubled({ running, desired, deployments }: ServiceReading, tasks: readonly TaskReading[]): boolean {
  const alive = Math.min(running, tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length);
  return (
    alive < desired ||
    deployments.some(({ failedTasks, rolloutState }) => failedTasks > 0 || rolloutState !== 'COMPLETED')
  );
}

/**
 * How long until the next look. ECS takes tens of seconds to start what is not running yet, and nothing can be decided
 * before: after a while these looks are twice as far apart.
 */
export function nextLookMs(
  { plan, phase }: DeploymentState,
  action: Action & { readonly do: 'wait' },
  { phaseMs, fleet }: Pick<Observation, 'phaseMs' | 'fleet'>,
): number {
  const { pollMs } = plan.timings;
  const { running, desired } = fleet[plan.to];
  const starts = phase.name === 'provisioning' && action.for === 'healthy-tasks' && running < desired;
  return starts && phaseMs > startsAfter * pollMs ? Math.max(action.ms, 2 * pollMs) : action.ms;
}

function isRolledOut(deployment: DeploymentState, to: ServiceReading): boolean {
  const primary = primaryOf(to);
  return primary?.taskDefinition === deployment.taskDefinition && primary?.rolloutState === 'COMPLETED';
}

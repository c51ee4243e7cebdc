import type { Color } from './color.ts';
import type { Act } from './entry.ts';
import type { Guards } from './guards.ts';
import type { Observation } from './observation.ts';
import type { ScalingLimits } from './scaling.ts';
import type { DeploymentState } from './state.ts';
import { weightsOf } from './strange.ts';

/** How long an answered RegisterScalableTarget may stay invisible (AAS-API: not immediately consistent). */
const limitsShowMs = 15_000;
/** An end that gets no answer this often is left to the due work: the outcome does not wait for it. */
const triesAtTheEnd = 3;

type SetLimits = Extract<Act, { do: 'set-limits' }>;

/**
 * Before the UpdateService that fills the new colour: what runs there is held. The minimum is not raised beyond it:
 * RegisterScalableTarget starts what is missing at once (AAS-API/API_RegisterScalableTarget), and that would be tasks
 * of the revision that is about to be replaced.
 */
export function floorBeforeUpdate(
  deployment: DeploymentState,
  seen: Observation,
  guards: Guards,
  required: number,
): SetLimits | undefined {
  const { to } = deployment.plan;
  return raiseFloor(deployment, seen, guards, to, Math.min(required, seen.fleet[to].desired));
}

/** From that UpdateService on the new colour keeps what the next weight rests on. */
export const floorOfNew = (
  deployment: DeploymentState,
  seen: Observation,
  guards: Guards,
  required: number,
): SetLimits | undefined => raiseFloor(deployment, seen, guards, deployment.plan.to, required);

/** While steps run either colour may have to carry everything. */
export function floorsForSteps(
  deployment: DeploymentState,
  seen: Observation,
  guards: Guards,
  required: number,
): SetLimits | undefined {
  const { from, first } = deployment.plan;
  return (
    floorOfNew(deployment, seen, guards, required) ??
    (first ? undefined : raiseFloor(deployment, seen, guards, from, seen.fleet[from].running))
  );
}

/** At the end of a deployment that succeeds the limits move to the new colour; the former is held while it is warm. */
export function limitsAfter(deployment: DeploymentState, seen: Observation, guards: Guards): SetLimits | undefined {
  const { from, to, first, scaling } = deployment.plan;
  if (!scaling) return undefined;
  const desired = Math.max(seen.fleet[to].desired, seen.fleet[to].running);
  const floor = first ? undefined : raiseFloor(deployment, seen, guards, from, seen.fleet[from].running);
  return (
    unlessGivenUp(deployment, floor) ??
    unlessGivenUp(deployment, exactly(deployment, seen, to, { ...scaling.after, max: atLeast(scaling.after, desired) }))
  );
}

/** What the new colour must keep: once its limits are its own, autoscaling may choose fewer tasks than it was raised with. */
export function heldTasks({ plan, raisedWith, limits, unanswered }: DeploymentState): number {
  const isOwn =
    limits[plan.to]?.schedules === 'active' ||
    unanswered.some((act) => act.do === 'set-limits' && act.color === plan.to && act.schedules === 'active');
  return plan.scaling && isOwn ? Math.min(raisedWith, plan.scaling.after.min) : raisedWith;
}

/** When a deployment is taken back its former colour gets its limits back. What never had traffic may shrink. */
export function limitsBack(deployment: DeploymentState, seen: Observation): SetLimits | undefined {
  const { from, to, scaling } = deployment.plan;
  if (!scaling) return undefined;
  const former = { ...scaling.before, max: atLeast(scaling.before, deployment.floors[from] ?? 0) };
  return (
    (isLeftOver(deployment, seen, from, former) &&
      unlessGivenUp(deployment, exactly(deployment, seen, from, former))) ||
    (isUnused(deployment) && weightsOf(seen.traffic)?.[to] === 0
      ? unlessGivenUp(deployment, limitsDown(deployment, seen, to))
      : undefined)
  );
}

/**
 * The new colour was filled, or may have been, and this deployment gave it no traffic. A warm one may have had its minimum
 * before; one that a repair finds live keeps it.
 */
const isUnused = (deployment: DeploymentState): boolean =>
  !deployment.carried && (deployment.provisioned || isTouched(deployment, deployment.plan.to));

/** After the outcome: the live colour's limits, where the driver could not write them. */
export function limitsOfLive(deployment: DeploymentState, seen: Observation, live: Color): SetLimits | undefined {
  const { to, scaling } = deployment.plan;
  const written = deployment.limits[live];
  if (!scaling) return undefined;
  const wanted = live === to ? scaling.after : scaling.before;
  if (!isLeftOver(deployment, seen, live, wanted)) return undefined;
  // Whatever a person or a schedule has made of them since is theirs; a floor of ours that landed late is not.
  const isWritten = written?.min === wanted.min && written.schedules === wanted.schedules;
  if (isWritten && (!isOurFloor(deployment, seen, live) || seen.sinceActMs < limitsShowMs)) return undefined;
  const { desired, running } = seen.fleet[live];
  return { do: 'set-limits', color: live, ...wanted, max: atLeast(wanted, Math.max(desired, running)) };
}

const isOurFloor = ({ floors }: DeploymentState, seen: Observation, color: Color): boolean => {
  const shown = seen.scaling?.[color];
  return shown?.schedules === 'suspended' && shown.min === floors[color];
};

/** A warm colour follows the live one upwards: it may have to carry all that live carries. */
export function followLive(
  deployment: DeploymentState,
  seen: Observation,
  guards: Guards,
  warm: Color,
  live: Color,
): SetLimits | undefined {
  if (deployment.plan.first || seen.fleet[warm].desired === 0) return undefined;
  return raiseFloor(deployment, seen, guards, warm, seen.fleet[live].running);
}

/** The step before desired count 0: a minimum above it would start the tasks again. */
export function limitsDown(deployment: DeploymentState, seen: Observation, color: Color): SetLimits | undefined {
  const { scaling } = deployment.plan;
  if (!scaling) return undefined;
  const { desired, running } = seen.fleet[color];
  const max = Math.max(scaling.after.max, desired, running, deployment.floors[color] ?? 0);
  return exactly(deployment, seen, color, { min: 0, max, schedules: 'suspended' });
}

function raiseFloor(
  deployment: DeploymentState,
  seen: Observation,
  guards: Guards,
  color: Color,
  tasks: number,
): SetLimits | undefined {
  const { scaling } = deployment.plan;
  if (!scaling || !guards.has('limits')) return undefined;
  // A colour that is repaired is live and has its own minimum: a floor never lies below it.
  const own = seen.fleet[color].desired > 0 ? (seen.scaling?.[color]?.min ?? 0) : 0;
  const min = Math.max(tasks, deployment.floors[color] ?? 0, own);
  const max = Math.max(scaling.after.max, scaling.before.max, min, seen.fleet[color].desired);
  const holds = (limits: ScalingLimits): boolean =>
    limits.min >= min && limits.max >= min && limits.schedules === 'suspended';
  return isSo(deployment, seen, color, holds)
    ? undefined
    : { do: 'set-limits', color, min, max, schedules: 'suspended' };
}

function exactly(
  deployment: DeploymentState,
  seen: Observation,
  color: Color,
  limits: ScalingLimits,
): SetLimits | undefined {
  const same = ({ min, schedules }: ScalingLimits): boolean => min === limits.min && schedules === limits.schedules;
  return isSo(deployment, seen, color, same) ? undefined : { do: 'set-limits', color, ...limits };
}

/** As AWS shows it, or as it was written a moment ago and may not show yet. */
function isSo(
  deployment: DeploymentState,
  seen: Observation,
  color: Color,
  fits: (limits: ScalingLimits) => boolean,
): boolean {
  const shown = seen.scaling?.[color];
  const written = deployment.limits[color];
  const isWritten = written !== undefined && fits(written);
  if (!shown) return isWritten;
  // What was written since it was read is not in it: a reading is seconds old, and AWS may show what was before.
  if (fits(shown)) return isWritten || (written === undefined && !isAwaited(deployment, color));
  return isWritten && seen.sinceActMs < limitsShowMs;
}

const isAwaited = ({ unanswered }: DeploymentState, color: Color): boolean =>
  unanswered.some((act) => act.do === 'set-limits' && act.color === color);

/** This deployment has changed, or may have changed, the colour's limits. */
const isTouched = ({ limits, floors }: DeploymentState, color: Color): boolean =>
  limits[color] !== undefined || floors[color] !== undefined;

/** Limits that are not a colour's own: of this deployment, or of an earlier one that halted. */
const isLeftOver = (deployment: DeploymentState, seen: Observation, color: Color, own: ScalingLimits): boolean =>
  isTouched(deployment, color) ||
  (own.schedules === 'active' &&
    seen.scaling?.[color]?.schedules === 'suspended' &&
    deployment.limits[color] === undefined);

/** A maximum below what runs would shrink it. */
const atLeast = ({ max }: ScalingLimits, tasks: number): number => Math.max(max, tasks);

function unlessGivenUp(deployment: DeploymentState, act: SetLimits | undefined): SetLimits | undefined {
  if (!act || deployment.limitsRefused) return undefined;
  const tries = deployment.unanswered.filter((other) => other.do === 'set-limits' && other.color === act.color);
  return tries.length < triesAtTheEnd ? act : undefined;
}

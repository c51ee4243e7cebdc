import type { Color } from './color.ts';
import type { PlannedScaling, ScalingLimits, ScalingReading } from './scaling.ts';
import type { DeploymentState } from './state.ts';

/** What a service's JSON says of its limits. */
export interface ConfiguredScaling {
  readonly min: number;
  readonly max: number;
  readonly schedules: readonly { readonly min: number | null; readonly max: number | null }[];
}

/**
 * The limits before and after a deployment of a new revision. Null where a colour has no scalable target: the number of
 * tasks is fixed.
 */
export function planScaling(
  configured: ConfiguredScaling,
  found: ScalingReading | null,
  last: DeploymentState | undefined,
  from: Color,
  first: boolean,
): PlannedScaling | null {
  const [live, idle] = [found?.[from], found?.[from === 'blue' ? 'green' : 'blue']];
  if (!live || !idle) return null;
  const own: ScalingLimits = { min: configured.min, max: configured.max, schedules: 'active' };
  if (first) return { before: live, after: own };
  const before = atRest(live, last, from) ?? own;
  return { before, after: bySchedule(configured, before) };
}

/** The same for what is live or was: the limits go with the traffic, as the last deployment left them or meant to. */
export function planScalingAlike(last: DeploymentState | undefined, from: Color): PlannedScaling | null {
  const limits = last && meant(last, from);
  return limits ? { before: limits, after: limits } : null;
}

/** What was found, unless an earlier deployment raised it and did not get round to putting it back. */
function atRest(found: ScalingLimits, last: DeploymentState | undefined, live: Color): ScalingLimits | undefined {
  if (found.min > 0 && found.schedules === 'active') return found;
  return last && meant(last, live);
}

/** The limits that the last deployment leaves the live colour with. */
function meant({ plan, outcome }: DeploymentState, live: Color): ScalingLimits | undefined {
  if (!plan.scaling) return undefined;
  const { before, after } = plan.scaling;
  const limits = live === plan.to || outcome?.name === 'succeeded' ? after : before;
  return limits.min > 0 ? limits : after;
}

/** A limit that one of the service's schedules has set stays as it is; any other is the configuration's. */
function bySchedule({ min, max, schedules }: ConfiguredScaling, now: ScalingLimits): ScalingLimits {
  const set = (which: 'min' | 'max', value: number): boolean => schedules.some((schedule) => schedule[which] === value);
  const least = set('min', now.min) ? now.min : min;
  const most = set('max', now.max) ? now.max : max;
  return { min: least, max: Math.max(least, most), schedules: 'active' };
}

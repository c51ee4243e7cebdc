import type { Action } from './action.ts';
import { healthyAny } from './capacity.ts';
import { type Color, otherColor } from './color.ts';
import { followLive, limitsDown, limitsOfLive } from './decide-scaling.ts';
import { everyGuard, type Guards } from './guards.ts';
import type { Observation } from './observation.ts';
import { restLeftMs } from './rest.ts';
import type { DeploymentState, StreamState } from './state.ts';
import { explains, weightsOf } from './strange.ts';
import { fullColor, sameWeights, shareOf } from './weights.ts';

/**
 * What is left to do after an outcome: scaling down the colour without traffic. `rest` when nothing is left, `wait`
 * with the time until something is due.
 */
export function decideDue(state: StreamState, seen: Observation, guards: Guards = everyGuard): Action {
  const deployment = state.deployment;
  const late = deployment && decideLateWrite(state, deployment, seen);
  if (late) return late;
  const moved = deployment && decideLiveLimits(state, deployment, seen);
  if (moved) return moved;
  const color = deployment && colorToScaleDown(deployment);
  if (!deployment || !color || deployment.stuck) return { do: 'rest' };
  const { desired, running } = seen.fleet[color];
  if (deployment.scaledDown.includes(color) || (desired === 0 && running === 0))
    return lateLimits(state, deployment, seen, color) ?? { do: 'rest' };
  const { plan } = deployment;
  const weights = weightsOf(seen.traffic);
  if (!weights || !explains(state, seen.traffic)) return { do: 'rest' };
  if (guards.has('last-capacity') && weights[color] > 0) return { do: 'rest' };
  const warmLeft = keepWarmLeftMs(deployment, color, seen);
  if (warmLeft > 0) {
    const follow = followLive(deployment, seen, guards, color, otherColor(color));
    return follow ?? { do: 'wait', for: 'keep-warm', ms: warmLeft };
  }
  const restLeft = guards.has('settled') ? restLeftMs(plan, state.rest[color], color, seen) : 0;
  if (restLeft > 0) return { do: 'wait', for: 'traffic-to-settle', ms: restLeft };
  const down = limitsDown(deployment, seen, color);
  return down ?? { do: 'update-service', color, taskDefinition: null, desiredCount: 0 };
}

/** Whoever ended the deployment may not have been heard: the live colour still gets the limits that are its own. */
function decideLiveLimits(state: StreamState, deployment: DeploymentState, seen: Observation): Action | undefined {
  const weights = weightsOf(seen.traffic);
  const live = weights && fullColor(weights);
  if (deployment.outcome?.name === 'halted' || deployment.stuck || !live || !explains(state, seen.traffic))
    return undefined;
  return limitsOfLive(deployment, seen, live);
}

/**
 * A minimum that nobody waited for any more has landed after the colour was emptied, or lowering it was refused while
 * the deployment ended: autoscaling would fill the colour again.
 */
function lateLimits(
  state: StreamState,
  deployment: DeploymentState,
  seen: Observation,
  color: Color,
): Action | undefined {
  const isLeft = (seen.scaling?.[color]?.min ?? 0) > 0 && weightsOf(seen.traffic)?.[color] === 0;
  if (!isLeft || !explains(state, seen.traffic)) return undefined;
  return limitsDown(deployment, seen, color);
}

/** A write that nobody waited for any more has landed after the outcome: what the outcome says is written again. */
function decideLateWrite(state: StreamState, deployment: DeploymentState, seen: Observation): Action | undefined {
  const { plan, outcome, stuck } = deployment;
  const weights = weightsOf(seen.traffic);
  const full = state.weights && fullColor(state.weights);
  if (!outcome || outcome.name === 'halted' || stuck || !full || !state.weights) return undefined;
  if ((weights && sameWeights(weights, state.weights)) || !explains(state, seen.traffic)) return undefined;
  const healthy = healthyAny(seen.fleet[full]);
  if (healthy === 0) return undefined;
  return { do: 'set-weights', idle: shareOf(plan.to, state.weights), healthy };
}

/** After success the former colour, after a roll-back or failure what was started for it; after `halted` nothing: a person looks. */
function colorToScaleDown(deployment: DeploymentState): Color | undefined {
  const { plan, outcome } = deployment;
  switch (outcome?.name) {
    case 'succeeded':
      return plan.from;
    case 'rolled-back':
    case 'failed':
      return deployment.provisioned ? plan.to : undefined;
    default:
      return undefined;
  }
}

/** Until when the former colour stays warm, in ms from now; infinite for `always`. */
export function keepWarmLeftMs(deployment: DeploymentState, color: Color, seen: { readonly at: string }): number {
  const { plan, outcome, closedAt } = deployment;
  if (outcome?.name !== 'succeeded' || color !== plan.from || closedAt === undefined) return 0;
  if (plan.keepWarmSeconds === 'always') return Number.POSITIVE_INFINITY;
  return Date.parse(closedAt) + plan.keepWarmSeconds * 1000 - Date.parse(seen.at);
}

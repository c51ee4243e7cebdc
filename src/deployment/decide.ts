import { unreachable } from '../base/index.ts';
import type { Action, WaitReason } from './action.ts';
import { healthyAny, healthyOf, primaryOf } from './capacity.ts';
import { otherColor } from './color.ts';
import { floorBeforeUpdate, floorOfNew, floorsForSteps, heldTasks, limitsAfter, limitsBack } from './decide-scaling.ts';
import type { Act } from './entry.ts';
import { evidenceOf } from './evidence.ts';
import { everyGuard, type Guards } from './guards.ts';
import { overLimit } from './limits.ts';
import { takesBack } from './look-need.ts';
import type { Observation } from './observation.ts';
import { lacksData, overWatched } from './over-watched.ts';
import { holdOf } from './phase.ts';
import type { Plan } from './plan.ts';
import type { Reason } from './reason.ts';
import { restLeftMs } from './rest.ts';
import type { DeploymentState, StreamState } from './state.ts';
import { explains, greatestShare, showing, weightsOf } from './strange.ts';
import { percent, shareOf, weightsFor } from './weights.ts';

/** How long an answered UpdateService may stay invisible before it is sent again (ECS-API/API_RunTask: eventually consistent). */
const updateShowsMs = 15_000;
/** How long weights may differ from what the journal explains before that is somebody's doing and no stale read. */
const strangeMs = 8_000;
/** How long a former colour without a healthy target is waited for: its tasks may just be starting again. */
const formerReturnsMs = 20_000;
/** A call's total deadline: an unanswered one may land for as long again. */
export const callDeadlineMs = 4_500;

/**
 * The one thing to do next for a running deployment. Pure: the journal's fold and one observation in, one action out.
 * `guards` is complete but in the tests that prove each guard.
 */
export function decide(state: StreamState, seen: Observation, guards: Guards = everyGuard): Action {
  const deployment = state.deployment;
  if (!deployment) return { do: 'rest' };
  if (deployment.outcome) return { do: 'rest' };
  const request = seen.requests.find((pending) => !deployment.requests.includes(pending.id));
  if (request) return { do: 'accept', request };
  if (!explains(state, seen.traffic) && !repairsNow(deployment)) return decideStrange(state, deployment.plan, seen);
  if (deployment.undo && deployment.phase.name !== 'rolling-back') return rollBack(deployment.undo);
  switch (deployment.phase.name) {
    case 'preparing':
      return decidePreparing(deployment, seen);
    case 'provisioning':
      return decideProvisioning(state, deployment, seen, guards);
    case 'verifying':
      return decideVerifying(deployment, seen);
    case 'shifting':
      return decideShifting(state, deployment, seen, guards);
    case 'baking':
      return decideBaking(state, deployment, seen, guards);
    case 'rolling-back':
      return decideRollingBack(state, deployment, seen, guards);
    default:
      return unreachable(deployment.phase.name);
  }
}

/** A single strange look may be stale; one that stays is another writer's: nothing is written, a person is called. */
function decideStrange(state: StreamState, plan: Plan, seen: Observation): Action {
  if (seen.strangeMs < Math.max(strangeMs, 3 * plan.timings.pollMs)) return wait('weights-to-be-explained', plan);
  const because: Reason = {
    kind: 'weights-changed-by-another',
    found: showing(seen.traffic),
    expected: state.weights ?? { blue: 100, green: 0 },
  };
  return { do: 'close', outcome: { name: 'halted', because } };
}

/** What a repair finds may be anything, until its own write. */
const repairsNow = ({ plan, carried }: DeploymentState): boolean => plan.kind === 'repair' && !carried;

function decidePreparing(deployment: DeploymentState, seen: Observation): Action {
  const { plan } = deployment;
  if (deployment.taskDefinition === undefined) {
    return seen.sinceActMs < plan.timings.pollMs ? wait('unanswered-calls', plan) : { do: 'register' };
  }
  return { do: 'enter', phase: plan.wish.kind === 'register' ? 'provisioning' : 'shifting', step: 0, because: null };
}

function decideProvisioning(
  state: StreamState,
  deployment: DeploymentState,
  seen: Observation,
  guards: Guards,
): Action {
  const { plan } = deployment;
  const taskDefinition = deployment.taskDefinition ?? '';
  const idle = seen.fleet[plan.to];
  const required = requiredCapacity(deployment, seen);
  const primary = primaryOf(idle);
  if (primary?.taskDefinition !== taskDefinition) {
    if (deployment.provisioned && seen.sinceActMs < updateShowsMs) return wait('service-update-to-show', plan);
    return replaceIdle(state, deployment, seen, guards, required);
  }
  if (primary.rolloutState === 'FAILED') return rollBack(ecsFailed(deployment, seen));
  const floor = floorOfNew(deployment, seen, guards, required);
  if (floor) return inTime(deployment, seen, floor);
  const healthy = healthyOf(idle, taskDefinition);
  if (healthy >= required) return { do: 'enter', phase: 'verifying', step: 0, because: null };
  // Tasks have their time from when they were asked for: in a throttled account that may be long after the phase began.
  if (Math.min(seen.phaseMs, seen.sinceActMs) >= plan.timings.healthTimeoutSeconds * 1000) {
    const because: Reason = {
      kind: 'not-healthy-in-time',
      seconds: plan.timings.healthTimeoutSeconds,
      healthy,
      required,
      evidence: evidenceOf(idle, taskDefinition),
    };
    return rollBack(because);
  }
  if (idle.desired < required) return resize(plan, seen, required);
  return wait('healthy-tasks', plan);
}

const isTestedElsewhere = (plan: Plan, seen: Observation): boolean =>
  seen.traffic.test.some((place) => place[plan.to] === undefined || shareOfReading(place, plan) !== 100);

/** Another task definition for the idle colour: only once nothing follows it any more. */
function replaceIdle(
  state: StreamState,
  deployment: DeploymentState,
  seen: Observation,
  guards: Guards,
  desiredCount: number,
): Action {
  const { plan } = deployment;
  if (guards.has('last-capacity') && (shareNow(plan, seen) ?? 100) > 0) return wait('weights-to-show', plan);
  if (guards.has('settled')) {
    const left = restLeftMs(plan, state.rest[plan.to], plan.to, seen);
    if (left > 0) return waitAtMost('traffic-to-settle', plan, left);
  }
  const floor = floorBeforeUpdate(deployment, seen, guards, desiredCount);
  if (floor) return inTime(deployment, seen, floor);
  return { do: 'update-service', color: plan.to, taskDefinition: deployment.taskDefinition ?? '', desiredCount };
}

function decideVerifying(deployment: DeploymentState, seen: Observation): Action {
  const { plan, verdict } = deployment;
  const lost = lostCapacity(deployment, seen, requiredCapacity(deployment, seen));
  if (lost && seen.phaseMs >= plan.timings.healthTimeoutSeconds * 1000) return rollBack(lost);
  if (primaryOf(seen.fleet[plan.to])?.rolloutState === 'FAILED') return rollBack(ecsFailed(deployment, seen));
  if (isTestedElsewhere(plan, seen)) {
    if (seen.sinceActMs < plan.timings.pollMs) return wait('weights-to-show', plan);
    return { do: 'set-test-weights', color: plan.to };
  }
  if (!verdict) return { do: 'verify' };
  if (!verdict.passed) {
    return rollBack({
      kind: 'verification-failed',
      check: verdict.check,
      found: verdict.found,
      evidence: evidenceOf(seen.fleet[plan.to], deployment.taskDefinition ?? ''),
    });
  }
  return { do: 'enter', phase: 'shifting', step: 0, because: null };
}

function decideShifting(state: StreamState, deployment: DeploymentState, seen: Observation, guards: Guards): Action {
  const { plan, phase } = deployment;
  const step = plan.steps[phase.step];
  if (!step) return { do: 'enter', phase: 'baking', step: 0, because: null };
  const bad = greatestShare(plan.to, seen.traffic) > 0 ? unwell(deployment, seen) : undefined;
  if (bad) return rollBack(bad);
  if (!isAt(state, deployment, seen, step.weight)) return raise(deployment, seen, guards, step.weight);
  const floors = floorsForSteps(deployment, seen, guards, requiredCapacity(deployment, seen));
  if (floors) return floors;
  if (deployment.paused) return wait('pause', plan);
  if (isPromoted(deployment)) return nextStep(deployment);
  const left = step.bakeSeconds * 1000 - heldMs(seen, guards);
  if (left > 0) return waitAtMost('hold', plan, left);
  if (step.bakeSeconds > 0 && isBlind(deployment, seen)) return blind(deployment, seen);
  return nextStep(deployment);
}

function nextStep({ plan, phase }: DeploymentState): Action {
  const step = phase.step + 1;
  return step < plan.steps.length
    ? { do: 'enter', phase: 'shifting', step, because: null }
    : { do: 'enter', phase: 'baking', step: 0, because: null };
}

/** More traffic for the new colour: only for capacity seen just now. */
function raise(deployment: DeploymentState, seen: Observation, guards: Guards, weight: number): Action {
  const { plan } = deployment;
  const required = requiredCapacity(deployment, seen);
  const idle = seen.fleet[plan.to];
  const healthy = takesBack(plan) ? healthyAny(idle) : healthyOf(idle, deployment.taskDefinition ?? '');
  if (deployment.paused) return wait('pause', plan);
  if (guards.has('capacity') && healthy < required) {
    if (seen.phaseMs >= plan.timings.healthTimeoutSeconds * 1000)
      return rollBack(tooFew(deployment, seen, healthy, required));
    if (plan.wish.kind === 'register' && seen.fleet[plan.to].desired < required) return resize(plan, seen, required);
    return wait('healthy-tasks', plan);
  }
  const floors = takesBack(plan) ? undefined : floorsForSteps(deployment, seen, guards, required);
  if (floors) return inTime(deployment, seen, floors);
  return { do: 'set-weights', idle: percent(weight), healthy: takesBack(plan) ? healthy : Math.min(healthy, required) };
}

function decideBaking(state: StreamState, deployment: DeploymentState, seen: Observation, guards: Guards): Action {
  const { plan } = deployment;
  const bad = unwell(deployment, seen);
  if (bad) return rollBack(bad);
  if (!isAt(state, deployment, seen, 100)) return raise(deployment, seen, guards, 100);
  if (deployment.paused) return wait('pause', plan);
  if (!isPromoted(deployment)) {
    const left = plan.bakeSeconds * 1000 - heldMs(seen, guards);
    if (left > 0) {
      const floors = floorsForSteps(deployment, seen, guards, requiredCapacity(deployment, seen));
      return floors ?? waitAtMost('hold', plan, left);
    }
    if (plan.bakeSeconds > 0 && isBlind(deployment, seen)) return blind(deployment, seen);
  }
  const limits = limitsAfter(deployment, seen, guards);
  if (limits) return limits;
  const unheardLeft = unheardLeftMs(plan, seen);
  if (unheardLeft > 0) return waitAtMost('first-answer', plan, unheardLeft);
  if (mayStillLand(state, deployment, seen)) return wait('unanswered-calls', plan);
  return { do: 'close', outcome: { name: 'succeeded' } };
}

/**
 * A load balancer follows its rule a moment after the API shows it. Where nothing was live before, clients get 503
 * until then: nobody is told of a success before a probe was answered like a client, or has had the time to be.
 */
function unheardLeftMs({ first, to, route, timings }: Plan, seen: Observation): number {
  if (!first || !route || timings.probesPerSecond === 0 || Number.isFinite(seen.sinceAnswerMs[to])) return 0;
  return timings.trafficSettleSeconds * 1000 - seen.phaseMs;
}

function decideRollingBack(state: StreamState, deployment: DeploymentState, seen: Observation, guards: Guards): Action {
  const { plan } = deployment;
  const because: Reason = deployment.because ?? { kind: 'asked', by: 'teal', request: 'abort' };
  if (deployment.carried && !isTakenBack(state, deployment, seen, guards)) {
    const healthy = healthyAny(seen.fleet[plan.from]);
    if (guards.has('last-capacity') && healthy === 0 && shareNow(plan, seen) !== 0) {
      if (!plan.first && seen.phaseMs < formerReturnsMs) return wait('healthy-tasks', plan);
      return {
        do: 'close',
        outcome: { name: 'halted', because: { kind: 'nothing-to-return-to', former: plan.from, first: because } },
      };
    }
    if (deployment.stuck) return { do: 'close', outcome: { name: 'halted', because: deployment.stuck } };
    return { do: 'set-weights', idle: 0, healthy };
  }
  const limits = limitsBack(deployment, seen);
  if (limits) return limits;
  const idle = seen.fleet[plan.to];
  if (!deployment.carried && deployment.provisioned && idle.desired > 0 && !deployment.stuck) {
    return resize(plan, seen, 0);
  }
  if (guards.has('restored') && mayStillLand(state, deployment, seen)) return wait('unanswered-calls', plan);
  // A repair begins with weights that are split; one that is taken back before its write leaves them so.
  if (plan.kind === 'repair' && shareNow(plan, seen) !== 0)
    return { do: 'close', outcome: { name: 'halted', because } };
  // A first deployment that fails leaves nothing running: where AWS refuses that, a person is called.
  if (plan.first && !deployment.carried && deployment.stuck)
    return { do: 'close', outcome: { name: 'halted', because: deployment.stuck } };
  return { do: 'close', outcome: { name: deployment.carried ? 'rolled-back' : 'failed', because } };
}

function isTakenBack(state: StreamState, deployment: DeploymentState, seen: Observation, guards: Guards): boolean {
  const writtenOnce = deployment.unanswered.some((act) => act.do === 'set-weights' && act.idle === 0);
  return isAt(state, deployment, seen, 0) || (writtenOnce && !guards.has('restored'));
}

/** A call that got no answer may land for one more deadline: an outcome waits for that and looks again. */
const mayStillLand = (state: StreamState, deployment: DeploymentState, seen: Observation): boolean =>
  (deployment.unanswered.length > 0 || state.unansweredWeights.length > 0) && seen.quietMs < callDeadlineMs;

/** At the weight, in the world and in the journal: an intent without an answer is written again. */
function isAt(state: StreamState, deployment: DeploymentState, seen: Observation, weight: number): boolean {
  const { plan } = deployment;
  // As whole numbers of 900 a share in tenths is not exactly what was asked for.
  const expected = shareOf(plan.to, weightsFor(plan.to, percent(weight)));
  const journalled = state.weights ? shareOf(plan.to, state.weights) : Number.NaN;
  return near(shareNow(plan, seen), expected) && near(journalled, expected);
}

const near = (a: number | undefined, b: number): boolean => a !== undefined && Math.abs(a - b) < 0.001;

/** Share of the new colour as the load balancer shows it; undefined where places differ or do not name both groups. */
function shareNow(plan: Plan, seen: Observation): number | undefined {
  const weights = weightsOf(seen.traffic);
  return weights && shareOf(plan.to, weights);
}

function shareOfReading(reading: { blue: number | undefined; green: number | undefined }, plan: Plan): number {
  const mine = reading[plan.to] ?? 0;
  return (100 * mine) / (mine + (reading[otherColor(plan.to)] ?? 0));
}

/** What the new colour must show before it gets more weight: as many as were provisioned for it, or run live now if those are more. */
function requiredCapacity(deployment: DeploymentState, seen: Observation): number {
  const { plan } = deployment;
  if (takesBack(plan)) return 1;
  const running = plan.first ? 0 : seen.fleet[plan.from].running;
  return Math.max(plan.minimumTasks, deployment.asked, running, 1);
}

/** Another count for the new colour, unless one that was just asked for may not show yet. */
function resize(plan: Plan, seen: Observation, desiredCount: number): Action {
  if (seen.sinceActMs < Math.min(updateShowsMs, 2 * plan.timings.pollMs)) return wait('service-update-to-show', plan);
  return { do: 'update-service', color: plan.to, taskDefinition: null, desiredCount };
}

/** Why a colour that has traffic must not keep it. */
function unwell(deployment: DeploymentState, seen: Observation): Reason | undefined {
  if (takesBack(deployment.plan)) return undefined;
  const { plan } = deployment;
  return (
    lostCapacity(deployment, seen, heldTasks(deployment)) ??
    overLimit(plan.limits, seen.probes) ??
    overWatched(plan, seen)
  );
}

function lostCapacity(deployment: DeploymentState, seen: Observation, required: number): Reason | undefined {
  const healthy = healthyOf(seen.fleet[deployment.plan.to], deployment.taskDefinition ?? '');
  return healthy < required ? tooFew(deployment, seen, healthy, required) : undefined;
}

const tooFew = (deployment: DeploymentState, seen: Observation, healthy: number, required: number): Reason => ({
  kind: 'too-few-healthy',
  healthy,
  required,
  evidence: evidenceOf(seen.fleet[deployment.plan.to], deployment.taskDefinition ?? ''),
});

function ecsFailed(deployment: DeploymentState, seen: Observation): Reason {
  const idle = seen.fleet[deployment.plan.to];
  const primary = primaryOf(idle);
  return {
    kind: 'ecs-deployment-failed',
    rollout: primary?.rolloutReason ?? '',
    failedTasks: primary?.failedTasks ?? 0,
    evidence: evidenceOf(idle, deployment.taskDefinition ?? ''),
  };
}

/** Time that fulfils a hold: what this driver watched. */
const heldMs = (seen: Observation, guards: Guards): number =>
  guards.has('watched') ? seen.watchedMs : Number.POSITIVE_INFINITY;

const isPromoted = (deployment: DeploymentState): boolean => deployment.promoted === holdOf(deployment.phase);

/** A hold that should have shown answers and did not. */
const isBlind = (deployment: DeploymentState, seen: Observation): boolean =>
  (deployment.plan.route !== null && seen.probes.answers < deployment.plan.limits.minimumAnswers) ||
  lacksData(deployment.plan, seen);

function blind(deployment: DeploymentState, seen: Observation): Action {
  const { plan } = deployment;
  if (plan.limits.noData === 'hold') return wait('probe-answers', plan);
  return rollBack({ kind: 'no-data', answers: seen.probes.answers, minimum: plan.limits.minimumAnswers });
}

/** Without its limits a deployment does not go on: when they get no answer for too long it is taken back. */
function inTime({ plan, unanswered }: DeploymentState, seen: Observation, limits: Act & { do: 'set-limits' }): Action {
  const unheard = unanswered.some((act) => act.do === 'set-limits' && act.color === limits.color);
  if (!unheard || seen.phaseMs < plan.timings.healthTimeoutSeconds * 1000) return limits;
  return rollBack({ kind: 'limits-refused', code: 'no answer', message: `limits of ${limits.color}` });
}

const rollBack = (because: Reason): Action => ({ do: 'enter', phase: 'rolling-back', step: 0, because });

const wait = (reason: WaitReason, plan: Plan): Action => ({ do: 'wait', for: reason, ms: plan.timings.pollMs });

const waitAtMost = (reason: WaitReason, plan: Plan, left: number): Action => ({
  do: 'wait',
  for: reason,
  ms: Math.min(plan.timings.pollMs, left),
});

import { unreachable } from '../base/index.ts';
import type { Carried, Rest } from './carried.ts';
import { type Color, colors } from './color.ts';
import type { Act, ActResult, Entry } from './entry.ts';
import type { PendingRequest } from './lease-reading.ts';
import type { Plan } from './plan.ts';
import type { Reason } from './reason.ts';
import { type DeploymentState, emptyStream, type StreamState } from './state.ts';
import { fullColor, percent, sameWeights, type Weights, weightsFor } from './weights.ts';

/** Folds a stream, or its tail from an `opened` entry on. */
export const fold = (entries: readonly Entry[]): StreamState => entries.reduce(evolve, emptyStream);

/** What the journal says after one more entry. Pure; never looks at a clock. */
export function evolve(state: StreamState, entry: Entry): StreamState {
  const next: StreamState = { ...state, nextSeq: entry.seq + 1, epoch: entry.epoch };
  if (entry.kind === 'opened') {
    const { plan, before } = entry.body;
    return { ...next, ...before, deployment: opened(plan, entry.at) };
  }
  const deployment = next.deployment;
  if (!deployment) return next;
  switch (entry.kind) {
    case 'took-over':
      return next;
    case 'entered':
      return {
        ...next,
        deployment: {
          ...deployment,
          phase: { name: entry.body.phase, step: entry.body.step },
          because: entry.body.because ?? deployment.because,
        },
      };
    case 'requested':
      return { ...next, deployment: withRequest(deployment, entry.body) };
    case 'intended':
      return intended(next, deployment, entry.body);
    case 'done':
      return done(next, deployment, entry.body.act, entry.body.result, entry);
    case 'unanswered':
      return next;
    case 'reported':
      return reported(next, deployment, entry);
    case 'refused':
      return refused(next, deployment, entry.body);
    case 'closed':
      return closed(next, { ...deployment, outcome: entry.body.outcome, closedAt: entry.at });
    default:
      return unreachable(entry);
  }
}

const opened = (plan: Plan, at: string): DeploymentState => ({
  plan,
  phase: { name: 'preparing', step: 0 },
  openedAt: at,
  taskDefinition: plan.wish.kind === 'existing' ? plan.wish.taskDefinition : undefined,
  provisioned: false,
  asked: 0,
  limits: {},
  floors: {},
  limitsRefused: false,
  carried: false,
  raised: false,
  raisedWith: 0,
  verdict: undefined,
  paused: false,
  promoted: undefined,
  requests: [],
  undo: undefined,
  stuck: undefined,
  because: undefined,
  unanswered: [],
  outcome: undefined,
  closedAt: undefined,
  scaledDown: [],
});

function withRequest(deployment: DeploymentState, request: PendingRequest): DeploymentState {
  const known = { ...deployment, requests: [...deployment.requests, request.id] };
  switch (request.kind) {
    case 'pause':
      return { ...known, paused: true };
    case 'resume':
      return { ...known, paused: false };
    case 'promote':
      return { ...known, paused: false, promoted: request.hold };
    case 'abort':
    case 'rollback':
      return { ...known, undo: deployment.undo ?? { kind: 'asked', by: request.by, request: request.kind } };
    default:
      return unreachable(request.kind);
  }
}

/** From here on the act may have happened, whatever is heard of it. */
function intended(state: StreamState, deployment: DeploymentState, act: Act): StreamState {
  const plan = deployment.plan;
  const open = { ...deployment, unanswered: [...deployment.unanswered, act] };
  switch (act.do) {
    case 'register':
    case 'verify':
    case 'set-test-weights':
      return { ...state, deployment: open };
    case 'set-limits':
      return { ...state, deployment: { ...open, floors: withFloor(open.floors, act) } };
    case 'update-service': {
      const replaces = act.taskDefinition !== null || act.desiredCount === 0;
      return {
        ...state,
        // Scaled to 0 it can be started again.
        former: act.taskDefinition !== null && state.former?.color === act.color ? null : state.former,
        identities: replaces ? without(state.identities, act.color) : state.identities,
        deployment: {
          ...open,
          provisioned: open.provisioned || (act.color === plan.to && act.taskDefinition !== null),
          asked: act.color === plan.to ? Math.max(open.asked, act.desiredCount) : open.asked,
        },
      };
    }
    case 'set-weights': {
      const weights = weightsFor(plan.to, percent(act.idle));
      return {
        ...state,
        unansweredWeights: [...state.unansweredWeights.filter((other) => !sameWeights(other, weights)), weights],
        rest: raised(state.rest, weights),
        deployment: {
          ...open,
          carried: open.carried || act.idle > 0,
          raisedWith: act.idle > 0 && open.because === undefined ? act.healthy : open.raisedWith,
        },
      };
    }
    default:
      return unreachable(act);
  }
}

function done(state: StreamState, deployment: DeploymentState, act: Act, result: ActResult, entry: Entry): StreamState {
  const answered = { ...deployment, unanswered: deployment.unanswered.filter((other) => !sameAct(other, act)) };
  switch (act.do) {
    case 'register':
      return {
        ...state,
        deployment: {
          ...answered,
          taskDefinition: result && 'taskDefinition' in result ? result.taskDefinition : answered.taskDefinition,
        },
      };
    case 'verify':
      return {
        ...state,
        identities:
          result && 'verdict' in result && result.verdict.passed ? result.verdict.identities : state.identities,
        deployment: { ...answered, verdict: result && 'verdict' in result ? result.verdict : answered.verdict },
      };
    case 'set-test-weights':
      return { ...state, deployment: answered };
    case 'set-limits': {
      const { min, max, schedules } = act;
      const limits = { ...answered.limits, [act.color]: { min, max, schedules } };
      return { ...state, deployment: { ...answered, limits } };
    }
    case 'update-service':
      return {
        ...state,
        deployment:
          deployment.outcome && act.desiredCount === 0
            ? { ...answered, scaledDown: [...answered.scaledDown, act.color] }
            : answered,
      };
    case 'set-weights': {
      const weights = weightsFor(deployment.plan.to, percent(act.idle));
      return {
        ...state,
        weights,
        unansweredWeights: state.unansweredWeights.filter((other) => !sameWeights(other, weights)),
        rest: readBack(state.rest, weights, entry),
        deployment: { ...answered, raised: answered.raised || act.idle > 0 },
      };
    }
    default:
      return unreachable(act);
  }
}

function refused(
  state: StreamState,
  deployment: DeploymentState,
  body: { act: Act; code: string; message: string; partly: boolean },
): StreamState {
  const { act, code, message, partly } = body;
  // Only this try did nothing: an earlier one of the same may still land.
  const latest = partly ? -1 : deployment.unanswered.findLastIndex((other) => sameAct(other, act));
  const unanswered = deployment.unanswered.filter((_, index) => index !== latest);
  const carried = deployment.raised || unanswered.some((other) => other.do === 'set-weights' && other.idle > 0);
  const answered = { ...deployment, unanswered, carried };
  const kinds = {
    register: 'register-refused',
    'update-service': 'update-refused',
    'set-weights': 'write-refused',
    'set-test-weights': 'write-refused',
    'set-limits': 'limits-refused',
  } as const;
  if (act.do === 'verify') return { ...state, deployment: answered };
  const reason: Reason = { kind: kinds[act.do], code, message };
  if (act.do === 'set-limits') return { ...state, deployment: limitsRefused(answered, reason) };
  const takesBack =
    (act.do === 'set-weights' && act.idle === 0) || (act.do === 'update-service' && act.desiredCount === 0);
  if (takesBack) return { ...state, deployment: { ...answered, stuck: reason } };
  return { ...state, deployment: { ...answered, undo: answered.undo ?? reason } };
}

/** Without its floors no weight is moved; a deployment that ends does so all the same, and due work tries once more. */
function limitsRefused(deployment: DeploymentState, reason: Reason): DeploymentState {
  if (deployment.outcome) return { ...deployment, stuck: reason };
  if (deployment.phase.name === 'baking' || deployment.phase.name === 'rolling-back')
    return { ...deployment, limitsRefused: true };
  return { ...deployment, undo: deployment.undo ?? reason };
}

function withFloor(floors: DeploymentState['floors'], act: Act & { do: 'set-limits' }): DeploymentState['floors'] {
  if (act.schedules === 'active') return floors;
  return { ...floors, [act.color]: Math.max(floors[act.color] ?? 0, act.min) };
}

function closed(state: StreamState, deployment: DeploymentState): StreamState {
  const { plan, outcome } = deployment;
  const ended = { ...state, deployment };
  if (outcome?.name !== 'succeeded' || deployment.taskDefinition === undefined) return ended;
  if (plan.kind === 'repair' && state.live?.color === plan.to) return ended;
  const before = state.live?.color === plan.from ? state.live : null;
  return {
    ...ended,
    live: { color: plan.to, taskDefinition: deployment.taskDefinition, revision: plan.revision.id },
    former: plan.first ? null : before,
  };
}

/** A person has taken traffic elsewhere: a running deployment is taken back, after an outcome live and former change places. */
function reported(state: StreamState, deployment: DeploymentState, entry: Entry & { kind: 'reported' }): StreamState {
  const { weights, by } = entry.body;
  const told = { ...state, weights, rest: readBack(raised(state.rest, weights), weights, entry) };
  if (!deployment.outcome) {
    const undo = deployment.undo ?? { kind: 'asked', by, request: 'rollback' };
    return { ...told, deployment: { ...deployment, carried: true, raised: true, undo } };
  }
  const full = fullColor(weights);
  if (!full || state.live?.color === full) return told;
  return { ...told, live: state.former?.color === full ? state.former : null, former: state.live };
}

/** A colour that is about to get weight rests no longer. */
const raised = (rest: Readonly<Record<Color, Rest>>, weights: Weights): Readonly<Record<Color, Rest>> => ({
  blue: weights.blue > 0 ? { kind: 'carrying' } : rest.blue,
  green: weights.green > 0 ? { kind: 'carrying' } : rest.green,
});

/** A write that was needed again means that a late one had given the colour weight in between: its rest begins anew. */
function readBack(rest: Readonly<Record<Color, Rest>>, weights: Weights, entry: Entry): Readonly<Record<Color, Rest>> {
  const next = { ...rest };
  for (const color of colors) {
    if (weights[color] > 0) next[color] = { kind: 'carrying' };
    else if (rest[color].kind !== 'never-carried') next[color] = { kind: 'resting', at: entry.at, epoch: entry.epoch };
  }
  return next;
}

const without = (identities: Carried['identities'], color: Color): Carried['identities'] =>
  Object.fromEntries(Object.entries(identities).filter(([key]) => key !== color));

/** Two tries of the same thing: one answer settles both. */
function sameAct(a: Act, b: Act): boolean {
  if (a.do === 'set-weights' && b.do === 'set-weights') return a.idle === b.idle;
  return JSON.stringify(a) === JSON.stringify(b);
}

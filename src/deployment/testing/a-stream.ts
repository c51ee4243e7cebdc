import type { Carried } from '../carried.ts';
import type { Act, Entry, EntryBody, Outcome, Verdict } from '../entry.ts';
import { evolve, fold } from '../evolve.ts';
import type { RequestKind } from '../lease-reading.ts';
import { nothingMeasured } from '../measured.ts';
import type { PhaseName } from '../phase.ts';
import type { Plan } from '../plan.ts';
import { emptyStream, type StreamState } from '../state.ts';
import { aPlan, liveTaskDefinition, newTaskDefinition } from './a-plan.ts';

/** When the entry of this number was written, ISO. */
export const entryTime = (seq: number): string => new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString();

/** Entries one after the other, by the driver of one epoch. */
export const entries = (
  bodies: readonly EntryBody[],
  from: { seq?: number; epoch?: number } = {},
): readonly Entry[] => {
  const { seq = 0, epoch = 1 } = from;
  return bodies.map((body, index) => ({
    schema: 1,
    seq: seq + index,
    epoch,
    deployment: 'd-2',
    at: entryTime(seq + index),
    ...body,
  }));
};

/** What the state is after more entries of the same driver. */
export const following = (state: StreamState, ...bodies: readonly EntryBody[]): StreamState =>
  entries(bodies, { seq: state.nextSeq, epoch: state.epoch }).reduce(evolve, state);

/** Blue is live, green never carried: as after a first deployment to blue. */
export const blueIsLive: Carried = {
  weights: { blue: 100, green: 0 },
  unansweredWeights: [],
  rest: { blue: { kind: 'carrying' }, green: { kind: 'never-carried' } },
  live: { color: 'blue', taskDefinition: liveTaskDefinition, revision: 'rev-1' },
  former: null,
  identities: { blue: 'rev-1' },
};

/** What came before a first deployment. */
export const nothingIsLive: Carried = {
  ...emptyStream,
  weights: { blue: 100, green: 0 },
};

const by = { who: 'ana', where: 'ci', since: 0 as never };
export const opened = (plan: Plan, before: Carried = blueIsLive): EntryBody => ({
  kind: 'opened',
  body: { plan, before: carried(before), by },
});
export const entered = (phase: PhaseName, step = 0): EntryBody => ({
  kind: 'entered',
  body: { phase, step, because: null },
});
export const intended = (act: Act): EntryBody => ({ kind: 'intended', body: act });
export const done = (act: Act): EntryBody => ({ kind: 'done', body: { act, result: null } });
export const answered = (act: Act): EntryBody[] => [intended(act), done(act)];
export const unanswered = (act: Act): EntryBody[] => [
  intended(act),
  { kind: 'unanswered', body: { act, cause: 'no answer' } },
];
export const refused = (act: Act): EntryBody[] => [
  intended(act),
  { kind: 'refused', body: { act, code: 'AccessDenied', message: 'no', partly: false } },
];
/** `hold` is what the sender of a promote saw. */
export const requested = (kind: RequestKind, hold = 'shifting/0'): EntryBody => ({
  kind: 'requested',
  body: { id: `${kind}-1`, deployment: 'd-2', hold, kind, by: 'ben' },
});
export const takingBack = (): EntryBody => ({
  kind: 'entered',
  body: { phase: 'rolling-back', step: 0, because: { kind: 'asked', by: 'ben', request: 'abort' } },
});
export const registered: EntryBody[] = [
  intended({ do: 'register' }),
  { kind: 'done', body: { act: { do: 'register' }, result: { taskDefinition: newTaskDefinition } } },
];
export const verified = (verdict: Verdict): EntryBody[] => [
  intended({ do: 'verify' }),
  { kind: 'done', body: { act: { do: 'verify' }, result: { verdict } } },
];
export const weights = (idle: number, healthy = 2): Act => ({ do: 'set-weights', idle, healthy });
export const replaced = (plan: Plan, desiredCount = 2): Act => ({
  do: 'update-service',
  color: plan.to,
  taskDefinition: newTaskDefinition,
  desiredCount,
});
export const closed = (outcome: Outcome): EntryBody => ({
  kind: 'closed',
  body: { outcome, measured: nothingMeasured },
});

/** A deployment on its way, by the entries that a driver without trouble writes: at the beginning of a phase. */
export function aDeployment(
  options: {
    readonly plan?: Plan;
    readonly before?: Carried;
    readonly phase?: PhaseName;
    /** The step that it is in while shifting; the weights of those before it are written. */
    readonly step?: number;
    readonly verdict?: Verdict;
  } = {},
): StreamState {
  const { plan = aPlan(), before = blueIsLive, phase = 'preparing', step = 0 } = options;
  const { verdict = { passed: true, identities: { blue: 'rev-1', green: 'rev-2' } } } = options;
  const path: EntryBody[] = [opened(plan, before)];
  const register = plan.wish.kind === 'register';
  const phases: Readonly<Record<PhaseName, () => EntryBody[]>> = {
    preparing: () => [],
    provisioning: () => (register ? [...registered, entered('provisioning')] : []),
    verifying: () => (register ? [...answered(replaced(plan)), entered('verifying')] : []),
    shifting: () => [
      ...(register ? [...answered({ do: 'set-test-weights', color: plan.to }), ...verified(verdict)] : []),
      entered('shifting', 0),
      ...plan.steps
        .slice(0, phase === 'shifting' ? step : plan.steps.length)
        .flatMap(({ weight }, index) => [...answered(weights(weight)), entered('shifting', index + 1)]),
    ],
    baking: () => [entered('baking')],
    'rolling-back': () => [],
  };
  for (const name of ['preparing', 'provisioning', 'verifying', 'shifting', 'baking'] as const) {
    path.push(...phases[name]());
    if (name === phase) break;
  }
  return fold(entries(path));
}

/** Only what outlives a deployment. */
const carried = ({ weights, unansweredWeights, rest, live, former, identities }: Carried): Carried => ({
  weights,
  unansweredWeights,
  rest,
  live,
  former,
  identities,
});

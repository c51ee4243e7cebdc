import type { Entry, Plan } from '../../../src/deployment/index.ts';
import { share } from './call.ts';
import { isByName } from './open-acts.ts';
import type { Checker, Witness } from './witness.ts';

/** Gaps between looks that may count as watched: three polling periods, and what the reads themselves take. */
const readsTakeMs = 5_000;

/** 7: no step is skipped, every hold was watched, nothing that was done is done again. */
export const resumed = (witness: Witness): Checker => {
  const looks = new Map<string, number[]>();

  /** Ms that a process has really watched since an instant, at the most. */
  const watched = (actor: string, since: number, plan: Plan): number => {
    const longest = 3 * plan.timings.pollMs + readsTakeMs;
    const own = [...(looks.get(actor) ?? []).filter((at) => at >= since), witness.now];
    return own.reduce((sum, at, index) => {
      const gap = at - (own[index - 1] ?? at);
      return gap <= longest ? sum + gap : sum;
    }, 0);
  };

  const checkHold = (actor: string, weight: number, holdSeconds: number, plan: Plan): void => {
    const written = witness
      .effectsSince(0)
      .findLast(
        (effect) =>
          effect.call.kind === 'set-weights' &&
          effect.status === 200 &&
          Math.abs(share(plan.to, effect.call.weights) - weight) < 0.06,
      );
    if (!written || holdSeconds === 0) return;
    const first = witness
      .effectsSince(witness.durableAt.get(witness.entries[0]?.seq ?? 0) ?? 0)
      .find(
        (effect) =>
          effect.call.kind === 'set-weights' &&
          effect.status === 200 &&
          Math.abs(share(plan.to, effect.call.weights) - weight) < 0.06,
      );
    const saw = watched(actor, first?.at ?? written.at, plan);
    if (saw < holdSeconds * 1000 - 500)
      witness.report(
        7,
        `${actor} goes on from ${weight} % after ${(saw / 1000).toFixed(1)} s watched of ${holdSeconds}`,
      );
  };

  return {
    sent(call, actor) {
      const { plan, entries } = witness;
      if (call.kind === 'read-rules') {
        const own = looks.get(actor) ?? [];
        own.push(witness.now);
        looks.set(actor, own);
      }
      if (!plan) return;
      if (
        call.kind === 'register' &&
        entries.some((entry) => entry.kind === 'done' && entry.body.act.do === 'register')
      )
        witness.report(7, `${actor} registers what is registered`);
      if (call.kind !== 'set-weights' || isByName(witness, call, actor)) return;
      const weight = share(plan.to, call.weights);
      const index = plan.steps.findIndex((step) => Math.abs(step.weight - weight) < 0.06);
      const before = plan.steps[index - 1];
      if (!before || isTakingBack(entries)) return;
      if (
        !entries.some(
          (entry) => entry.kind === 'entered' && entry.body.phase === 'shifting' && entry.body.step >= index,
        )
      )
        witness.report(7, `${actor} takes the step of ${weight} % before its time`);
      if (!wasDone(entries, before.weight)) witness.report(7, `${actor} skips the step of ${before.weight} %`);
    },
    done(call, actor) {
      const { plan, entries } = witness;
      if (call.kind !== 'append' || !plan) return;
      const entry = witness.journal.find(({ seq }) => seq === call.seq);
      if (entry?.kind === 'entered' && entry.body.phase === 'shifting') {
        const step = entry.body.step - 1;
        const held = plan.steps[step];
        if (held && !wasPromoted(entries, step)) checkHold(actor, held.weight, held.bakeSeconds, plan);
      }
      if (entry?.kind !== 'closed' || entry.body.outcome.name !== 'succeeded') return;
      for (const step of plan.steps)
        if (!wasDone(entries, step.weight) && share(plan.to, openingWeights(entries)) !== step.weight)
          witness.report(7, `succeeded without the step of ${step.weight} %`);
      if (!entries.some((other) => other.kind === 'requested' && other.body.kind === 'promote'))
        checkHold(actor, 100, plan.bakeSeconds, plan);
    },
  };
};

const wasDone = (entries: readonly Entry[], weight: number): boolean =>
  entries.some(
    (entry) => entry.kind === 'done' && entry.body.act.do === 'set-weights' && entry.body.act.idle === weight,
  );

const isTakingBack = (entries: readonly Entry[]): boolean =>
  entries.some((entry) => entry.kind === 'entered' && entry.body.phase === 'rolling-back');

function openingWeights(entries: readonly Entry[]): { blue: number; green: number } {
  const [opened] = entries;
  return (opened?.kind === 'opened' && opened.body.before.weights) || { blue: 0, green: 0 };
}

/** A person ended the hold of this step. */
function wasPromoted(entries: readonly Entry[], step: number): boolean {
  const entered = entries.findIndex(
    (entry) => entry.kind === 'entered' && entry.body.phase === 'shifting' && entry.body.step === step,
  );
  return entries.slice(entered).some((entry) => entry.kind === 'requested' && entry.body.kind === 'promote');
}

import { share } from './call.ts';
import type { Checker, Witness } from './witness.ts';

/** A write may have been read as it was before; within this an outcome may rest on what is no longer true. */
const readsAreOldMs = 13_000;

/** 6: exactly one outcome, and it is true. */
export const outcomes = (witness: Witness): Checker => ({
  done(call) {
    if (call.kind !== 'append') return;
    const entry = witness.journal.find(({ seq }) => seq === call.seq);
    const { plan } = witness;
    if (entry?.kind === 'opened') {
      const before = witness.journal.slice(0, -1);
      const running = before.findLastIndex((other) => other.kind === 'opened');
      if (running >= 0 && !before.slice(running).some((other) => other.kind === 'closed'))
        witness.report(6, `deployment ${entry.deployment} opens while another has no outcome`);
    }
    if (entry?.kind !== 'closed' || !plan) return;
    if (witness.entries.filter((other) => other.kind === 'closed').length > 1)
      witness.report(6, `deployment ${entry.deployment} has two outcomes`);
    const { name } = entry.body.outcome;
    if (name === 'halted') return;
    const color = name === 'succeeded' ? plan.to : plan.from;
    const written = witness
      .effectsSince(witness.now - readsAreOldMs)
      .some((effect) => effect.call.kind === 'set-weights' && effect.status === 200);
    const seen = written ? witness.recent() : [witness.see()];
    if (!seen.some(({ weights }) => share(color, weights) === 100))
      witness.report(6, `${name}, but ${color} has ${share(color, witness.truth.weights())} % of the weight`);
    if (name !== 'failed') return;
    const opened = witness.entries[0];
    const since = witness.durableAt.get(opened?.seq ?? 0) ?? 0;
    const carried = witness
      .effectsSince(since)
      .some(
        (effect) =>
          effect.call.kind === 'set-weights' &&
          !effect.actor.startsWith('foreign') &&
          effect.status === 200 &&
          share(plan.to, effect.call.weights) > 0,
      );
    if (carried) witness.report(6, 'failed, but the new colour had production traffic');
    if (plan.first && !witness.recent().some(({ colors }) => colors[plan.to].desired === 0))
      witness.report(
        6,
        `a first deployment failed and leaves ${plan.to} with ${witness.truth.color(plan.to).desired} desired tasks`,
      );
  },
  ended() {
    const opened = witness.journal.filter((entry) => entry.kind === 'opened');
    for (const { deployment } of opened) {
      const closings = witness.journal.filter((entry) => entry.kind === 'closed' && entry.deployment === deployment);
      if (closings.length !== 1) witness.report(6, `deployment ${deployment} has ${closings.length} outcomes`);
    }
    const closed = witness.entries.at(-1);
    const { plan } = witness;
    if (!plan?.first || closed?.kind !== 'closed' || closed.body.outcome.name !== 'failed') return;
    const { desired } = witness.truth.color(plan.to);
    if (desired > 0) witness.report(6, `a first deployment failed and leaves ${plan.to} with ${desired} desired tasks`);
  },
});

import type { Act, Entry } from '../../../src/deployment/index.ts';
import { isMutation, type Mutation, share } from './call.ts';
import type { Checker, Witness } from './witness.ts';

/** 5: a durable intent before each mutating call, a durable outcome after it, and no outcome that is not true. */
export const intents = (witness: Witness): Checker => ({
  sent(call, actor) {
    if (!isMutation(call) || actor.startsWith('byname')) return;
    const epoch = witness.epochOf(actor);
    const own = witness.entries.filter((entry) => entry.epoch === epoch);
    const open = openActs(own);
    if (!open.some((act) => means(act, call, witness)))
      witness.report(5, `${actor} begins ${call.kind} without an intent: ${JSON.stringify(call)}`);
  },
  done(call, actor) {
    if (call.kind !== 'append') return;
    const entry = witness.journal.find(({ seq }) => seq === call.seq);
    if (entry?.kind === 'refused') {
      const { act } = entry.body;
      const intended = witness.journal.findLast(
        (other) =>
          other.seq < entry.seq && other.kind === 'intended' && JSON.stringify(other.body) === JSON.stringify(act),
      );
      const since = witness.durableAt.get(intended?.seq ?? 0) ?? 0;
      const happened = witness
        .effectsSince(since)
        .some(
          (effect) =>
            effect.actor === actor &&
            effect.status === 200 &&
            isMutation(effect.call) &&
            means(act, effect.call, witness),
        );
      if (happened) witness.report(5, `${actor} journals as refused what has happened: ${JSON.stringify(act)}`);
    }
    if (entry?.kind === 'closed') {
      const open = openActs(witness.entries.filter((other) => other.epoch === entry.epoch));
      for (const act of open) witness.report(5, `no outcome of the intent ${JSON.stringify(act)}`);
    }
  },
});

/** Intended and not yet answered. */
function openActs(entries: readonly Entry[]): Act[] {
  let open: Act[] = [];
  for (const entry of entries) {
    if (entry.kind === 'intended') open.push(entry.body);
    if (entry.kind === 'done' || entry.kind === 'refused' || entry.kind === 'unanswered') {
      const answered = JSON.stringify(entry.body.act);
      open = open.filter((act) => JSON.stringify(act) !== answered);
    }
  }
  return open;
}

function means(act: Act, call: Mutation, { plan }: Witness): boolean {
  if (!plan) return false;
  switch (call.kind) {
    case 'register':
      return act.do === 'register';
    case 'set-test-weights':
      return act.do === 'set-test-weights' && call.weights[act.color] === 100;
    case 'set-weights':
      return act.do === 'set-weights' && Math.abs(share(plan.to, call.weights) - act.idle) < 0.06;
    case 'update-service':
      return (
        act.do === 'update-service' &&
        act.color === call.color &&
        act.desiredCount === call.desiredCount &&
        (act.taskDefinition ?? undefined) === call.taskDefinition
      );
  }
}

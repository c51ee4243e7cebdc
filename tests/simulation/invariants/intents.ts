import { isMutation } from './call.ts';
import { hasIntent, isByName, means, openActs } from './open-acts.ts';
import type { Checker, Witness } from './witness.ts';

/** 5: a durable intent before each mutating call, a durable outcome after it, and no outcome that is not true. */
export const intents = (witness: Witness): Checker => ({
  sent(call, actor) {
    if (!isMutation(call) || isByName(witness, call, actor)) return;
    if (!hasIntent(witness, call, actor))
      witness.report(5, `${actor} begins ${call.kind} without an intent: ${JSON.stringify(call)}`);
  },
  done(call, actor) {
    if (call.kind !== 'append') return;
    const entry = witness.journal.find(({ seq }) => seq === call.seq);
    if (entry?.kind === 'refused' && !entry.body.partly) {
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

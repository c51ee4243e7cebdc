import type { Act, Entry } from '../../../src/deployment/index.ts';
import { type Call, type Mutation, share } from './call.ts';
import type { Witness } from './witness.ts';

/** Whether a call was journalled by its driver before it began, and not yet answered. */
export function hasIntent(witness: Witness, call: Mutation, actor: string): boolean {
  const epoch = witness.epochOf(actor);
  return openActs(witness.entries.filter((entry) => entry.epoch === epoch)).some((act) => means(act, call, witness));
}

/**
 * Whether a write is a rollback by the load balancer alone: of a command that may do that, and of no deployment. For
 * it invariants 4 and 5 do not hold, but 8 does: its record is a local one, and nobody can be asked for a lease.
 */
export const isByName = (witness: Witness, call: Call, actor: string): boolean =>
  call.kind === 'set-weights' && /^(byname|takeback|rollback)-/.test(actor) && !hasIntent(witness, call, actor);

/** Intended and not yet answered. */
export function openActs(entries: readonly Entry[]): Act[] {
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

export function means(act: Act, call: Mutation, { plan }: Witness): boolean {
  if (!plan) return false;
  switch (call.kind) {
    case 'register':
      return act.do === 'register';
    case 'set-test-weights':
      return act.do === 'set-test-weights' && call.weights[act.color] === 100;
    case 'set-weights':
      return act.do === 'set-weights' && Math.abs(share(plan.to, call.weights) - act.idle) < 0.06;
    case 'set-limits':
      return (
        act.do === 'set-limits' &&
        act.color === call.color &&
        act.min === call.min &&
        act.max === call.max &&
        act.schedules === call.schedules
      );
    case 'update-service':
      return (
        act.do === 'update-service' &&
        act.color === call.color &&
        act.desiredCount === call.desiredCount &&
        (act.taskDefinition ?? undefined) === call.taskDefinition
      );
  }
}

import { type Color, otherColor, type Plan } from '../../../src/deployment/index.ts';
import type { Snapshot } from '../truth.ts';
import { share } from './call.ts';
import { isByName } from './open-acts.ts';
import type { Checker, Witness } from './witness.ts';

/** 1: weight only for capacity that a read since the last write showed, of exactly this deployment. */
export const capacity = (witness: Witness): Checker => ({
  sent(call, actor) {
    const { plan } = witness;
    if (call.kind !== 'set-weights' || !witness.made.places.includes(call.rule) || !plan) return;
    const raised = (['blue', 'green'] as const).find(
      (color) => share(color, call.weights) > share(color, witness.truth.weightsAt(call.rule)),
    );
    if (!raised) return;
    const byName = isByName(witness, call, actor);
    const short = witness.recent().map((seen) => missing(plan, raised, seen, byName));
    if (short.every((count) => count > 0))
      witness.report(
        1,
        `${actor} gives ${raised} ${share(raised, call.weights)} % with ${Math.min(...short)} tasks too few`,
      );
  },
});

/** How many healthy tasks a raise of `color` lacks. Back to a colour that was live, one is enough. */
function missing(plan: Plan, color: Color, { colors }: Snapshot, byName: boolean): number {
  const returns = (plan.kind === 'rollback' || plan.kind === 'repair') && plan.wish.kind === 'existing';
  const takesBack = color === plan.from || returns || byName;
  if (takesBack) return 1 - colors[color].healthy;
  const live = plan.first ? 0 : colors[otherColor(color)].running;
  const able = colors[color].tasks.filter(
    (task) => task.running && task.healthy && (plan.wish.kind === 'existing' || task.deployment === plan.id),
  );
  return Math.max(plan.minimumTasks, live, 1) - able.length;
}

import { type Color, fold, otherColor } from '../../../src/deployment/index.ts';
import { share } from './call.ts';
import { isByName } from './open-acts.ts';
import type { Checker, Witness } from './witness.ts';

/** What the colours have to carry since the new one got weight, until teal has let go of a colour. */
interface Held {
  readonly deployment: string;
  readonly tasks: Partial<Record<Color, number>>;
}

/**
 * 9: autoscaling can't shrink a colour below what it may have to carry; on its way down a colour's minimum goes before
 * its tasks; and when all is over the limits are where the traffic is.
 */
export const scaled = (witness: Witness): Checker => {
  let held: Held = { deployment: '', tasks: {} };
  let movedByTeal = true;
  /** Colours whose limits a schedule has set since teal did: they are its own. */
  const scheduled = new Set<Color>();

  const letGo = (color: Color): void => {
    const { [color]: _, ...tasks } = held.tasks;
    held = { ...held, tasks };
  };

  return {
    sent(call, actor) {
      const { plan } = witness;
      if (!plan?.scaling) return;
      if (call.kind === 'set-limits') {
        const floor = held.deployment === plan.id ? held.tasks[call.color] : undefined;
        const isLowered = floor !== undefined && call.min < floor;
        if (isLowered && !mayLetGo(witness, call.color))
          witness.report(9, `${actor} lowers the minimum of ${call.color} to ${call.min}, which holds ${floor}`);
        // With its schedules a colour gets its own limits back, and they may lower them from then on.
        if (isLowered || (call.schedules === 'active' && mayLetGo(witness, call.color))) letGo(call.color);
      }
      if (call.kind === 'update-service' && call.desiredCount === 0) {
        const isHeld = witness.recent().every(({ colors }) => (colors[call.color].limits?.min ?? 0) > 0);
        const { stuck, limitsRefused } = fold(witness.entries).deployment ?? {};
        if (isHeld && !stuck && !limitsRefused)
          witness.report(9, `${actor} takes the tasks of ${call.color} before their minimum`);
      }
    },
    done(call, actor, response) {
      const { plan } = witness;
      if (call.kind === 'set-limits' && response.status === 200) scheduled.delete(call.color);
      if (call.kind !== 'set-weights' || response.status !== 200 || !plan?.scaling) return;
      movedByTeal = !isByName(witness, call, actor);
      if (plan.kind !== 'deploy' && plan.kind !== 'switch') return;
      if (share(plan.to, call.weights) === 0 || held.deployment === plan.id) return;
      // Landed late: teal has taken the deployment back, and what it gives weight from then on is 0.
      const { outcome, phase } = fold(witness.entries).deployment ?? {};
      if (outcome || phase?.name === 'rolling-back') return;
      const least = (count: (color: Color) => number, color: Color) =>
        Math.min(...witness.recent().map(({ colors }) => Math.min(colors[color].running, count(color))));
      const always = () => Number.POSITIVE_INFINITY;
      const raise = witness.entries.findLast((entry) => entry.kind === 'intended' && entry.body.do === 'set-weights');
      const rested = raise?.kind === 'intended' && raise.body.do === 'set-weights' ? raise.body.healthy : 0;
      held = {
        deployment: plan.id,
        tasks: { [plan.to]: rested, ...(!plan.first && { [plan.from]: least(always, plan.from) }) },
      };
    },
    movedByOthers() {
      movedByTeal = false;
    },
    scaled(color, before, after) {
      const { plan } = witness;
      if (after >= before || !plan?.scaling) return;
      const floor = held.deployment === plan.id ? held.tasks[color] : undefined;
      if (floor !== undefined && after < floor)
        witness.report(
          9,
          `autoscaling takes ${color} from ${before} to ${after} tasks, which may have to carry ${floor}`,
        );
      const { min } = witness.made.service.scaling;
      if (movedByTeal && share(color, witness.truth.weights()) === 100 && after < min && !plan.first)
        witness.report(9, `autoscaling takes ${color}, which is live, to ${after} tasks of at least ${min}`);
    },
    scheduled(color) {
      scheduled.add(color);
    },
    ended() {
      const { deployment } = fold(witness.entries);
      const { outcome, stuck, plan } = deployment ?? {};
      if (!plan?.scaling || !outcome || outcome.name === 'halted' || stuck || !movedByTeal) return;
      const live = outcome.name === 'succeeded' ? plan.to : plan.from;
      const [at, idle] = [witness.truth.color(live), witness.truth.color(otherColor(live))];
      const wanted = outcome.name === 'succeeded' ? plan.scaling.after : plan.scaling.before;
      // What got no answer and was given up is due: the next command writes it.
      const isDue = (color: Color): boolean =>
        deployment?.unanswered.some((act) => act.do === 'set-limits' && act.color === color) ?? false;
      const isLower = (at.limits?.min ?? 0) < wanted.min && !scheduled.has(live);
      if (!isDue(live) && (at.limits?.schedules !== wanted.schedules || isLower))
        witness.report(9, `${outcome.name}, and ${live} is left with ${JSON.stringify(at.limits)}`);
      if (!isDue(otherColor(live)) && idle.desired === 0 && idle.limits?.min !== 0)
        witness.report(9, `${otherColor(live)} is empty and left with ${JSON.stringify(idle.limits)}`);
    },
  };
};

/** The deployment is at its end, or the colour's traffic is elsewhere and it is being taken back. */
function mayLetGo(witness: Witness, color: Color): boolean {
  const { plan, entries } = witness;
  if (!plan) return true;
  const entered = (phase: string): boolean =>
    entries.some((entry) => entry.kind === 'entered' && entry.body.phase === phase);
  if (entries.some((entry) => entry.kind === 'closed')) return true;
  const empty = witness.recent().some(({ weights }) => share(plan.to, weights) === 0);
  if (entered('rolling-back')) return empty;
  return color === plan.to && entered('baking');
}

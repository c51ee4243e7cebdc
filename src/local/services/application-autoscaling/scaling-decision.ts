import type { NotScaled } from './activities.ts';

/** All that one alarm of one policy is judged by. */
export interface Question {
  readonly running: number;
  readonly desired: number;
  readonly min: number;
  readonly max: number;
  readonly suspended: { readonly in: boolean; readonly out: boolean };
  /** ECS's own deployment is in progress: nothing is scaled in (ECS-DG/service-auto-scaling). */
  readonly deploying: boolean;
  /** What the policy asks for from so many tasks; undefined where nothing of it matches. */
  readonly proposed: (running: number) => number | undefined;
  /**
   * What the other policies have to say to scaling in: the capacity that they need at least, `Infinity` where one is
   * not ready to scale in. Step scaling asks nobody.
   */
  readonly othersNeed: () => number;
  /** The policy's last change while its cooldown lasts. */
  readonly cooling: { readonly from: number; readonly to: number } | undefined;
}

export type Decision =
  | { readonly kind: 'scale'; readonly to: number; readonly direction: 'out' | 'in' }
  /** Nothing, and the activities tell why. */
  | { readonly kind: 'not-scaled'; readonly reason: NotScaled }
  | { readonly kind: 'nothing' };

/** Whether and how far to scale now (AAS/application-auto-scaling-target-tracking, AAS/step-scaling-policy-overview). */
export function decideScaling(question: Question): Decision {
  const { running } = question;
  const proposed = question.proposed(running);
  if (proposed === undefined) return nothing;
  if (proposed > running) return out(question, proposed);
  if (proposed < running) return scaleIn(question, proposed);
  return notScaled({ Code: 'AlreadyAtDesiredCapacity', CurrentCapacity: question.desired });
}

/**
 * While the cooldown of a change outwards lasts, what that change adds counts as done: only what goes beyond it is
 * added (AAS-API/API_TargetTrackingScalingPolicyConfiguration). A cooldown inwards holds up nothing here.
 */
function out(question: Question, proposed: number): Decision {
  const { cooling, desired, max, min, running, suspended } = question;
  if (suspended.out) return nothing;
  const outwards = cooling && cooling.to > cooling.from;
  const wanted = outwards ? (question.proposed(Math.min(running, cooling.from)) ?? proposed) : proposed;
  const to = Math.min(Math.max(wanted, min), max);
  if (to > desired) return { kind: 'scale', to, direction: 'out' };
  return notScaled(
    desired >= max
      ? { Code: 'AlreadyAtMaxCapacity', MaxCapacity: max }
      : { Code: 'AlreadyAtDesiredCapacity', CurrentCapacity: desired },
  );
}

function scaleIn(question: Question, proposed: number): Decision {
  const { cooling, deploying, desired, max, min, suspended } = question;
  if (deploying) return notScaled({ Code: 'TargetServicePutResourceAsUnscalable' });
  if (suspended.in) return nothing;
  const others = question.othersNeed();
  if (others === Number.POSITIVE_INFINITY || (cooling && cooling.to < cooling.from)) return nothing;
  const to = Math.min(Math.max(proposed, others, min), max);
  if (to < desired) return { kind: 'scale', to, direction: 'in' };
  return notScaled(
    desired <= min
      ? { Code: 'AlreadyAtMinCapacity', MinCapacity: min }
      : { Code: 'AlreadyAtDesiredCapacity', CurrentCapacity: desired },
  );
}

const nothing: Decision = { kind: 'nothing' };
const notScaled = (reason: NotScaled): Decision => ({ kind: 'not-scaled', reason });

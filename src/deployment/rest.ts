import type { Rest } from './carried.ts';
import type { Color } from './color.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';

/** What of an observation tells how long a colour has rested. */
export type SeenOfRest = Pick<Observation, 'at' | 'epoch' | 'atZeroMs' | 'sinceAnswerMs'>;

/**
 * How long until nothing follows a colour any more, in ms: deregistration delay + traffic settle after its weight was
 * read back as 0, and half the settle time after its last answer. What another driver wrote is believed only less the
 * greatest skew of two clocks; what this driver has itself seen at 0 counts in full.
 */
export function restLeftMs(plan: Plan, rest: Rest, color: Color, seen: SeenOfRest): number {
  const settleMs = plan.timings.trafficSettleSeconds * 1000;
  const answersLeft = settleMs / 2 - seen.sinceAnswerMs[color];
  if (rest.kind === 'never-carried') return 0;
  const needed = plan.timings.deregistrationDelaySeconds * 1000 + settleMs;
  const seenAtZero = seen.atZeroMs[color] ?? 0;
  if (rest.kind === 'carrying') return Math.max(0, needed - seenAtZero, answersLeft);
  const skew = rest.epoch === seen.epoch ? 0 : plan.timings.clockSkewSeconds * 1000;
  const byRecord = Date.parse(seen.at) - Date.parse(rest.at) - skew;
  return Math.max(0, needed - Math.max(byRecord, seenAtZero), answersLeft);
}

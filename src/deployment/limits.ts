import type { ProbeWindow } from './observation.ts';
import type { Limits } from './plan.ts';
import type { Reason } from './reason.ts';

/** One lost answer of twenty is five percent and proves nothing: fewer failures than this are chance, unless none is allowed. */
export const fewestFailures = 3;

/** What passes a limit within the window, judged only once enough probes were answered. */
export function overLimit(limits: Limits, probes: ProbeWindow): Reason | undefined {
  if (probes.answers < limits.minimumAnswers) return undefined;
  const percent = (100 * probes.failed) / probes.answers;
  const { windowSeconds } = limits;
  const enough = probes.failed >= (limits.failurePercent === 0 ? 1 : fewestFailures);
  if (enough && percent > limits.failurePercent) {
    return {
      kind: 'failures',
      percent,
      limit: limits.failurePercent,
      failed: probes.failed,
      answers: probes.answers,
      windowSeconds,
      example: probes.example,
    };
  }
  const limitMs = limits.p99Seconds === null ? Number.POSITIVE_INFINITY : limits.p99Seconds * 1000;
  if (probes.p99Ms > limitMs)
    return { kind: 'latency', p99Ms: probes.p99Ms, limitMs, answers: probes.answers, windowSeconds };
  return undefined;
}

import { fewestFailures } from './limits.ts';
import type { Observation } from './observation.ts';
import type { Limits, Plan } from './plan.ts';
import type { Reason } from './reason.ts';
import type { MetricWindow } from './watched.ts';

/** CloudWatch's points are a minute each: a shorter window would hold one or none. */
const leastWindowSeconds = 120;

/** Over how long CloudWatch's points are judged. */
export const metricWindowSeconds = ({ windowSeconds }: Limits): number =>
  60 * Math.ceil(Math.max(windowSeconds, leastWindowSeconds) / 60);

/** The slow net: an alarm that fires, and what production's clients really got from the new colour. */
export function overWatched(plan: Plan, seen: Pick<Observation, 'alarms' | 'metrics'>): Reason | undefined {
  const firing = seen.alarms?.find(({ state }) => state === 'ALARM');
  if (firing) return { kind: 'alarm', name: firing.name, reason: firing.reason, since: firing.since };
  return seen.metrics && overMetrics(plan.limits, seen.metrics);
}

function overMetrics(limits: Limits, { requests, failed, p99Ms, windowSeconds }: MetricWindow): Reason | undefined {
  if (requests < limits.minimumAnswers) return undefined;
  const percent = (100 * failed) / requests;
  if (failed >= (limits.failurePercent === 0 ? 1 : fewestFailures) && percent > limits.failurePercent)
    return { kind: 'clients-failures', percent, limit: limits.failurePercent, failed, requests, windowSeconds };
  const limitMs = limits.p99Seconds === null ? Number.POSITIVE_INFINITY : limits.p99Seconds * 1000;
  return p99Ms !== null && p99Ms > limitMs
    ? { kind: 'clients-latency', p99Ms, limitMs, requests, windowSeconds }
    : undefined;
}

/**
 * A hold that should have shown what its limits are about and did not: an alarm that can't be read, or, where no probe
 * can be sent, too few requests in CloudWatch.
 */
export function lacksData({ watched, route, limits }: Plan, seen: Pick<Observation, 'alarms' | 'metrics'>): boolean {
  if (!watched) return false;
  if (watched.alarms.length > 0 && !seen.alarms) return true;
  return route === null && watched.metrics && (seen.metrics?.requests ?? 0) < limits.minimumAnswers;
}

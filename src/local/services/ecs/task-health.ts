import { type EpochMs, type Ms, ms } from '../../../base/index.ts';
import { eventTexts } from './service-events.ts';
import type { EcsTask } from './task.ts';

export type TaskHealth = { /** When it may turn by time alone. */ readonly recheckIn: Ms | undefined } & (
  | { readonly kind: 'starting' | 'unproven' | 'healthy' }
  /** `reason` as in stoppedReason, `event` as in the service's events. */
  | { readonly kind: 'sick'; readonly reason: string; readonly event: string }
);

/**
 * Whether the scheduler takes a task for healthy: every target healthy and every essential container HEALTHY; without
 * either check, RUNNING for `settling`. Failures inside the grace period, counted from the start, do not count
 * (ECS-DG/service_definition_parameters).
 */
export function describeHealth(
  task: EcsTask,
  { now, grace, settling }: { readonly now: EpochMs; readonly grace: Ms; readonly settling: Ms },
): TaskHealth {
  const { lastStatus, startedAt } = task.facts;
  if (lastStatus !== 'RUNNING' || startedAt === undefined) return { kind: 'starting', recheckIn: undefined };

  const container = task.health;
  const badTarget = task.registrations.find((one) => one.health?.state === 'unhealthy');
  if (container === 'UNHEALTHY' || badTarget) {
    const graceLeft = startedAt + grace - now;
    if (graceLeft > 0) return { kind: 'unproven', recheckIn: ms(graceLeft) };
    if (container === 'UNHEALTHY')
      return {
        kind: 'sick',
        recheckIn: undefined,
        reason: 'Task failed container health checks',
        event: eventTexts.unhealthyContainer(task.plan.id),
      };
    if (badTarget) {
      const { target, targetGroupArn, health } = badTarget;
      return {
        kind: 'sick',
        recheckIn: undefined,
        reason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
        event: eventTexts.unhealthyTarget(
          task.plan.id,
          target.port,
          targetGroupArn,
          health?.description ?? 'Health checks failed',
        ),
      };
    }
  }

  if (container === undefined && task.registrations.length === 0) {
    const left = startedAt + settling - now;
    return left > 0 ? { kind: 'unproven', recheckIn: ms(left) } : { kind: 'healthy', recheckIn: undefined };
  }
  const well = container !== 'UNKNOWN' && task.registrations.every((one) => one.health?.state === 'healthy');
  return { kind: well ? 'healthy' : 'unproven', recheckIn: undefined };
}

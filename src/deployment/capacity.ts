import type { ColorReading, EcsDeployment, ServiceReading, TargetReading } from './readings.ts';

export const primaryOf = (reading: ServiceReading): EcsDeployment | undefined =>
  reading.deployments.find((deployment) => deployment.status === 'PRIMARY');

/**
 * Targets that can carry traffic for exactly `taskDefinition`: `healthy`, and their address belongs to a RUNNING task
 * of the PRIMARY ECS deployment with that task definition, whose rollout is completed, while no target of another one
 * is left that is not draining. (The colour may still be warm with an older revision: a bare count of healthy targets
 * would send traffic to the wrong version.)
 */
export function healthyOf(reading: ColorReading, taskDefinition: string): number {
  const primary = primaryOf(reading);
  if (primary?.taskDefinition !== taskDefinition || primary.rolloutState !== 'COMPLETED') return 0;
  const ours = new Set(
    reading.tasks
      .filter(
        (task) =>
          task.lastStatus === 'RUNNING' && task.startedBy === primary.id && task.taskDefinition === taskDefinition,
      )
      .map((task) => task.address),
  );
  const others = reading.targets.some(
    (target) => !ours.has(target.address) && target.state !== 'draining' && !isStarting(reading, target),
  );
  if (others) return 0;
  return reading.targets.filter((target) => target.state === 'healthy' && ours.has(target.address)).length;
}

/** A replacement that is registered before it is RUNNING belongs to the same deployment and is no stranger. */
function isStarting(reading: ColorReading, target: TargetReading): boolean {
  const primary = primaryOf(reading);
  return reading.tasks.some((task) => task.address === target.address && task.startedBy === primary?.id);
}

/** Targets in service, whatever runs there: what a rollback can return to. */
export const healthyAny = (reading: ColorReading): number =>
  reading.targets.filter((target) => target.state === 'healthy').length;

import type { ContainerCondition, ContainerDefinition } from '@aws-sdk/client-ecs';
import { unreachable } from '../../../base/index.ts';
import { refuse } from '../../aws-error.ts';
import type { TaskContainer } from './task-facts.ts';

/** Each dependency is on another container that can meet its condition, and none waits for itself. */
export function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((one) => [one.name, one]));
  for (const { name, dependsOn } of containers)
    for (const { containerName, condition } of dependsOn ?? [])
      checkDependency(name, byName.get(containerName), condition);
  checkOrder(containers);
}

/** What a condition asks of the container it is about (ECS-API/API_ContainerDependency). */
function checkDependency(
  name: string | undefined,
  on: ContainerDefinition | undefined,
  condition: ContainerCondition | undefined,
): void {
  if (!on) refuse('ClientException', `Container '${name}' depends on a container that does not exist.`);
  if (on?.name === name) refuse('ClientException', `Container '${name}' depends on itself.`);
  switch (condition) {
    case 'START':
      return;
    case 'COMPLETE':
    case 'SUCCESS':
      if (on?.essential)
        refuse('ClientException', `The condition ${condition} cannot be set on the essential container '${on.name}'.`);
      return;
    case 'HEALTHY':
      if (!on?.healthCheck)
        refuse('ClientException', `The condition HEALTHY needs a health check in container '${on?.name}'.`);
      return;
    case undefined:
      refuse('ClientException', `A dependency of container '${name}' has no condition.`);
      break;
    default:
      unreachable(condition);
  }
}

/** Takes away what can start until nothing is left; what is left then waits for itself. */
function checkOrder(containers: readonly ContainerDefinition[]): void {
  let left = containers;
  for (;;) {
    const names = new Set(left.map((one) => one.name));
    const waiting = left.filter((one) => one.dependsOn?.some(({ containerName }) => names.has(containerName)));
    if (waiting.length === 0) return;
    if (waiting.length === left.length) refuse('ClientException', 'The dependencies of the containers have a cycle.');
    left = waiting;
  }
}

/** Whether a container may start now, waits, or never will (ECS-API/API_ContainerDependency). */
export function readiness(
  { dependsOn = [] }: ContainerDefinition,
  containers: readonly TaskContainer[],
): { readonly kind: 'ready' | 'waits' } | { readonly kind: 'never'; readonly because: string } {
  let kind: 'ready' | 'waits' = 'ready';
  for (const { containerName, condition } of dependsOn) {
    const on = containers.find((one) => one.definition.name === containerName);
    const met = on && condition && isMet(on, condition);
    if (met === 'never') return { kind: 'never', because: `${containerName} does not reach ${condition}` };
    if (met !== 'met') kind = 'waits';
  }
  return { kind };
}

function isMet(on: TaskContainer, condition: ContainerCondition): 'met' | 'waits' | 'never' {
  const ended = on.status === 'STOPPED';
  switch (condition) {
    case 'START':
      return on.status === 'PENDING' ? 'waits' : 'met';
    case 'COMPLETE':
      return ended ? 'met' : 'waits';
    case 'SUCCESS':
      return !ended ? 'waits' : on.exitCode === 0 ? 'met' : 'never';
    case 'HEALTHY':
      if (ended || on.health === 'UNHEALTHY') return 'never';
      return on.health === 'HEALTHY' ? 'met' : 'waits';
    default:
      return unreachable(condition);
  }
}

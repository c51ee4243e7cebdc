import type { Failure, TaskDefinition } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import type { EcsHandler } from './ecs-state.ts';
import { describeTaskDefinition, findTaskDefinition, taskDefinitionKey } from './task-definition.ts';

/**
 * ECS-API/API_DeleteTaskDefinitions: at most 10, each of them INACTIVE. They are DELETE_IN_PROGRESS until nothing
 * runs on them any more (ECS-DG/delete-task-definition-v2).
 */
export const deleteTaskDefinitions: EcsHandler<'DeleteTaskDefinitions'> = (state, input) => {
  const references = input.taskDefinitions ?? [];
  if (references.length === 0 || references.length > 10)
    refuse('InvalidParameterException', 'taskDefinitions must have between 1 and 10 elements.');
  for (const reference of references)
    if (!/:\d+$/.test(reference))
      refuse('InvalidParameterException', 'Revision must be specified when deleting a task definition.');
  const taskDefinitions: TaskDefinition[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const found = findTaskDefinition(state, reference);
    if (!found) failures.push({ arn: reference, reason: 'The specified task definition does not exist.' });
    else if (found.status === 'ACTIVE')
      failures.push({
        arn: found.arn,
        reason: 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
      });
    else {
      const deleting = {
        ...found,
        status: 'DELETE_IN_PROGRESS' as const,
        deleteRequestedAt: found.deleteRequestedAt ?? state.world.clock.now(),
      };
      state.taskDefinitions.put(taskDefinitionKey(found.family, found.revision), deleting);
      taskDefinitions.push(describeTaskDefinition(deleting));
    }
  }
  return { taskDefinitions, failures };
};

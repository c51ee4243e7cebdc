import type { Failure, Task } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsArn, nameOf } from './arn.ts';
import { activeCluster } from './cluster.ts';
import { describeTask } from './describe-task.ts';
import type { EcsHandler } from './ecs-state.ts';

/** ECS-API/API_DescribeTasks: at most 100, by id or ARN. */
export const describeTasks: EcsHandler<'DescribeTasks'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  const references = input.tasks ?? [];
  if (references.length === 0) refuse('InvalidParameterException', 'Tasks cannot be empty.');
  if (references.length > 100) refuse('InvalidParameterException', 'Tasks cannot exceed 100 items.');
  const tasks: Task[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const id = nameOf(reference);
    const found = state.tasks.get(id);
    if (found?.plan.clusterArn === cluster.arn)
      tasks.push(describeTask(state, found, { tags: input.include?.includes('TAGS') ?? false }));
    else failures.push({ arn: ecsArn(state.world, `task/${cluster.name}/${id}`), reason: 'MISSING' });
  }
  return { tasks, failures };
};

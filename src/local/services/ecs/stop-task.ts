import { refuse } from '../../aws-error.ts';
import { nameOf } from './arn.ts';
import { activeCluster } from './cluster.ts';
import { describeTask } from './describe-task.ts';
import type { EcsHandler } from './ecs-state.ts';

/** ECS-API/API_StopTask. One behind a load balancer answers DEACTIVATING at once. */
export const stopTask: EcsHandler<'StopTask'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  const task = state.tasks.get(nameOf(input.task ?? ''));
  if (!task || task.plan.clusterArn !== cluster.arn)
    return refuse('InvalidParameterException', 'The referenced task was not found.');
  task.stop('UserInitiated', input.reason ?? 'Task stopped by user');
  return { task: describeTask(state, task, { tags: true }) };
};

import { refuse } from '../../aws-error.ts';
import { activeCluster } from './cluster.ts';
import type { EcsHandler } from './ecs-state.ts';
import { page } from './paging.ts';
import { serviceName } from './service-input.ts';

/** ECS-API/API_ListTasks: those whose desired status is RUNNING, unless asked for STOPPED. */
export const listTasks: EcsHandler<'ListTasks'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  const { desiredStatus = 'RUNNING', family, startedBy, launchType } = input;
  if (input.serviceName !== undefined && !state.services.has(`${cluster.name}/${serviceName(input.serviceName)}`))
    refuse('ServiceNotFoundException', 'Service not found.');
  const group = input.serviceName === undefined ? undefined : `service:${serviceName(input.serviceName)}`;
  const arns = state.tasks
    .all()
    .filter(
      ({ plan, facts }) =>
        plan.clusterArn === cluster.arn &&
        facts.desiredStatus === desiredStatus &&
        (family === undefined || plan.definition.family === family) &&
        (startedBy === undefined || plan.startedBy === startedBy) &&
        (launchType === undefined || plan.launchType === launchType) &&
        (group === undefined || plan.group === group),
    )
    .map((task) => task.plan.arn)
    .sort();
  const { keys, nextToken } = page(input.containerInstance === undefined ? arns : [], input);
  return { taskArns: keys, nextToken };
};

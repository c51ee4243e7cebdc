import { activeCluster } from './cluster.ts';
import type { EcsHandler } from './ecs-state.ts';
import { page } from './paging.ts';

/** ECS-API/API_ListServices: 10 a page unless asked otherwise. */
export const listServices: EcsHandler<'ListServices'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  const arns = [...state.services.values()]
    .filter(({ document }) => document.clusterArn === cluster.arn && document.status !== 'INACTIVE')
    .filter(({ primary }) => input.launchType === undefined || primary?.launchType === input.launchType)
    .map(({ document }) => document.arn)
    .sort();
  const { keys, nextToken } = page(arns, input, 10);
  return { serviceArns: keys, nextToken };
};

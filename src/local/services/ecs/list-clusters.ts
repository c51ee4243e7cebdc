import type { EcsHandler } from './ecs-state.ts';
import { page } from './paging.ts';

/** ECS-API/API_ListClusters: only those that are ACTIVE. */
export const listClusters: EcsHandler<'ListClusters'> = (state, input) => {
  const active = state.clusters.entries().filter(([, cluster]) => cluster.status === 'ACTIVE');
  const { keys, nextToken } = page(active.map(([, cluster]) => cluster.arn).sort(), input);
  return { clusterArns: keys, nextToken };
};

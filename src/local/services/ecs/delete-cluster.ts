import { refuse } from '../../aws-error.ts';
import { activeCluster, describeWhole } from './cluster.ts';
import type { EcsHandler } from './ecs-state.ts';

/** ECS-API/API_DeleteCluster: it must be empty; it stays describable as INACTIVE. */
export const deleteCluster: EcsHandler<'DeleteCluster'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  for (const { document } of state.services.values())
    if (document.clusterArn === cluster.arn && document.status !== 'INACTIVE')
      refuse('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
  for (const { plan, facts } of state.tasks.all())
    if (plan.clusterArn === cluster.arn && facts.lastStatus !== 'STOPPED')
      refuse('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  const inactive = { ...cluster, status: 'INACTIVE' as const };
  state.clusters.put(cluster.name, inactive);
  return { cluster: describeWhole(state, inactive) };
};

import { activeCluster, describeCluster } from './cluster.ts';
import type { ClusterDocument, EcsHandler, EcsState } from './ecs-state.ts';

/** ECS-API/API_UpdateCluster. Settings are kept and have no effect. */
export const updateCluster: EcsHandler<'UpdateCluster'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  return changed(state, { ...cluster, settings: input.settings ?? cluster.settings });
};

/** ECS-API/API_UpdateClusterSettings */
export const updateClusterSettings: EcsHandler<'UpdateClusterSettings'> = (state, input) =>
  changed(state, { ...activeCluster(state, input.cluster), settings: input.settings ?? [] });

/** ECS-API/API_PutClusterCapacityProviders. All capacity is the same here. */
export const putClusterCapacityProviders: EcsHandler<'PutClusterCapacityProviders'> = (state, input) =>
  changed(state, {
    ...activeCluster(state, input.cluster),
    capacityProviders: input.capacityProviders ?? [],
    defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
  });

function changed(state: EcsState, cluster: ClusterDocument) {
  state.clusters.put(cluster.name, cluster);
  return { cluster: describeCluster(state, cluster, { tags: true }) };
}

import { refuse } from '../../aws-error.ts';
import { checkedProviders, checkedStrategy } from './capacity-providers.ts';
import { activeCluster, describeWhole } from './cluster.ts';
import type { ClusterDocument, EcsHandler, EcsState } from './ecs-state.ts';

/** ECS-API/API_UpdateCluster. What it changes is kept and has no effect. */
export const updateCluster: EcsHandler<'UpdateCluster'> = (state, input) => {
  const { configuration, serviceConnectDefaults, ...cluster } = activeCluster(state, input.cluster);
  const connect = input.serviceConnectDefaults ?? serviceConnectDefaults;
  const configured = input.configuration ?? configuration;
  return changed(state, {
    ...cluster,
    settings: input.settings ?? cluster.settings,
    ...(configured === undefined ? {} : { configuration: configured }),
    // An empty namespace takes it away (ECS-API/API_ClusterServiceConnectDefaultsRequest).
    ...(connect?.namespace ? { serviceConnectDefaults: connect } : {}),
  });
};

/** ECS-API/API_UpdateClusterSettings */
export const updateClusterSettings: EcsHandler<'UpdateClusterSettings'> = (state, input) =>
  changed(state, { ...activeCluster(state, input.cluster), settings: input.settings ?? [] });

/** ECS-API/API_PutClusterCapacityProviders: replaces both lists; a provider that a service uses stays. */
export const putClusterCapacityProviders: EcsHandler<'PutClusterCapacityProviders'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  const capacityProviders = checkedProviders(input.capacityProviders ?? []);
  const strategy = checkedStrategy({ capacityProviders }, input.defaultCapacityProviderStrategy ?? []);
  for (const { document, primary } of state.services.values())
    for (const { capacityProvider = '' } of primary?.capacityProviderStrategy ?? [])
      if (document.clusterArn === cluster.arn && !capacityProviders.includes(capacityProvider))
        refuse('ResourceInUseException', 'The specified capacity provider is in use and cannot be removed.');
  return changed(state, { ...cluster, capacityProviders, defaultCapacityProviderStrategy: strategy });
};

function changed(state: EcsState, cluster: ClusterDocument) {
  state.clusters.put(cluster.name, cluster);
  return { cluster: describeWhole(state, cluster) };
}

import { refuse } from '../../aws-error.ts';
import { effectiveSetting } from './account-settings.ts';
import { ecsArn } from './arn.ts';
import { checkedProviders, checkedStrategy } from './capacity-providers.ts';
import { describeWhole } from './cluster.ts';
import type { EcsHandler } from './ecs-state.ts';
import { checkedTags } from './tags.ts';

/** ECS-API/API_CreateCluster. A cluster that exists is returned as it is. */
export const createCluster: EcsHandler<'CreateCluster'> = (state, input) => {
  const name = input.clusterName ?? 'default';
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name))
    refuse('InvalidParameterException', 'Cluster names must match the regex "^[a-zA-Z0-9_-]{1,255}$".');
  const existing = state.clusters.get(name);
  if (existing?.status === 'ACTIVE') return { cluster: describeWhole(state, existing) };
  const capacityProviders = checkedProviders(input.capacityProviders ?? []);
  const cluster = {
    arn: ecsArn(state.world, `cluster/${name}`),
    name,
    status: 'ACTIVE' as const,
    tags: checkedTags(input.tags),
    settings: input.settings?.length
      ? input.settings
      : [{ name: 'containerInsights' as const, value: effectiveSetting(state, 'containerInsights') }],
    capacityProviders,
    defaultCapacityProviderStrategy: checkedStrategy(
      { capacityProviders },
      input.defaultCapacityProviderStrategy ?? [],
    ),
    ...(input.configuration === undefined ? {} : { configuration: input.configuration }),
    ...(input.serviceConnectDefaults === undefined ? {} : { serviceConnectDefaults: input.serviceConnectDefaults }),
  };
  state.clusters.put(name, cluster);
  return { cluster: describeWhole(state, cluster) };
};

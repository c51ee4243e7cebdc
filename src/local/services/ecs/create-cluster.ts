import { refuse } from '../../aws-error.ts';
import { ecsArn } from './arn.ts';
import { describeCluster } from './cluster.ts';
import type { EcsHandler } from './ecs-state.ts';
import { checkedTags } from './tags.ts';

/** ECS-API/API_CreateCluster. A cluster that exists is returned as it is. */
export const createCluster: EcsHandler<'CreateCluster'> = (state, input) => {
  const name = input.clusterName ?? 'default';
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name))
    refuse('InvalidParameterException', 'Cluster names must match the regex "^[a-zA-Z0-9_-]{1,255}$".');
  const existing = state.clusters.get(name);
  if (existing?.status === 'ACTIVE') return { cluster: describeCluster(state, existing, { tags: true }) };
  const cluster = {
    arn: ecsArn(state.world, `cluster/${name}`),
    name,
    status: 'ACTIVE' as const,
    tags: checkedTags(input.tags),
    settings: input.settings ?? [{ name: 'containerInsights' as const, value: 'disabled' }],
    capacityProviders: input.capacityProviders ?? [],
    defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
  };
  state.clusters.put(name, cluster);
  return { cluster: describeCluster(state, cluster, { tags: true }) };
};

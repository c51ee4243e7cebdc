import type { Cluster } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { nameOf } from './arn.ts';
import { countsOf } from './deployment.ts';
import type { ClusterDocument, EcsState } from './ecs-state.ts';

/** The cluster that a request means: by name or ARN, `default` where it names none. It must be ACTIVE. */
export function activeCluster(state: EcsState, reference: string | undefined): ClusterDocument {
  const found = state.clusters.get(nameOf(reference ?? 'default'));
  return found?.status === 'ACTIVE' ? found : refuse('ClusterNotFoundException', 'Cluster not found.');
}

export function describeCluster(
  state: EcsState,
  cluster: ClusterDocument,
  include: { readonly tags: boolean },
): Cluster {
  const counts = countsOf(state.tasks.all().filter((task) => task.plan.clusterArn === cluster.arn));
  const services = [...state.services.values()].filter(
    ({ document }) => document.clusterArn === cluster.arn && document.status === 'ACTIVE',
  );
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    activeServicesCount: services.length,
    statistics: [],
    tags: include.tags ? [...cluster.tags] : [],
    settings: [...cluster.settings],
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: [...cluster.defaultCapacityProviderStrategy],
  };
}

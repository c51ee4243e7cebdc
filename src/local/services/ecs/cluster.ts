import type { Cluster, ClusterField, KeyValuePair } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { nameOf } from './arn.ts';
import { countsOf } from './deployment.ts';
import type { ClusterDocument, EcsState } from './ecs-state.ts';
import type { EcsService } from './service.ts';

/** The cluster that a request means: by name or ARN, `default` where it names none. It must be ACTIVE. */
export function activeCluster(state: EcsState, reference: string | undefined): ClusterDocument {
  const found = state.clusters.get(nameOf(reference ?? 'default'));
  return found?.status === 'ACTIVE' ? found : refuse('ClusterNotFoundException', 'Cluster not found.');
}

/** Settings, configuration, statistics and tags are shown where they are asked for (ECS-API/API_DescribeClusters). */
export function describeCluster(state: EcsState, cluster: ClusterDocument, include: readonly ClusterField[]): Cluster {
  const counts = countsOf(state.tasks.all().filter((task) => task.plan.clusterArn === cluster.arn));
  const services = servicesOf(state, cluster).filter(({ document }) => document.status === 'ACTIVE');
  const { configuration, serviceConnectDefaults } = cluster;
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    activeServicesCount: services.length,
    statistics: include.includes('STATISTICS') ? statistics(state, cluster) : [],
    tags: include.includes('TAGS') ? [...cluster.tags] : [],
    settings: include.includes('SETTINGS') ? [...cluster.settings] : [],
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: [...cluster.defaultCapacityProviderStrategy],
    ...(configuration && include.includes('CONFIGURATIONS') ? { configuration } : {}),
    ...(serviceConnectDefaults === undefined ? {} : { serviceConnectDefaults }),
  };
}

/** What the writing operations answer with. */
export const describeWhole = (state: EcsState, cluster: ClusterDocument): Cluster =>
  describeCluster(state, cluster, ['TAGS', 'SETTINGS', 'CONFIGURATIONS']);

const servicesOf = (state: EcsState, cluster: ClusterDocument): EcsService[] =>
  [...state.services.values()].filter(({ document }) => document.clusterArn === cluster.arn);

function statistics(state: EcsState, cluster: ClusterDocument): KeyValuePair[] {
  const tasks = state.tasks.all().filter((task) => task.plan.clusterArn === cluster.arn);
  const isEc2 = (launchType: string | undefined): boolean => launchType === 'EC2';
  return [true, false].flatMap((ec2) => {
    const of = countsOf(tasks.filter(({ plan }) => isEc2(plan.launchType) === ec2));
    const services = servicesOf(state, cluster).filter(({ primary }) => isEc2(primary?.launchType) === ec2);
    const count = (status: string) => services.filter(({ document }) => document.status === status).length;
    const kind = ec2 ? 'EC2' : 'Fargate';
    return [
      { name: `running${kind}TasksCount`, value: String(of.running) },
      { name: `pending${kind}TasksCount`, value: String(of.pending) },
      { name: `active${kind}ServiceCount`, value: String(count('ACTIVE')) },
      { name: `draining${kind}ServiceCount`, value: String(count('DRAINING')) },
    ];
  });
}

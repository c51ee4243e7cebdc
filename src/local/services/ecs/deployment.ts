import type {
  CapacityProviderStrategyItem,
  Deployment,
  DeploymentConfiguration,
  LoadBalancer,
  NetworkConfiguration,
  ServiceRegistry,
  ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { EcsTask } from './task.ts';

/** What of a service's configuration a deployment has a copy of: a difference in it starts a new one. */
export interface DeploymentInput {
  readonly taskDefinition: string;
  readonly networkConfiguration: NetworkConfiguration | undefined;
  /** As it was asked for: `LATEST` where nobody named one. */
  readonly platformVersion: string;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly serviceRegistries: readonly ServiceRegistry[];
  readonly capacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  readonly launchType: 'EC2' | 'EXTERNAL' | 'FARGATE' | 'MANAGED_INSTANCES' | undefined;
  readonly attached: Attached;
}

/** Kept and described; nothing of it has an effect here. */
export type Attached = Pick<
  ServiceRevision,
  | 'serviceConnectConfiguration'
  | 'volumeConfigurations'
  | 'vpcLatticeConfigurations'
  | 'gatewayConnectors'
  | 'monitoring'
>;

/** LATEST is this one for Linux (ECS-DG/platform-fargate). */
export const platformOf = (asked: string): string => (asked === 'LATEST' ? '1.4.0' : asked);

/** A launch type EC2 has no platform. */
export const describePlatform = (
  launchType: DeploymentInput['launchType'],
  platformVersion: string,
): { platformVersion?: string; platformFamily?: string } =>
  launchType === 'EC2' ? {} : { platformVersion, platformFamily: 'Linux' };

/** A deployment as it is stored. Its tasks are not: they end with the runtime. */
export interface DeploymentRecord extends DeploymentInput {
  /** `ecs-svc/<19 digits>` */
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE';
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly rolloutStateReason: string;
  /** Consecutive failures; 0 again as soon as one task runs well. */
  readonly failedTasks: number;
  /** It was completed once: its tasks count until the next deployment has replaced them. */
  readonly completedBefore: boolean;
  /** How many tasks it keeps, once it is no longer PRIMARY. */
  readonly keeps: number;
  /** ARNs of its service revision and service deployment; null where an earlier version of the runtime began it. */
  readonly revision: string | null;
  readonly serviceDeployment: string | null;
}

/**
 * How many failed tasks end a deployment: half of the desired count, clamped to 3…200 unless it is configured
 * otherwise (ECS-DG/deployment-circuit-breaker).
 */
export function failureThreshold(configuration: DeploymentConfiguration, desiredCount: number): number {
  const { type = 'BOUNDED_PERCENT', value = 50 } = configuration.deploymentCircuitBreaker?.thresholdConfiguration ?? {};
  if (type === 'COUNT') return Math.max(1, value);
  const share = Math.ceil((value / 100) * desiredCount);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}

export interface Counts {
  readonly running: number;
  readonly pending: number;
}

export function countsOf(tasks: readonly EcsTask[]): Counts {
  let running = 0;
  let pending = 0;
  for (const { facts } of tasks) {
    if (facts.lastStatus === 'RUNNING') running += 1;
    else if (facts.lastStatus === 'PROVISIONING' || facts.lastStatus === 'PENDING' || facts.lastStatus === 'ACTIVATING')
      pending += 1;
  }
  return { running, pending };
}

export function describeDeployment(one: DeploymentRecord, tasks: readonly EcsTask[], desiredCount: number): Deployment {
  const { running, pending } = countsOf(tasks);
  return {
    id: one.id,
    status: one.status,
    taskDefinition: one.taskDefinition,
    desiredCount,
    pendingCount: pending,
    runningCount: running,
    failedTasks: one.failedTasks,
    createdAt: new Date(one.createdAt),
    updatedAt: new Date(one.updatedAt),
    ...(one.launchType === undefined ? {} : { launchType: one.launchType }),
    ...(one.capacityProviderStrategy.length === 0
      ? {}
      : { capacityProviderStrategy: [...one.capacityProviderStrategy] }),
    ...describePlatform(one.launchType, platformOf(one.platformVersion)),
    networkConfiguration: one.networkConfiguration,
    rolloutState: one.rolloutState,
    rolloutStateReason: one.rolloutStateReason,
    ...shown(one.attached),
  };
}

function shown(attached: Attached): Partial<Deployment> {
  const { serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations } = attached;
  return {
    ...(serviceConnectConfiguration === undefined ? {} : { serviceConnectConfiguration }),
    ...(volumeConfigurations === undefined ? {} : { volumeConfigurations }),
    ...(vpcLatticeConfigurations === undefined ? {} : { vpcLatticeConfigurations }),
  };
}

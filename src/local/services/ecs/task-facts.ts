import type { ContainerDefinition, LoadBalancer, NetworkConfiguration, Tag, TaskOverride } from '@aws-sdk/client-ecs';
import type { EpochMs } from '../../../base/index.ts';
import type { Target, TargetHealth } from '../elbv2/target-registrar.ts';
import type { ContainerHealth } from './container-health.ts';
import type { TaskDefinitionDocument } from './task-definition.ts';

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export type StopCode = 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated';

/** All that is decided before a task starts. */
export interface TaskPlan {
  readonly id: string;
  readonly arn: string;
  readonly clusterArn: string;
  readonly address: string;
  readonly definition: TaskDefinitionDocument;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly networkConfiguration: NetworkConfiguration | undefined;
  readonly launchType: 'EC2' | 'EXTERNAL' | 'FARGATE' | 'MANAGED_INSTANCES' | undefined;
  readonly capacityProvider: string | undefined;
  readonly platformVersion: string;
  readonly overrides: TaskOverride;
  readonly tags: readonly Tag[];
  readonly enableExecuteCommand: boolean;
  /** For the ids of what belongs to it: containers, the network interface. */
  readonly attachmentId: string;
  readonly networkInterfaceId: string;
  readonly availabilityZone: string;
  readonly subnet: string;
  readonly containerIds: readonly string[];
}

export interface TaskContainer {
  readonly id: string;
  readonly definition: ContainerDefinition;
  readonly status: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly exitCode: number | undefined;
  readonly reason: string | undefined;
  readonly digest: string | undefined;
  /** Undefined where the definition has no health check. */
  readonly health: ContainerHealth | undefined;
}

export interface Registration {
  readonly targetGroupArn: string;
  readonly target: Target;
  readonly health: TargetHealth | undefined;
}

/** What is known of a task now. */
export interface TaskFacts {
  readonly lastStatus: TaskStatus;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly version: number;
  readonly createdAt: EpochMs;
  readonly connectedAt: EpochMs | undefined;
  readonly pullStartedAt: EpochMs | undefined;
  readonly pullStoppedAt: EpochMs | undefined;
  readonly startedAt: EpochMs | undefined;
  readonly stoppingAt: EpochMs | undefined;
  readonly executionStoppedAt: EpochMs | undefined;
  readonly stoppedAt: EpochMs | undefined;
  readonly stop: { readonly code: StopCode; readonly reason: string } | undefined;
  readonly tags: readonly Tag[];
}

import type { DeploymentConfiguration, Service, Tag } from '@aws-sdk/client-ecs';
import type { DeploymentRecord } from './deployment.ts';

/** A service as it is stored. */
export interface ServiceDocument {
  readonly arn: string;
  readonly name: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly createdAt: number;
  readonly inactiveSince: number | null;
  readonly desiredCount: number;
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly healthCheckGracePeriodSeconds: number;
  /** Members that are kept as given and have no effect here. */
  readonly echoed: Service;
  readonly propagateTags: 'NONE' | 'SERVICE' | 'TASK_DEFINITION';
  readonly enableExecuteCommand: boolean;
  readonly enableECSManagedTags: boolean;
  readonly tags: readonly Tag[];
  /** The request that created it, for idempotency. */
  readonly creation: string;
  /** Newest first; the first is PRIMARY. */
  readonly deployments: readonly DeploymentRecord[];
  readonly lastCompleted: DeploymentRecord | null;
  /** ARN of the service deployment that began last; null where an earlier version of the runtime began it. */
  readonly serviceDeployment: string | null;
}

export const serviceKey = ({ clusterName, name }: Pick<ServiceDocument, 'clusterName' | 'name'>): string =>
  `${clusterName}/${name}`;

/** A document as an earlier version of the runtime may have stored it, with what it did not know yet. */
export function completeService(stored: ServiceDocument): ServiceDocument {
  const complete = (one: DeploymentRecord): DeploymentRecord => ({
    ...one,
    serviceRegistries: one.serviceRegistries ?? [],
    attached: one.attached ?? {},
    revision: one.revision ?? null,
    serviceDeployment: one.serviceDeployment ?? null,
  });
  return {
    ...stored,
    enableECSManagedTags: stored.enableECSManagedTags ?? stored.echoed.enableECSManagedTags ?? false,
    deployments: stored.deployments.map(complete),
    lastCompleted: stored.lastCompleted && complete(stored.lastCompleted),
    serviceDeployment: stored.serviceDeployment ?? null,
  };
}

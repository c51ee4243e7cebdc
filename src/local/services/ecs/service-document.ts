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
  readonly tags: readonly Tag[];
  /** The request that created it, for idempotency. */
  readonly creation: string;
  /** Newest first; the first is PRIMARY. */
  readonly deployments: readonly DeploymentRecord[];
  readonly lastCompleted: DeploymentRecord | null;
}

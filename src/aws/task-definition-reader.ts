import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { ok, type Result } from '../base/index.ts';
import type { CallError, TaskDefinition } from '../deployment/index.ts';
import { type Aws, read } from './aws.ts';

/** A task definition as it is registered. */
export interface RegisteredDefinition {
  readonly definition: TaskDefinition;
  /** ISO 8601. */
  readonly registeredAt: string;
  /** Not deregistered. */
  readonly isActive: boolean;
}

/** Reads a task definition of teal's own form; undefined where it is gone or has no container. */
export async function readTaskDefinition(
  aws: Aws,
  arn: string,
  signal: AbortSignal,
): Promise<Result<RegisteredDefinition | undefined, CallError>> {
  const { client, sdk } = await aws.clients.ecs();
  const command = () => new sdk.DescribeTaskDefinitionCommand({ taskDefinition: arn });
  const found = await read(aws, client, command, signal, (output) => output.taskDefinition);
  if (!found.ok) return found.error.kind === 'refused' ? ok(undefined) : found;
  const { family, cpu, memory, runtimePlatform, executionRoleArn, taskRoleArn, containerDefinitions } = found.value;
  const { registeredAt, status } = found.value;
  const container = containerDefinitions?.[0];
  if (!container) return ok(undefined);
  return ok({
    registeredAt: registeredAt?.toISOString() ?? '',
    isActive: status === 'ACTIVE',
    definition: {
      family: family ?? '',
      cpu: Number(cpu),
      memory: Number(memory),
      architecture: runtimePlatform?.cpuArchitecture === 'ARM64' ? 'ARM64' : 'X86_64',
      executionRole: executionRoleArn ?? '',
      taskRole: taskRoleArn ?? '',
      container: toContainer(container),
    },
  });
}

function toContainer(container: ContainerDefinition): TaskDefinition['container'] {
  const { healthCheck, logConfiguration } = container;
  return {
    name: container.name ?? '',
    image: container.image ?? '',
    command: container.command?.length ? container.command : undefined,
    port: container.portMappings?.[0]?.containerPort ?? 0,
    environment: Object.fromEntries((container.environment ?? []).map(({ name, value }) => [name ?? '', value ?? ''])),
    secrets: Object.fromEntries((container.secrets ?? []).map(({ name, valueFrom }) => [name ?? '', valueFrom ?? ''])),
    // Absent members have ECS's defaults (ECS-API/API_HealthCheck).
    healthCheck: healthCheck?.command && {
      command: healthCheck.command,
      intervalSeconds: healthCheck.interval ?? 30,
      timeoutSeconds: healthCheck.timeout ?? 5,
      retries: healthCheck.retries ?? 3,
      startPeriodSeconds: healthCheck.startPeriod ?? 0,
    },
    stopTimeoutSeconds: container.stopTimeout ?? 30,
    logGroup: logConfiguration?.options?.['awslogs-group'] ?? '',
    region: logConfiguration?.options?.['awslogs-region'] ?? '',
  };
}

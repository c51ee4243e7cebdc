import type { ContainerDefinition, EphemeralStorage } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { partition } from './arn.ts';
import { checkDependencies } from './container-dependencies.ts';
import type { EcsHandler } from './ecs-state.ts';
import { fargateSize } from './fargate-sizes.ts';
import { checkedTags } from './tags.ts';
import { describeTaskDefinition, taskDefinitionArn, taskDefinitionKey } from './task-definition.ts';

/** ECS-API/API_RegisterTaskDefinition. A family's revisions are never reused. */
export const registerTaskDefinition: EcsHandler<'RegisterTaskDefinition'> = (state, input) => {
  const { family = '', tags, ...rest } = input;
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(family))
    refuse(
      'ClientException',
      'Family contains invalid characters. Letters, numbers, hyphens and underscores are allowed.',
    );
  const given = input.containerDefinitions ?? [];
  if (given.length === 0) refuse('ClientException', 'Container list cannot be empty.');
  const containers = given.map((container) => checkedContainer(container, input.networkMode === 'awsvpc'));
  checkTogether(containers);
  const fargate = input.requiresCompatibilities?.includes('FARGATE') ?? false;
  const size = fargate ? checkedForFargate(input, containers) : { cpu: input.cpu, memory: input.memory };
  if (containers.some((one) => one.secrets?.length) && !input.executionRoleArn)
    refuse(
      'ClientException',
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  if (size.memory === undefined && containers.some((one) => !one.memory && !one.memoryReservation))
    refuse(
      'ClientException',
      `Invalid setting for container '${containers[0]?.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  const checked = checkedTags(tags);

  const revision = (state.families.get(family)?.lastRevision ?? 0) + 1;
  const document = {
    arn: taskDefinitionArn(state, family, revision),
    family,
    revision,
    status: 'ACTIVE' as const,
    registeredAt: state.world.clock.now(),
    deregisteredAt: null,
    tags: checked,
    definition: {
      volumes: [],
      placementConstraints: [],
      requiresAttributes: [],
      ...rest,
      ...size,
      containerDefinitions: containers,
      compatibilities: fargate ? (['EC2', 'FARGATE'] as const).slice() : (['EC2'] as const).slice(),
      registeredBy: `arn:${partition(state.world.region)}:iam::${state.world.account}:root`,
    },
  };
  state.families.put(family, { lastRevision: revision });
  state.taskDefinitions.put(taskDefinitionKey(family, revision), document);
  return { taskDefinition: describeTaskDefinition(document), tags: [...checked] };
};

function checkedContainer(container: ContainerDefinition, awsvpc: boolean): ContainerDefinition {
  const name = container.name ?? '';
  if (name === '') refuse('ClientException', 'Container.name should not be null or empty.');
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) refuse('ClientException', 'Container.name contains invalid characters.');
  if (!container.image) refuse('ClientException', 'Container.image should not be null or empty.');
  if (/\s/.test(container.image ?? '')) refuse('ClientException', 'Container.image contains invalid characters.');
  for (const secret of container.secrets ?? [])
    if (!secret.name || !secret.valueFrom)
      refuse('ClientException', `Container '${name}': a secret needs a name and valueFrom.`);
  if (awsvpc && container.links?.length) refuse('ClientException', 'Links are not supported when networkMode=awsvpc.');
  const portMappings = (container.portMappings ?? []).map((mapping) => {
    const { containerPort = 0, hostPort = containerPort } = mapping;
    if (containerPort < 1 || containerPort > 65_535)
      refuse(
        'ClientException',
        `Invalid 'containerPort' setting for container '${name}': must be between 1 and 65535.`,
      );
    if (awsvpc && hostPort !== 0 && hostPort !== containerPort)
      refuse(
        'ClientException',
        'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
      );
    return { ...mapping, hostPort: awsvpc ? containerPort : hostPort, protocol: mapping.protocol ?? ('tcp' as const) };
  });
  const check = container.healthCheck;
  if (check) {
    within(check.interval, 5, 300, 'healthCheck.interval');
    within(check.timeout, 2, 60, 'healthCheck.timeout');
    within(check.retries, 1, 10, 'healthCheck.retries');
    within(check.startPeriod, 0, 300, 'healthCheck.startPeriod');
    if (!check.command?.length)
      refuse('ClientException', `Container '${name}': healthCheck.command must not be empty.`);
  }
  return {
    cpu: 0,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    essential: container.essential ?? true,
    portMappings,
    ...(check ? { healthCheck: { interval: 30, timeout: 5, retries: 3, ...check } } : {}),
  };
}

function within(value: number | undefined, least: number, most: number, name: string): void {
  if (value !== undefined && (value < least || value > most))
    refuse('ClientException', `Invalid '${name}' setting: ${value}. It must be between ${least} and ${most}.`);
}

function checkTogether(containers: readonly ContainerDefinition[]): void {
  if (new Set(containers.map((one) => one.name)).size < containers.length)
    refuse('ClientException', 'Container names must be unique in a task definition.');
  if (!containers.some((one) => one.essential))
    refuse('ClientException', 'A task definition must have at least one essential container.');
  checkDependencies(containers);
  const ports = containers.flatMap((one) => (one.portMappings ?? []).map((mapping) => mapping.containerPort));
  if (new Set(ports).size < ports.length)
    refuse('ClientException', 'Two containers of a task definition cannot use the same port in network mode awsvpc.');
}

function checkedForFargate(
  input: {
    cpu?: string | undefined;
    memory?: string | undefined;
    networkMode?: string | undefined;
    executionRoleArn?: string | undefined;
    ephemeralStorage?: EphemeralStorage | undefined;
  },
  containers: readonly ContainerDefinition[],
): { cpu: string; memory: string } {
  if (input.networkMode !== 'awsvpc') refuse('ClientException', 'Fargate only supports network mode ‘awsvpc’.');
  const size = fargateSize(input.cpu, input.memory);
  for (const container of containers) {
    const driver = container.logConfiguration?.logDriver;
    if (container.privileged) refuse('ClientException', 'Fargate does not support privileged containers.');
    if (driver && !['awslogs', 'splunk', 'awsfirelens'].includes(driver))
      refuse(
        'ClientException',
        `Log driver ${driver} is not supported on Fargate. Use awslogs, splunk or awsfirelens.`,
      );
    if (driver === 'awslogs' && !input.executionRoleArn)
      refuse(
        'ClientException',
        'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
      );
    if (driver === 'awslogs' && !container.logConfiguration?.options?.['awslogs-group'])
      refuse('ClientException', 'Log driver awslogs requires options: awslogs-group, awslogs-region.');
    if (driver === 'awslogs' && !container.logConfiguration?.options?.['awslogs-stream-prefix'])
      refuse(
        'ClientException',
        'Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.',
      );
    if (/\.dkr\.ecr\./.test(container.image ?? '') && !input.executionRoleArn)
      refuse('ClientException', 'Fargate requires task definition to have execution role ARN to support ECR images.');
    within(container.stopTimeout, 0, 120, 'stopTimeout');
    within(container.startTimeout, 0, 120, 'startTimeout');
    if ((container.memory ?? 0) > Number(size.memory))
      refuse(
        'ClientException',
        `Invalid setting for container '${container.name}'. Its memory is greater than that of the task.`,
      );
  }
  if (containers.reduce((sum, one) => sum + (one.cpu ?? 0), 0) > Number(size.cpu))
    refuse('ClientException', 'The CPU units of the containers together are more than those of the task.');
  within(input.ephemeralStorage?.sizeInGiB, 21, 200, 'ephemeralStorage.sizeInGiB');
  return size;
}

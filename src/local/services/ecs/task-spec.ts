import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { err, ok, type Result } from '../../../base/index.ts';
import type { ContainerSpec, TaskSpec } from '../../tasks/task-driver.ts';
import type { World } from '../../world.ts';
import type { Neighbours, SecretMissing } from './neighbours.ts';
import type { TaskPlan } from './task-facts.ts';

/**
 * What the driver is to run: secrets resolved, log streams made. The error is AWS's stoppedReason
 * (ECS-DG/stopped-task-error-codes). Secrets' values go to the driver alone, into no document.
 */
export function prepareTask(plan: TaskPlan, world: World, neighbours: Neighbours): Result<TaskSpec, string> {
  const definitions = plan.definition.definition.containerDefinitions ?? [];
  const missing: SecretMissing[] = [];
  const unpullable: string[] = [];
  const containers = definitions.map((definition): ContainerSpec => {
    const override = plan.overrides.containerOverrides?.find((one) => one.name === definition.name);
    const secrets: Record<string, string> = {};
    for (const { name, valueFrom } of definition.secrets ?? []) {
      const found = neighbours.secret(world, valueFrom ?? '');
      if (!found.ok) missing.push(found.error);
      else if (name !== undefined) secrets[name] = found.value;
    }
    const asked = definition.image ?? '';
    const image = neighbours.image(world, asked);
    if (image.kind === 'missing') unpullable.push(asked);
    return {
      name: definition.name ?? '',
      image: image.kind === 'found' ? image.reference : asked,
      entryPoint: definition.entryPoint,
      command: override?.command ?? definition.command,
      workingDirectory: definition.workingDirectory,
      environment: {
        AWS_REGION: world.region,
        AWS_DEFAULT_REGION: world.region,
        AWS_EXECUTION_ENV: plan.launchType === 'EC2' ? 'AWS_ECS_EC2' : 'AWS_ECS_FARGATE',
        ...pairs(definition.environment),
        ...pairs(override?.environment),
        ...secrets,
      },
      ports: (definition.portMappings ?? []).flatMap((mapping) => mapping.containerPort ?? []),
      waits: (definition.dependsOn?.length ?? 0) > 0,
    };
  });
  if (missing.length > 0) {
    const parameters = missing.flatMap((each) => (each.kind === 'parameter' ? each.name : []));
    const secret = missing.find((each) => each.kind === 'secret');
    const what = secret
      ? `unable to retrieve secret from asm: ${secret.reason}`
      : `unable to retrieve secrets from ssm: invalid ssm parameters: ${parameters.join(', ')}`;
    return err(
      `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${what}`,
    );
  }

  const [gone] = unpullable;
  if (gone !== undefined)
    return err(
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${gone}: ${gone}: not found`,
    );

  const output = neighbours.output(world);
  for (const definition of definitions) {
    const log = logTarget(definition, plan.id);
    if (!log) continue;
    if (log.create && !output.hasGroup(log.group)) output.createGroup(log.group);
    if (!output.hasGroup(log.group))
      return err(
        'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed ' +
          'to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
      );
    output.createStream(log.group, log.stream);
  }
  return ok({
    id: plan.id,
    arn: plan.arn,
    clusterArn: plan.clusterArn,
    taskRoleArn: plan.overrides.taskRoleArn ?? plan.definition.definition.taskRoleArn,
    address: plan.address,
    family: plan.definition.family,
    revision: plan.definition.revision,
    size: reservedSize(plan),
    containers,
  });
}

/** What the task reserves: the task's own size, else (EC2) what its containers reserve together. */
export function reservedSize(plan: TaskPlan): TaskSpec['size'] {
  const { containerDefinitions = [], cpu, memory } = plan.definition.definition;
  const total = (of: (container: ContainerDefinition) => number | undefined): number =>
    containerDefinitions.reduce((sum, container) => sum + (of(container) ?? 0), 0);
  return {
    cpuUnits: Number(plan.overrides.cpu ?? cpu ?? total((one) => one.cpu)),
    memoryMiB: Number(plan.overrides.memory ?? memory ?? total((one) => one.memoryReservation ?? one.memory)),
  };
}

/** Where a container's output goes (ECS-DG/using_awslogs): `<prefix>/<container>/<task>`. */
export function logTarget(
  definition: ContainerDefinition,
  taskId: string,
): { readonly group: string; readonly stream: string; readonly create: boolean } | undefined {
  const { logDriver, options } = definition.logConfiguration ?? {};
  const group = options?.['awslogs-group'];
  if (logDriver !== 'awslogs' || group === undefined) return undefined;
  const prefix = options?.['awslogs-stream-prefix'];
  const words = [...(prefix === undefined ? [] : [prefix]), definition.name ?? '', taskId];
  return { group, stream: words.join('/'), create: options?.['awslogs-create-group'] === 'true' };
}

const pairs = (
  list: readonly { readonly name?: string | undefined; readonly value?: string | undefined }[] | undefined,
): Record<string, string> => Object.fromEntries((list ?? []).map(({ name, value }) => [name ?? '', value ?? '']));

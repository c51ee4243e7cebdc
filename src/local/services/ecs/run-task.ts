import type { TaskDefinition, TaskOverride } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { nextProvider } from './capacity-providers.ts';
import { activeCluster } from './cluster.ts';
import { platformOf } from './deployment.ts';
import { describeTask } from './describe-task.ts';
import type { EcsHandler } from './ecs-state.ts';
import { fargateSize } from './fargate-sizes.ts';
import { capacityOf, checkedDeployment } from './service-input.ts';
import { checkedTags, managedTags, taskTags } from './tags.ts';
import { activeTaskDefinition } from './task-definition.ts';

const invalid = (message: string): never => refuse('InvalidParameterException', message);

/** How long a client token is remembered (ECS-DG/ECS_Idempotency). */
const tokenKept = 86_400_000;

/** ECS-API/API_RunTask: tasks that nobody replaces. The same client token gives the same tasks. */
export const runTask: EcsHandler<'RunTask'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  const { clientToken, count = 1, ...request } = input;
  if (clientToken !== undefined && !/^[\x21-\x7e]{1,64}$/.test(clientToken))
    invalid('The client token must have between 1 and 64 ASCII characters.');
  const described = JSON.stringify({ ...request, count });
  const now = state.world.clock.now();
  const before = clientToken === undefined ? undefined : state.runTokens.get(`${cluster.name}/${clientToken}`);
  if (before && now < before.at + tokenKept) {
    if (before.request !== described)
      refuse('ConflictException', 'The client token was used for another request.', 400, { resourceIds: before.tasks });
    const tasks = before.tasks.flatMap((id) => state.tasks.get(id) ?? []);
    return { tasks: tasks.map((task) => describeTask(state, task, { tags: true })), failures: [] };
  }
  if (count < 1 || count > 10) invalid('count must be between 1 and 10.');
  if ((input.startedBy ?? '').length > 128) invalid('startedBy must have at most 128 characters.');
  if (input.propagateTags === 'SERVICE') invalid('propagateTags of a task can only be TASK_DEFINITION.');
  const definition = activeTaskDefinition(state, input.taskDefinition, 'InvalidParameterException');
  const deployment = checkedDeployment(state, {
    taskDefinition: definition.arn,
    networkConfiguration: input.networkConfiguration,
    platformVersion: input.platformVersion,
    loadBalancers: [],
    serviceRegistries: [],
    ...capacityOf(cluster, input),
    attached: {},
  });
  if (deployment.launchType === 'EC2') invalid('No Container Instances were found in your cluster.');
  const overrides = checkedOverrides(input.overrides ?? {}, definition.definition);
  const tags = taskTags(
    checkedTags(input.tags),
    input.propagateTags === 'TASK_DEFINITION' ? definition.tags : [],
    input.enableECSManagedTags ? managedTags(cluster.name) : [],
  );

  const strategy = deployment.capacityProviderStrategy;
  const placed = new Map<string, number>();
  const tasks = Array.from({ length: count }, () => {
    const provider = strategy.length > 0 ? nextProvider(strategy, (name) => placed.get(name) ?? 0) : undefined;
    if (provider !== undefined) placed.set(provider, (placed.get(provider) ?? 0) + 1);
    return state.tasks.launch(
      {
        definition: definition.arn,
        clusterArn: cluster.arn,
        clusterName: cluster.name,
        group: input.group ?? `family:${definition.family}`,
        startedBy: input.startedBy,
        loadBalancers: [],
        networkConfiguration: deployment.networkConfiguration,
        launchType: deployment.launchType,
        capacityProvider: provider,
        platformVersion: platformOf(deployment.platformVersion),
        overrides,
        tags,
        enableExecuteCommand: input.enableExecuteCommand ?? false,
      },
      () => undefined,
    );
  });
  if (clientToken !== undefined)
    state.runTokens.set(`${cluster.name}/${clientToken}`, {
      at: now,
      request: described,
      tasks: tasks.map((one) => one.plan.id),
    });
  return { tasks: tasks.map((task) => describeTask(state, task, { tags: true })), failures: [] };
};

/** Each named container must be there; cpu and memory of the task must be a size that Fargate has. */
function checkedOverrides(overrides: TaskOverride, definition: TaskDefinition): TaskOverride {
  for (const { name } of overrides.containerOverrides ?? [])
    if (!definition.containerDefinitions?.some((one) => one.name === name))
      invalid(`Override for container named ${name ?? ''} is not a container in the TaskDefinition.`);
  if (overrides.cpu === undefined && overrides.memory === undefined) return overrides;
  const size = fargateSize(
    overrides.cpu ?? definition.cpu,
    overrides.memory ?? definition.memory,
    'InvalidParameterException',
  );
  return { ...overrides, ...size };
}

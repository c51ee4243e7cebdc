import { refuse } from '../../aws-error.ts';
import { activeCluster } from './cluster.ts';
import { describeTask } from './describe-task.ts';
import type { EcsHandler } from './ecs-state.ts';
import { checkedDeployment } from './service-input.ts';
import { checkedTags } from './tags.ts';
import { activeTaskDefinition } from './task-definition.ts';

/** ECS-API/API_RunTask: tasks that nobody replaces. The same client token gives the same tasks. */
export const runTask: EcsHandler<'RunTask'> = (state, input) => {
  const cluster = activeCluster(state, input.cluster);
  const { clientToken, count = 1, ...request } = input;
  const described = JSON.stringify({ ...request, count });
  const before = clientToken === undefined ? undefined : state.runTokens.get(`${cluster.name}/${clientToken}`);
  if (before) {
    if (before.request !== described)
      refuse('ConflictException', 'The client token was used for another request.', 400, { resourceIds: before.tasks });
    const tasks = before.tasks.flatMap((id) => state.tasks.get(id) ?? []);
    return { tasks: tasks.map((task) => describeTask(state, task, { tags: true })), failures: [] };
  }
  if (count < 1 || count > 10) refuse('InvalidParameterException', 'count must be between 1 and 10.');
  const definition = activeTaskDefinition(state, input.taskDefinition, 'InvalidParameterException');
  const capacityProviderStrategy = input.capacityProviderStrategy ?? [];
  const deployment = checkedDeployment(state, {
    taskDefinition: definition.arn,
    networkConfiguration: input.networkConfiguration,
    platformVersion: input.platformVersion,
    loadBalancers: [],
    capacityProviderStrategy,
    launchType: input.launchType ?? (capacityProviderStrategy.length > 0 ? undefined : 'FARGATE'),
  });
  const tags = checkedTags(input.tags);

  const tasks = Array.from({ length: count }, () =>
    state.tasks.launch(
      {
        definition: definition.arn,
        clusterArn: cluster.arn,
        clusterName: cluster.name,
        group: input.group ?? `family:${definition.family}`,
        startedBy: input.startedBy,
        loadBalancers: [],
        networkConfiguration: deployment.networkConfiguration,
        launchType: deployment.launchType,
        capacityProvider: capacityProviderStrategy[0]?.capacityProvider,
        platformVersion: deployment.platformVersion,
        overrides: input.overrides ?? {},
        tags,
        propagateDefinitionTags: input.propagateTags === 'TASK_DEFINITION',
        enableExecuteCommand: input.enableExecuteCommand ?? false,
      },
      () => undefined,
    ),
  );
  if (clientToken !== undefined)
    state.runTokens.set(`${cluster.name}/${clientToken}`, {
      request: described,
      tasks: tasks.map((one) => one.plan.id),
    });
  return { tasks: tasks.map((task) => describeTask(state, task, { tags: true })), failures: [] };
};

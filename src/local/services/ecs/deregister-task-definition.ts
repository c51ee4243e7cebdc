import { refuse } from '../../aws-error.ts';
import type { EcsHandler } from './ecs-state.ts';
import { describeTaskDefinition, findTaskDefinition, taskDefinitionKey } from './task-definition.ts';

/** ECS-API/API_DeregisterTaskDefinition: what runs it runs on and may scale. */
export const deregisterTaskDefinition: EcsHandler<'DeregisterTaskDefinition'> = (state, input) => {
  const reference = input.taskDefinition ?? '';
  if (!/:\d+$/.test(reference))
    refuse('ClientException', 'Revision must be specified when deregistering a task definition.');
  const found =
    findTaskDefinition(state, reference) ??
    refuse(
      'ClientException',
      'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
    );
  if (found.status === 'INACTIVE')
    refuse(
      'ClientException',
      'The specified task definition is inactive. Specify an active task definition and try again.',
    );
  const inactive = { ...found, status: 'INACTIVE' as const, deregisteredAt: state.world.clock.now() };
  state.taskDefinitions.put(taskDefinitionKey(found.family, found.revision), inactive);
  return { taskDefinition: describeTaskDefinition(inactive) };
};

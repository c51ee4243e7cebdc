import { refuse } from '../../aws-error.ts';
import type { EcsHandler } from './ecs-state.ts';
import { describeTaskDefinition as describe, findTaskDefinition } from './task-definition.ts';

/** ECS-API/API_DescribeTaskDefinition: a family alone means its latest ACTIVE revision. */
export const describeTaskDefinition: EcsHandler<'DescribeTaskDefinition'> = (state, input) => {
  const found =
    findTaskDefinition(state, input.taskDefinition ?? '') ??
    refuse('ClientException', 'Unable to describe task definition.');
  return {
    taskDefinition: describe(found),
    ...(input.include?.includes('TAGS') ? { tags: [...found.tags] } : {}),
  };
};

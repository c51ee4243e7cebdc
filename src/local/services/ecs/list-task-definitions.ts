import type { EcsHandler } from './ecs-state.ts';
import { page } from './paging.ts';
import { taskDefinitions } from './task-definition.ts';

/** ECS-API/API_ListTaskDefinitions: ACTIVE ones unless asked otherwise, by family and revision. */
export const listTaskDefinitions: EcsHandler<'ListTaskDefinitions'> = (state, input) => {
  const { familyPrefix, status = 'ACTIVE', sort } = input;
  const found = taskDefinitions(state).filter(
    ([, one]) => one.status === status && (familyPrefix === undefined || one.family === familyPrefix),
  );
  if (sort !== 'DESC') {
    const { keys, nextToken } = page(
      found.map(([key]) => key),
      input,
    );
    return { taskDefinitionArns: arnsOf(keys), nextToken };
  }
  // Paging goes upwards in keys: the place from the end sorts like the reversed list.
  const reversed = found.map(([key]) => key).reverse();
  const places = reversed.map((_, index) => String(index).padStart(9, '0'));
  const { keys, nextToken } = page(places, input);
  return { taskDefinitionArns: arnsOf(keys.map((place) => reversed[Number(place)] ?? '')), nextToken };

  function arnsOf(keys: readonly string[]): string[] {
    return keys.flatMap((key) => state.taskDefinitions.get(key)?.arn ?? []);
  }
};

/** ECS-API/API_ListTaskDefinitionFamilies: without a status those with and without ACTIVE revisions. */
export const listTaskDefinitionFamilies: EcsHandler<'ListTaskDefinitionFamilies'> = (state, input) => {
  const { familyPrefix = '', status = 'ALL' } = input;
  const active = new Set(taskDefinitions(state).flatMap(([, one]) => (one.status === 'ACTIVE' ? one.family : [])));
  const families = state.families
    .entries()
    .map(([family]) => family)
    .filter((family) => family.startsWith(familyPrefix))
    .filter((family) => status === 'ALL' || active.has(family) === (status === 'ACTIVE'));
  const { keys, nextToken } = page(families, input);
  return { families: keys, nextToken };
};

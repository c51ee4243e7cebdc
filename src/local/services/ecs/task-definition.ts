import type { Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsArn, ecsResource } from './arn.ts';
import type { EcsState } from './ecs-state.ts';

/** A registered revision as it is stored: the SDK's shape, with instants as numbers. */
export interface TaskDefinitionDocument {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly registeredAt: number;
  readonly deregisteredAt: number | null;
  readonly definition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** Sorts by family, then by revision. No family has a `/` in its name. */
export const taskDefinitionKey = (family: string, revision: number): string =>
  `${family}/${String(revision).padStart(9, '0')}`;

export const taskDefinitionArn = (state: EcsState, family: string, revision: number): string =>
  ecsArn(state.world, `task-definition/${family}:${revision}`);

/** By `family` (its latest ACTIVE revision), `family:revision` or ARN; undefined when there is none. */
export function findTaskDefinition(state: EcsState, reference: string): TaskDefinitionDocument | undefined {
  const name = reference.startsWith('arn:') ? (ecsResource(reference)[1] ?? '') : reference;
  const [family = '', revision] = name.split(':');
  if (revision !== undefined) return state.taskDefinitions.get(taskDefinitionKey(family, Number(revision)));
  for (let latest = state.families.get(family)?.lastRevision ?? 0; latest > 0; latest--) {
    const found = state.taskDefinitions.get(taskDefinitionKey(family, latest));
    if (found?.status === 'ACTIVE') return found;
  }
  return undefined;
}

/** For starting tasks: it must exist and be ACTIVE. UpdateService and RunTask differ in the code of the latter. */
export function activeTaskDefinition(
  state: EcsState,
  reference: string | undefined,
  inactiveCode = 'ClientException',
): TaskDefinitionDocument {
  if (!reference) return refuse('InvalidParameterException', 'TaskDefinition can not be blank.');
  const found = findTaskDefinition(state, reference) ?? refuse('ClientException', 'TaskDefinition not found.');
  return found.status === 'ACTIVE' ? found : refuse(inactiveCode, 'TaskDefinition is inactive');
}

export function describeTaskDefinition(document: TaskDefinitionDocument): TaskDefinition {
  return {
    ...document.definition,
    taskDefinitionArn: document.arn,
    family: document.family,
    revision: document.revision,
    status: document.status,
    registeredAt: new Date(document.registeredAt),
    ...(document.deregisteredAt === null ? {} : { deregisteredAt: new Date(document.deregisteredAt) }),
  };
}

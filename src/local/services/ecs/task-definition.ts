import type { Tag, TaskDefinition } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsArn, ecsResource } from './arn.ts';
import type { EcsState } from './ecs-state.ts';

/** A registered revision as it is stored: the SDK's shape, with instants as numbers. */
export interface TaskDefinitionDocument {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  readonly registeredAt: number;
  readonly deregisteredAt: number | null;
  /** Missing in documents that earlier versions of the runtime have stored. */
  readonly deleteRequestedAt?: number;
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
  if (revision !== undefined) return present(state, taskDefinitionKey(family, Number(revision)));
  for (let latest = state.families.get(family)?.lastRevision ?? 0; latest > 0; latest--) {
    const found = state.taskDefinitions.get(taskDefinitionKey(family, latest));
    if (found?.status === 'ACTIVE') return found;
  }
  return undefined;
}

/** How long a deleted revision that nothing uses is still to be seen as DELETE_IN_PROGRESS; AWS tells no time. */
const deletedVisible = 3_600_000;

/** The revision of that key; one that is being deleted is gone once nothing uses it. */
function present(state: EcsState, key: string): TaskDefinitionDocument | undefined {
  const found = state.taskDefinitions.get(key);
  if (found?.deleteRequestedAt === undefined) return found;
  if (state.world.clock.now() < found.deleteRequestedAt + deletedVisible || isUsed(state, found.arn)) return found;
  state.taskDefinitions.delete(key);
  return undefined;
}

/** All revisions by their key, in order of family and revision. */
export function taskDefinitions(state: EcsState): readonly (readonly [string, TaskDefinitionDocument])[] {
  return state.taskDefinitions.entries().flatMap(([key]) => {
    const found = present(state, key);
    return found ? [[key, found] as const] : [];
  });
}

const isUsed = (state: EcsState, arn: string): boolean =>
  [...state.services.values()].some(({ document }) =>
    [...document.deployments, ...(document.lastCompleted ? [document.lastCompleted] : [])].some(
      (one) => one.taskDefinition === arn,
    ),
  ) || state.tasks.all().some(({ plan, facts }) => plan.definition.arn === arn && facts.lastStatus !== 'STOPPED');

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
    ...(document.deleteRequestedAt === undefined ? {} : { deleteRequestedAt: new Date(document.deleteRequestedAt) }),
  };
}

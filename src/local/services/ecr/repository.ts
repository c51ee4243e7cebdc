import { refuse } from '../../aws-error.ts';
import type { EcrState, RepositoryRecord } from './state.ts';
import { takeUploads } from './uploads.ts';

/** A repository by name. @throws AwsError RepositoryNotFoundException, InvalidParameterException */
export function repositoryOf(
  state: EcrState,
  { repositoryName = '', registryId }: { repositoryName?: string | undefined; registryId?: string | undefined },
): RepositoryRecord {
  checkName(repositoryName);
  takeUploads(state);
  const registry = registryId ?? state.world.account;
  const found = registry === state.world.account ? state.repositories.get(repositoryName) : undefined;
  return (
    found ??
    refuse(
      'RepositoryNotFoundException',
      `The repository with name '${repositoryName}' does not exist in the registry with id '${registry}'`,
    )
  );
}

/** All of them, those that an upload made too, in order of their names. */
export function allRepositories(state: EcrState): readonly RepositoryRecord[] {
  takeUploads(state);
  return state.repositories.entries().map(([, repository]) => repository);
}

const namePattern = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*';
const wholeName = new RegExp(`^${namePattern}$`);

/** ECR-API/API_CreateRepository. @throws AwsError InvalidParameterException */
export function checkName(name: string): void {
  if (name.length >= 2 && name.length <= 256 && wholeName.test(name)) return;
  refuse(
    'InvalidParameterException',
    `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${namePattern}''`,
  );
}

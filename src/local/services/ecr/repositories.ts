import type { Repository } from '@aws-sdk/client-ecr';
import { refuse } from '../../aws-error.ts';
import { page } from './page.ts';
import { allRepositories, checkName, repositoryOf } from './repository.ts';
import {
  deleteImage,
  type EcrState,
  imagesOf,
  type Mutability,
  type Operation,
  type RepositoryRecord,
  registryHost,
  repositoryArn,
} from './state.ts';
import { withTags } from './tags.ts';
import { takeUploads } from './uploads.ts';

/** Source: ECR-API/API_CreateRepository. One that an upload made is taken over with the images in it. */
export const createRepository: Operation<'CreateRepository'> = (state, input) => {
  const name = input.repositoryName ?? '';
  checkName(name);
  takeUploads(state);
  const existing = state.repositories.get(name);
  if (existing && !existing.implicit) {
    refuse(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${state.world.account}'`,
    );
  }
  const record: RepositoryRecord = {
    name,
    createdAt: state.world.clock.now(),
    ...mutabilityIn(input),
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: input.encryptionConfiguration?.encryptionType ?? 'AES256',
    kmsKey: input.encryptionConfiguration?.kmsKey ?? null,
    tags: withTags({}, input.tags),
    policy: null,
    lifecycle: null,
    preview: null,
    implicit: false,
  };
  state.repositories.put(name, record);
  return { repository: describe(state, record) };
};

/** Source: ECR-API/API_DescribeRepositories */
export const describeRepositories: Operation<'DescribeRepositories'> = (state, input) => {
  const { repositoryNames: names, registryId } = input;
  const { items, nextToken } = names
    ? {
        items: names.map((repositoryName) => repositoryOf(state, { repositoryName, registryId })),
        nextToken: undefined,
      }
    : page(allRepositories(state), ({ name }) => name, input);
  return { repositories: items.map((record) => describe(state, record)), nextToken };
};

/** Source: ECR-API/API_DeleteRepository */
export const deleteRepository: Operation<'DeleteRepository'> = (state, input) => {
  const record = repositoryOf(state, input);
  const images = imagesOf(state, record.name);
  if (images.length > 0 && !input.force) {
    refuse(
      'RepositoryNotEmptyException',
      `The repository with name '${record.name}' in registry with id '${state.world.account}' cannot be deleted because it still contains images`,
    );
  }
  for (const { digest } of images) deleteImage(state, record.name, digest);
  state.repositories.delete(record.name);
  return { repository: describe(state, record) };
};

/** Source: ECR-API/API_PutImageTagMutability */
export const putImageTagMutability: Operation<'PutImageTagMutability'> = (state, input) => {
  const record = { ...repositoryOf(state, input), ...mutabilityIn(input) };
  state.repositories.put(record.name, record);
  return {
    registryId: state.world.account,
    repositoryName: record.name,
    imageTagMutability: record.mutability,
    imageTagMutabilityExclusionFilters: exclusionsOf(record),
  };
};

/** Source: ECR-API/API_PutImageScanningConfiguration */
export const putImageScanningConfiguration: Operation<'PutImageScanningConfiguration'> = (state, input) => {
  const scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
  const record = { ...repositoryOf(state, input), scanOnPush };
  state.repositories.put(record.name, record);
  return {
    registryId: state.world.account,
    repositoryName: record.name,
    imageScanningConfiguration: { scanOnPush },
  };
};

interface MutabilityInput {
  readonly imageTagMutability?: Mutability | undefined;
  readonly imageTagMutabilityExclusionFilters?: readonly { readonly filter?: string | undefined }[] | undefined;
}

function mutabilityIn(input: MutabilityInput): Pick<RepositoryRecord, 'mutability' | 'exclusions'> {
  const mutability = input.imageTagMutability ?? 'MUTABLE';
  const exclusions = (input.imageTagMutabilityExclusionFilters ?? []).map(({ filter = '' }) => filter);
  const withExclusion = mutability.endsWith('_WITH_EXCLUSION');
  if (withExclusion !== exclusions.length > 0) {
    refuse(
      'InvalidParameterException',
      `Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: '${withExclusion ? 'must not be empty' : 'must be empty'} when imageTagMutability is ${mutability}'`,
    );
  }
  return { mutability, exclusions };
}

const exclusionsOf = ({ exclusions }: RepositoryRecord) =>
  exclusions.length > 0 ? exclusions.map((filter) => ({ filterType: 'WILDCARD' as const, filter })) : undefined;

const describe = ({ world }: EcrState, record: RepositoryRecord): Repository => ({
  repositoryArn: repositoryArn(world, record.name),
  registryId: world.account,
  repositoryName: record.name,
  repositoryUri: `${registryHost(world)}/${record.name}`,
  createdAt: new Date(record.createdAt),
  imageTagMutability: record.mutability,
  imageTagMutabilityExclusionFilters: exclusionsOf(record),
  imageScanningConfiguration: { scanOnPush: record.scanOnPush },
  encryptionConfiguration: {
    encryptionType: record.encryption,
    kmsKey: record.kmsKey ?? undefined,
  },
});

import { refuse } from '../../aws-error.ts';
import { repositoryOf } from './repository.ts';
import type { EcrState, Operation, RepositoryRecord } from './state.ts';

/** Source: ECR-API/API_TagResource */
export const tagResource: Operation<'TagResource'> = (state, input) => {
  const record = taggable(state, input.resourceArn);
  state.repositories.put(record.name, { ...record, tags: withTags(record.tags, input.tags) });
  return {};
};

/** @throws AwsError TooManyTagsException */
export function withTags(
  held: RepositoryRecord['tags'],
  given: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): RepositoryRecord['tags'] {
  const tags = { ...held, ...Object.fromEntries(given.map(({ Key = '', Value = '' }) => [Key, Value])) };
  if (Object.keys(tags).length > 50) {
    refuse(
      'TooManyTagsException',
      'The list of tags on the repository is over the limit. The maximum number of tags is 50',
    );
  }
  return tags;
}

/** Source: ECR-API/API_UntagResource */
export const untagResource: Operation<'UntagResource'> = (state, input) => {
  const record = taggable(state, input.resourceArn);
  const left = Object.entries(record.tags).filter(([key]) => !(input.tagKeys ?? []).includes(key));
  state.repositories.put(record.name, { ...record, tags: Object.fromEntries(left) });
  return {};
};

/** Source: ECR-API/API_ListTagsForResource */
export const listTagsForResource: Operation<'ListTagsForResource'> = (state, input) => ({
  tags: Object.entries(taggable(state, input.resourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
});

function taggable(state: EcrState, arn = ''): RepositoryRecord {
  const [, registryId, repositoryName] = /^arn:[^:]+:ecr:[^:]+:(\d{12}):repository\/(.+)$/.exec(arn) ?? [];
  if (registryId === undefined) {
    return refuse(
      'InvalidParameterException',
      `Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'`,
    );
  }
  return repositoryOf(state, { repositoryName, registryId });
}

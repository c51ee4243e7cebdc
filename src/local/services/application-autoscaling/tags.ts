import { refuse } from '../../aws-error.ts';
import type { ScalingHandler, ScalingState, TargetDocument } from './scaling-state.ts';

/** At most 50 on a scalable target (AAS/resource-tagging-support). */
const mostTags = 50;

export function checkedTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128) invalid('Tag keys must have between 1 and 128 characters');
    if (/^aws:/i.test(key)) invalid('Caller is an end user and not allowed to mutate system tags');
    if (value.length > 256) invalid('Tag values cannot have more than 256 characters');
  }
  if (Object.keys(tags).length > mostTags) tooMany();
  return tags;
}

/** AAS-API/API_TagResource */
export const tagResource: ScalingHandler<'TagResource'> = (state, input) => {
  const given = checkedTags(input.Tags ?? {});
  if (Object.keys(given).length === 0) invalid('Tags cannot be empty');
  const target = taggedTarget(state, input.ResourceARN);
  const tags = { ...target.tags, ...given };
  if (Object.keys(tags).length > mostTags) tooMany(target.arn);
  state.targets.put(target.resourceId, { ...target, tags });
  return {};
};

/** AAS-API/API_UntagResource. A key that is not there is no error. */
export const untagResource: ScalingHandler<'UntagResource'> = (state, input) => {
  const keys = input.TagKeys ?? [];
  if (keys.length === 0) invalid('TagKeys cannot be empty');
  const target = taggedTarget(state, input.ResourceARN);
  const tags = Object.fromEntries(Object.entries(target.tags).filter(([key]) => !keys.includes(key)));
  state.targets.put(target.resourceId, { ...target, tags });
  return {};
};

/** AAS-API/API_ListTagsForResource */
export const listTagsForResource: ScalingHandler<'ListTagsForResource'> = (state, input) => ({
  Tags: { ...taggedTarget(state, input.ResourceARN).tags },
});

function taggedTarget(state: ScalingState, arn: string | undefined): TargetDocument {
  for (const [, target] of state.targets.entries()) if (target.arn === arn) return target;
  return refuse('ResourceNotFoundException', `No scalable target found for resource ARN: ${arn}`, 400, {
    ResourceName: arn ?? '',
  });
}

const tooMany = (arn?: string): never =>
  refuse(
    'TooManyTagsException',
    `A scalable target cannot have more than ${mostTags} tags`,
    400,
    arn ? { ResourceName: arn } : {},
  );

const invalid = (message: string): never => refuse('ValidationException', message);

import { refuse } from '../../../aws-error.ts';
import type { LogsState } from '../logs-state.ts';
import type { Operation } from '../operation.ts';
import { groupByArn, required, requireGroup } from '../validation.ts';

/** CWL-API/API_TagResource */
export const tagResource: Operation<'TagResource'> = (state, input) => {
  const group = groupByArn(state, input.resourceArn);
  const tags = { ...group.tags, ...required(input.tags, 'tags') };
  if (Object.keys(tags).length > 50) {
    refuse('TooManyTagsException', 'A resource can have no more than 50 tags.', 400, { resourceName: group.name });
  }
  state.groups.put(group.name, { ...group, tags });
  return {};
};

/** CWL-API/API_UntagResource */
export const untagResource: Operation<'UntagResource'> = (state, input) => {
  const group = groupByArn(state, input.resourceArn);
  const gone = new Set(required(input.tagKeys, 'tagKeys'));
  const tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !gone.has(key)));
  state.groups.put(group.name, { ...group, tags });
  return {};
};

/** CWL-API/API_ListTagsForResource */
export const listTagsForResource: Operation<'ListTagsForResource'> = (state: LogsState, input) => ({
  tags: { ...groupByArn(state, input.resourceArn).tags },
});

/** CWL-API/API_ListTagsLogGroup */
export const listTagsLogGroup: Operation<'ListTagsLogGroup'> = (state, input) => ({
  tags: { ...requireGroup(state, input.logGroupName).tags },
});

import { refuse } from '../../aws-error.ts';
import { currentOf, type Operation, type ParameterState } from './parameter-state.ts';

/** Source: SSM-API/API_AddTagsToResource */
export const addTagsToResource: Operation<'AddTagsToResource'> = (state, input) => {
  const name = taggable(state, input.ResourceType, input.ResourceId);
  const added = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
  const tags = { ...state.tags.get(name), ...added };
  if (Object.keys(tags).length > 50) refuse('TooManyTagsError', 'The maximum number of tags for a resource is 50.');
  state.tags.put(name, tags);
  return {};
};

/** Source: SSM-API/API_RemoveTagsFromResource */
export const removeTagsFromResource: Operation<'RemoveTagsFromResource'> = (state, input) => {
  const name = taggable(state, input.ResourceType, input.ResourceId);
  const left = Object.entries(state.tags.get(name) ?? {}).filter(([key]) => !(input.TagKeys ?? []).includes(key));
  state.tags.put(name, Object.fromEntries(left));
  return {};
};

/** Source: SSM-API/API_ListTagsForResource */
export const listTagsForResource: Operation<'ListTagsForResource'> = (state, input) => {
  const name = taggable(state, input.ResourceType, input.ResourceId);
  return { TagList: Object.entries(state.tags.get(name) ?? {}).map(([Key, Value]) => ({ Key, Value })) };
};

function taggable(state: ParameterState, type: string | undefined, id: string | undefined): string {
  if (type !== 'Parameter') {
    return refuse('InvalidResourceType', `${type} is not a valid resource type. Valid resource types here: Parameter.`);
  }
  const words = 'The resource ID is not valid. Verify that you entered the correct ID and try again.';
  return (currentOf(state, id ?? '') ?? refuse('InvalidResourceId', words)).name;
}

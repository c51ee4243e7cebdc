import type { Tag } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsResource } from './arn.ts';
import type { EcsHandler, EcsState } from './ecs-state.ts';
import { taskDefinitionKey } from './task-definition.ts';

/** At most 50, each key once (ECS-DG/ecs-using-tags). */
export function checkedTags(tags: readonly Tag[] | undefined): readonly Tag[] {
  const keys = (tags ?? []).map((tag) => tag.key ?? '');
  if (keys.length > 50) refuse('InvalidParameterException', 'Tags can not contain more than 50 elements.');
  if (keys.some((key) => key === '' || key.length > 128))
    refuse('InvalidParameterException', 'The key of a tag must have between 1 and 128 characters.');
  if (new Set(keys).size < keys.length) refuse('InvalidParameterException', 'Duplicate tag keys are not allowed.');
  return tags ?? [];
}

/** ECS-API/API_TagResource */
export const tagResource: EcsHandler<'TagResource'> = (state, input) => {
  const resource = taggable(state, input.resourceArn);
  const given = checkedTags(input.tags);
  const kept = resource.tags.filter((tag) => !given.some((one) => one.key === tag.key));
  resource.write(checkedTags([...kept, ...given]));
  return {};
};

/** ECS-API/API_UntagResource */
export const untagResource: EcsHandler<'UntagResource'> = (state, input) => {
  const resource = taggable(state, input.resourceArn);
  resource.write(resource.tags.filter((tag) => !input.tagKeys?.includes(tag.key ?? '')));
  return {};
};

/** ECS-API/API_ListTagsForResource */
export const listTagsForResource: EcsHandler<'ListTagsForResource'> = (state, input) => ({
  tags: [...taggable(state, input.resourceArn).tags],
});

interface Taggable {
  readonly tags: readonly Tag[];
  write(tags: readonly Tag[]): void;
}

function taggable(state: EcsState, arn: string | undefined): Taggable {
  const [kind, ...words] = ecsResource(arn ?? '');
  const last = words[words.length - 1] ?? '';
  if (kind === 'cluster') {
    const cluster = state.clusters.get(last) ?? refuse('ClusterNotFoundException', 'Cluster not found.');
    return { tags: cluster.tags, write: (tags) => state.clusters.put(last, { ...cluster, tags }) };
  }
  if (kind === 'service') {
    const service = state.services.get(words.join('/')) ?? missing('service');
    return { tags: service.document.tags, write: (tags) => service.change({ tags }) };
  }
  if (kind === 'task') {
    const task = state.tasks.get(last) ?? missing('task');
    return { tags: task.facts.tags, write: (tags) => task.tag(tags) };
  }
  if (kind === 'task-definition') {
    const [family = '', revision] = last.split(':');
    const key = taskDefinitionKey(family, Number(revision));
    const found = state.taskDefinitions.get(key) ?? missing('task definition');
    return { tags: found.tags, write: (tags) => state.taskDefinitions.put(key, { ...found, tags }) };
  }
  return refuse('InvalidParameterException', `Invalid arn for resource: ${arn ?? ''}`);
}

const missing = (what: string): never =>
  refuse('InvalidParameterException', `The specified ${what} is inactive. Specify an active ${what} and try again.`);

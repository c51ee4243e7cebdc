import type { Tag } from '@aws-sdk/client-ecs';
import { refuse } from '../../aws-error.ts';
import { ecsResource } from './arn.ts';
import { activeCluster } from './cluster.ts';
import type { EcsHandler, EcsState } from './ecs-state.ts';
import { taskDefinitionKey } from './task-definition.ts';

/** At most 50, each key once (ECS-DG/ecs-using-tags). */
export function checkedTags(tags: readonly Tag[] | undefined): readonly Tag[] {
  const keys = (tags ?? []).map((tag) => tag.key ?? '');
  if (keys.length > 50) refuse('InvalidParameterException', 'Tags can not contain more than 50 elements.');
  if (keys.some((key) => key === '' || key.length > 128))
    refuse('InvalidParameterException', 'The key of a tag must have between 1 and 128 characters.');
  if (keys.some((key) => /^aws:/i.test(key)))
    refuse('InvalidParameterException', 'Tag keys that start with aws: are reserved for internal use.');
  if ((tags ?? []).some((tag) => (tag.value ?? '').length > 256))
    refuse('InvalidParameterException', 'The value of a tag must have at most 256 characters.');
  if (new Set(keys).size < keys.length) refuse('InvalidParameterException', 'Duplicate tag keys are not allowed.');
  return tags ?? [];
}

/** The tags of a new task: its own win over propagated ones (ECS-DG/ecs-using-tags). */
export function taskTags(
  own: readonly Tag[],
  propagated: readonly Tag[],
  managed: readonly Tag[] = [],
): readonly Tag[] {
  const all = new Map<string, Tag>();
  for (const tag of [...propagated, ...own, ...managed]) all.set(tag.key ?? '', tag);
  return [...all.values()];
}

/** What `enableECSManagedTags` adds to a task; a task of no service has the cluster's name alone. */
export const managedTags = (clusterName: string, serviceName?: string): readonly Tag[] => [
  { key: 'aws:ecs:clusterName', value: clusterName },
  ...(serviceName === undefined ? [] : [{ key: 'aws:ecs:serviceName', value: serviceName }]),
];

/** ECS-API/API_TagResource */
export const tagResource: EcsHandler<'TagResource'> = (state, input) => {
  const resource = taggable(state, input.resourceArn, missing);
  const given = checkedTags(input.tags);
  const kept = resource.tags.filter((tag) => !given.some((one) => one.key === tag.key));
  const own = [...kept, ...given].filter((tag) => !/^aws:/i.test(tag.key ?? ''));
  checkedTags(own);
  resource.write([...kept, ...given]);
  return {};
};

/** ECS-API/API_UntagResource */
export const untagResource: EcsHandler<'UntagResource'> = (state, input) => {
  const resource = taggable(state, input.resourceArn, missing);
  resource.write(resource.tags.filter((tag) => !input.tagKeys?.includes(tag.key ?? '')));
  return {};
};

/** ECS-API/API_ListTagsForResource */
export const listTagsForResource: EcsHandler<'ListTagsForResource'> = (state, input) => ({
  tags: [...taggable(state, input.resourceArn, inactive).tags],
});

interface Taggable {
  readonly tags: readonly Tag[];
  write(tags: readonly Tag[]): void;
}

function taggable(state: EcsState, arn: string | undefined, none: (what: string) => never): Taggable {
  const [kind, ...words] = ecsResource(arn ?? '');
  const last = words[words.length - 1] ?? '';
  if (kind === 'cluster') {
    const cluster = activeCluster(state, last);
    return { tags: cluster.tags, write: (tags) => state.clusters.put(last, { ...cluster, tags }) };
  }
  if (kind === 'service') {
    const found = state.services.get(words.join('/'));
    const service = !found ? none('service') : found.document.status === 'INACTIVE' ? inactive('service') : found;
    return { tags: service.document.tags, write: (tags) => service.change({ tags }) };
  }
  if (kind === 'task') {
    const task = state.tasks.get(last) ?? none('task');
    return { tags: task.facts.tags, write: (tags) => task.tag(tags) };
  }
  if (kind === 'task-definition') {
    const [family = '', revision] = last.split(':');
    const key = taskDefinitionKey(family, Number(revision));
    const found = state.taskDefinitions.get(key) ?? none('task definition');
    return { tags: found.tags, write: (tags) => state.taskDefinitions.put(key, { ...found, tags }) };
  }
  return refuse('InvalidParameterException', `Invalid arn for resource: ${arn ?? ''}`);
}

/** ListTagsForResource has no error of its own for what never was (ECS-API/API_ListTagsForResource). */
const missing = (): never => refuse('ResourceNotFoundException', 'The specified resource was not found.');

const inactive = (what: string): never =>
  refuse('InvalidParameterException', `The specified ${what} is inactive. Specify an active ${what} and try again.`);

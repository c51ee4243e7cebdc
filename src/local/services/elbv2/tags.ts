import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { kindOfArn } from './arn.ts';
import { invalid, required } from './check.ts';
import { stored } from './records.ts';
import type { ElbState, Operation } from './state.ts';

/** ELB-API/API_AddTags: a key that is there gets the new value. */
export const addTags: Operation<'AddTags'> = (state, input) => {
  const arns = required(input.ResourceArns, 'resourceArns').map((arn) => existing(state, arn));
  const changes = required(input.Tags, 'tags');
  refuseTwice(changes);
  const merged = arns.map((arn) => ({ arn, tags: checkedTags([...(state.tags.get(arn) ?? []), ...changes], arn) }));
  for (const { arn, tags } of merged) state.tags.put(arn, stored(tags));
  return {};
};

export const removeTags: Operation<'RemoveTags'> = (state, input) => {
  const arns = required(input.ResourceArns, 'resourceArns').map((arn) => existing(state, arn));
  const keys = required(input.TagKeys, 'tagKeys');
  for (const arn of arns) {
    state.tags.put(
      arn,
      (state.tags.get(arn) ?? []).filter((tag) => !keys.includes(tag.Key)),
    );
  }
  return {};
};

/** ELB-API/API_DescribeTags: up to 20 resources. */
export const describeTags: Operation<'DescribeTags'> = (state, input) => {
  const arns = required(input.ResourceArns, 'resourceArns');
  if (arns.length > 20) return invalid('The maximum number of resources that can be described at once is 20');
  return {
    TagDescriptions: arns.map((arn) => ({
      ResourceArn: existing(state, arn),
      Tags: [...(state.tags.get(arn) ?? [])],
    })),
  };
};

/** Tags given at creation. Call before the resource is stored: it may refuse. */
export function tagNew(state: ElbState, arn: string, tags: readonly Tag[] | undefined): void {
  refuseTwice(tags ?? []);
  if (tags && tags.length > 0) state.tags.put(arn, stored(checkedTags(tags, arn)));
}

export const untag = (state: ElbState, arn: string): void => state.tags.delete(arn);

function refuseTwice(tags: readonly Tag[]): void {
  if (new Set(tags.map((tag) => tag.Key)).size < tags.length) {
    refuse('DuplicateTagKeys', 'A tag key was specified more than once');
  }
}

function checkedTags(tags: readonly Tag[], arn: string): Tag[] {
  const byKey = new Map(tags.map((tag) => [required(tag.Key, 'key'), tag.Value ?? '']));
  for (const [key, value] of byKey) {
    if (key.length < 1 || key.length > 128) return invalid(`Tag key '${key}' must have between 1 and 128 characters`);
    if (value.length > 256) return invalid(`Tag value '${value}' cannot be longer than 256 characters`);
  }
  if (byKey.size > 50)
    return refuse('TooManyTags', `The maximum number of tags per resource '50' has been reached on '${arn}'`);
  return [...byKey].map(([Key, Value]) => ({ Key, Value }));
}

function existing(state: ElbState, arn: string): string {
  switch (kindOfArn(arn)) {
    case 'loadbalancer':
      return state.loadBalancers.get(arn)
        ? arn
        : refuse('LoadBalancerNotFound', 'One or more load balancers not found');
    case 'targetgroup':
      return state.targetGroups.get(arn) ? arn : refuse('TargetGroupNotFound', 'One or more target groups not found');
    case 'listener':
      return state.listeners.get(arn) ? arn : refuse('ListenerNotFound', 'One or more listeners not found');
    case 'listener-rule': {
      const isDefault = state.listeners.entries().some(([, listener]) => listener.defaultRuleArn === arn);
      return state.rules.get(arn) || isDefault ? arn : refuse('RuleNotFound', 'One or more rules not found');
    }
    case 'truststore':
      return refuse('TrustStoreNotFound', 'One or more trust stores not found');
    case undefined:
      return invalid(`'${arn}' is not a valid ARN`);
  }
}

import type { Tag } from '@aws-sdk/client-cloudwatch';
import { constraint, invalid, invalidValue, noSuchResource, requiredText } from '../refusals.ts';
import type { CloudWatchState, Operation, TagRecord } from '../state.ts';

/** CW-API/API_TagResource: a key that is there gets the new value. */
export const tagResource: Operation<'TagResource'> = (state, input) => {
  const arn = existing(state, input.ResourceARN);
  state.tags.put(arn, checkedTags({ ...state.tags.get(arn) }, input.Tags ?? []));
  return {};
};

/** CW-API/API_UntagResource */
export const untagResource: Operation<'UntagResource'> = (state, input) => {
  const arn = existing(state, input.ResourceARN);
  const gone = new Set(input.TagKeys ?? []);
  const left = Object.entries(state.tags.get(arn) ?? {}).filter(([key]) => !gone.has(key));
  state.tags.put(arn, Object.fromEntries(left));
  return {};
};

/** CW-API/API_ListTagsForResource */
export const listTagsForResource: Operation<'ListTagsForResource'> = (state, input) => {
  const tags = Object.entries(state.tags.get(existing(state, input.ResourceARN)) ?? {});
  return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
};

/** Tags given at creation. Call before the resource is stored: it may refuse. */
export function tagNew(state: CloudWatchState, arn: string, tags: readonly Tag[] | undefined): void {
  if (tags && tags.length > 0) state.tags.put(arn, checkedTags({}, tags));
}

function checkedTags(known: TagRecord, added: readonly Tag[]): TagRecord {
  const all: Record<string, string> = { ...known };
  for (const [index, { Key = '', Value = '' }] of added.entries()) {
    const at = `tags.${index + 1}.member`;
    if (Key.length < 1) return constraint(`${at}.key`, Key, 'Member must have length greater than or equal to 1');
    if (Key.length > 128) return constraint(`${at}.key`, Key, 'Member must have length less than or equal to 128');
    if (Value.length > 256) {
      return constraint(`${at}.value`, Value, 'Member must have length less than or equal to 256');
    }
    if (Key.startsWith('aws:')) return invalid('aws: prefixed tag key names are not allowed for external use.');
    all[Key] = Value;
  }
  if (Object.keys(all).length > 50) return invalidValue('The maximum number of tags for the resource is 50.');
  return all;
}

function existing(state: CloudWatchState, given: string | undefined): string {
  const arn = requiredText(given, 'resourceARN', 1024);
  const name = /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(arn)?.[1];
  if (name === undefined) return invalidValue(`The value ${arn} for parameter ResourceARN is invalid.`);
  return state.alarms.get(name) ? arn : noSuchResource(`No alarm found for ${arn}.`);
}

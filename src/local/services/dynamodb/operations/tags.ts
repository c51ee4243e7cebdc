import { refuse } from '../../../aws-error.ts';
import { findRecord } from '../find-table.ts';
import type { Operation } from '../operation.ts';
import { parseTags } from '../parse-tags.ts';
import { type DynamoState, putRecord } from '../state.ts';
import type { TableRecord } from '../table.ts';
import { invalid, required } from '../validation.ts';

/** DynamoDB-API/API_TagResource */
export const tagResource: Operation<'TagResource'> = (state, input) => {
  const record = recordByArn(state, input.ResourceArn);
  putRecord(state, { ...record, tags: { ...record.tags, ...parseTags(required(input.Tags, 'tags')) } });
  return {};
};

/** DynamoDB-API/API_UntagResource */
export const untagResource: Operation<'UntagResource'> = (state, input) => {
  const record = recordByArn(state, input.ResourceArn);
  const gone = new Set(required(input.TagKeys, 'tagKeys'));
  putRecord(state, {
    ...record,
    tags: Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.has(key))),
  });
  return {};
};

/** DynamoDB-API/API_ListTagsOfResource */
export const listTagsOfResource: Operation<'ListTagsOfResource'> = (state, input) => ({
  Tags: Object.entries(recordByArn(state, input.ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
});

function recordByArn(state: DynamoState, arn: string | undefined): TableRecord {
  const given = required(arn, 'resourceArn');
  const [, region, account, name] = /^arn:aws:dynamodb:([^:]+):(\d{12}):table\/([^/]+)$/.exec(given) ?? [];
  if (name === undefined) return invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${given}`);
  const here = region === state.world.region && account === state.world.account;
  return (
    (here ? findRecord(state, name) : undefined) ??
    refuse('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${given} not found`)
  );
}

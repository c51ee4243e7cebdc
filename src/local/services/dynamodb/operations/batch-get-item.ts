import type { AttributeValue, ConsumedCapacity, KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { consumed, readUnits } from '../consumed-capacity.ts';
import { readPlaceholders } from '../expressions/placeholders.ts';
import { parseProjection, project } from '../expressions/projection.ts';
import type { Path } from '../expressions/syntax.ts';
import { activeTable } from '../find-table.ts';
import { itemSize } from '../item-size.ts';
import { parseKey, primaryKeyOf } from '../keys.ts';
import type { Operation } from '../operation.ts';
import { refuseLegacy } from '../refuse-legacy.ts';
import type { Table } from '../table.ts';
import { constraint, invalid, required } from '../validation.ts';
import { type Item, wireItem } from '../value.ts';

const keysMax = 100;
const answerBytesMax = 16 * 1024 * 1024;

/** DynamoDB-API/API_BatchGetItem. What does not fit into 16 MB comes back as UnprocessedKeys. */
export const batchGetItem: Operation<'BatchGetItem'> = (state, input) => {
  const requests = Object.entries(required(input.RequestItems, 'requestItems'));
  checkCounts(requests);
  const reads = requests.map(([name, request]) => planRead(activeTable(state, name), name, request));
  const responses: Record<string, Record<string, AttributeValue>[]> = {};
  const unprocessed: Record<string, KeysAndAttributes> = {};
  const capacity: ConsumedCapacity[] = [];
  let bytes = 0;
  for (const { name, table, request, keys, paths } of reads) {
    const found: Item[] = [];
    const left: Record<string, AttributeValue>[] = [];
    let units = 0;
    for (const { raw, key } of keys) {
      const item = table.items.get(key);
      const size = itemSize(item ?? {});
      if (bytes + size > answerBytesMax) {
        left.push(raw);
        continue;
      }
      bytes += size;
      units += readUnits(size, request.ConsistentRead);
      if (item) found.push(paths ? project(item, paths) : item);
    }
    responses[name] = found.map(wireItem);
    if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
    const { ConsumedCapacity } = consumed(input.ReturnConsumedCapacity, table.record.name, units);
    if (ConsumedCapacity) capacity.push(ConsumedCapacity);
  }
  return {
    Responses: responses,
    UnprocessedKeys: unprocessed,
    ...(capacity.length > 0 ? { ConsumedCapacity: capacity } : {}),
  };
};

interface Read {
  readonly name: string;
  readonly table: Table;
  readonly request: KeysAndAttributes;
  readonly keys: readonly { readonly raw: Record<string, AttributeValue>; readonly key: string }[];
  readonly paths: readonly Path[] | undefined;
}

function checkCounts(requests: readonly (readonly [string, KeysAndAttributes])[]): void {
  if (requests.length === 0) {
    constraint('requestItems', '{}', 'Member must have length greater than or equal to 1');
  }
  const count = requests.reduce((sum, [, request]) => sum + (request.Keys?.length ?? 0), 0);
  if (count > keysMax) invalid('Too many items requested for the BatchGetItem call');
}

function planRead(table: Table, name: string, request: KeysAndAttributes): Read {
  refuseLegacy(request);
  const { ProjectionExpression } = request;
  const placeholders = readPlaceholders(request, { ProjectionExpression });
  const paths =
    ProjectionExpression === undefined
      ? undefined
      : parseProjection('ProjectionExpression', ProjectionExpression, placeholders);
  placeholders.refuseUnused();
  const keys = required(request.Keys, `requestItems.${name}.member.keys`).map((raw) => ({
    raw,
    key: primaryKeyOf(table.record.key, parseKey(table.record, raw)),
  }));
  if (keys.length === 0) {
    constraint(`requestItems.${name}.member.keys`, '[]', 'Member must have length greater than or equal to 1');
  }
  if (new Set(keys.map(({ key }) => key)).size < keys.length) invalid('Provided list of item keys contains duplicates');
  return { name, table, request, keys, paths };
}

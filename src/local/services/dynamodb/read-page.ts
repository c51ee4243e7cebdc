import type { AttributeValue, ReturnConsumedCapacity, Select } from '@aws-sdk/client-dynamodb';
import { consumed, readUnits } from './consumed-capacity.ts';
import { holds } from './expressions/evaluate-condition.ts';
import { project } from './expressions/projection.ts';
import type { Condition, Path } from './expressions/syntax.ts';
import { itemSize } from './item-size.ts';
import { keyNames } from './keys.ts';
import type { Source } from './source.ts';
import { invalid, positiveLimit } from './validation.ts';
import { attribute, type Item, wireItem } from './value.ts';

const pageBytesMax = 1024 * 1024;

/** What Query and Scan have in common once both know which items to walk. */
export interface PageRequest {
  readonly source: Source;
  readonly items: Iterable<Item>;
  readonly filter: Condition | undefined;
  readonly projection: readonly Path[] | undefined;
  readonly input: {
    readonly Limit?: number | undefined;
    readonly Select?: Select | undefined;
    readonly ConsistentRead?: boolean | undefined;
    readonly ReturnConsumedCapacity?: ReturnConsumedCapacity | undefined;
  };
}

/**
 * One page: it ends at `Limit` items or 1 MB, both before the filter; `LastEvaluatedKey` tells that it ended so, even
 * where nothing follows. Source: DynamoDB/Query.Pagination.
 */
export function readPage({ source, items, filter, projection, input }: PageRequest) {
  checkSelect(source, input.Select, projection);
  const limit = positiveLimit(input.Limit);
  const found: Item[] = [];
  let scanned = 0;
  let bytes = 0;
  let last: Item | undefined;
  for (const item of items) {
    scanned++;
    bytes += itemSize(item);
    if (!filter || holds(filter, item)) found.push(item);
    if (scanned >= limit || bytes >= pageBytesMax) {
      last = item;
      break;
    }
  }
  const shape = (item: Item): Record<string, AttributeValue> => wireItem(projection ? project(item, projection) : item);
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: found.map(shape) }),
    Count: found.length,
    ScannedCount: scanned,
    ...(last ? { LastEvaluatedKey: wireItem(cursorOf(source, last)) } : {}),
    ...consumed(input.ReturnConsumedCapacity, source.table.record.name, readUnits(bytes, input.ConsistentRead)),
  };
}

/** The key attributes of the table and of the index. */
function cursorOf({ table, index }: Source, item: Item): Item {
  const names = new Set([...(index ? keyNames(index.key) : []), ...keyNames(table.record.key)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = attribute(item, name);
      return value ? [[name, value] as const] : [];
    }),
  );
}

function checkSelect({ index }: Source, select: Select | undefined, projection: readonly Path[] | undefined): void {
  if (projection && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    invalid(`Cannot specify the ProjectionExpression when choosing to get ${selected[select] ?? select}`);
  }
  if (select === 'SPECIFIC_ATTRIBUTES' && !projection) {
    invalid('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && !index) {
    invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (select === 'ALL_ATTRIBUTES' && index?.kind === 'global' && index.projection !== 'ALL') {
    invalid(
      'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary ' +
        `index ${index.name} because its projection type is not ALL`,
    );
  }
}

const selected: Readonly<Record<string, string>> = { COUNT: 'only the Count' };

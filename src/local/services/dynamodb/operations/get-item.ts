import { consumed, readUnits } from '../consumed-capacity.ts';
import { readPlaceholders } from '../expressions/placeholders.ts';
import { parseProjection, project } from '../expressions/projection.ts';
import { activeTable } from '../find-table.ts';
import { itemSize } from '../item-size.ts';
import { parseKey, primaryKeyOf } from '../keys.ts';
import type { Operation } from '../operation.ts';
import { refuseLegacy } from '../refuse-legacy.ts';
import { wireItem } from '../value.ts';

/** DynamoDB-API/API_GetItem. Every read here is consistent. */
export const getItem: Operation<'GetItem'> = (state, input) => {
  refuseLegacy(input);
  const placeholders = readPlaceholders(input, { ProjectionExpression: input.ProjectionExpression });
  const paths =
    input.ProjectionExpression === undefined
      ? undefined
      : parseProjection('ProjectionExpression', input.ProjectionExpression, placeholders);
  placeholders.refuseUnused();
  const table = activeTable(state, input.TableName);
  const item = table.items.get(primaryKeyOf(table.record.key, parseKey(table.record, input.Key)));
  return {
    ...(item ? { Item: wireItem(paths ? project(item, paths) : item) } : {}),
    ...consumed(input.ReturnConsumedCapacity, table.record.name, readUnits(itemSize(item ?? {}), input.ConsistentRead)),
  };
};

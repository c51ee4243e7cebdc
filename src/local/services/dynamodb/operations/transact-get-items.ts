import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import { consumed, readUnits } from '../consumed-capacity.ts';
import { readPlaceholders } from '../expressions/placeholders.ts';
import { parseProjection, project } from '../expressions/projection.ts';
import { activeTable } from '../find-table.ts';
import { itemSize } from '../item-size.ts';
import { parseKey, primaryKeyOf } from '../keys.ts';
import type { Operation } from '../operation.ts';
import { invalid, required } from '../validation.ts';
import { wireItem } from '../value.ts';
import { checkTransactionSize } from './transact-write-items.ts';

/** DynamoDB-API/API_TransactGetItems. A read costs twice what a consistent one does. */
export const transactGetItems: Operation<'TransactGetItems'> = (state, input) => {
  const requests = required(input.TransactItems, 'transactItems');
  checkTransactionSize(requests.length);
  const reads = requests.map(({ Get }) => {
    const get = required(Get, 'transactItems.member.get');
    const table = activeTable(state, get.TableName);
    const { ProjectionExpression } = get;
    const placeholders = readPlaceholders(get, { ProjectionExpression });
    const paths =
      ProjectionExpression === undefined
        ? undefined
        : parseProjection('ProjectionExpression', ProjectionExpression, placeholders);
    placeholders.refuseUnused();
    return { table, paths, key: primaryKeyOf(table.record.key, parseKey(table.record, get.Key)) };
  });
  if (new Set(reads.map(({ table, key }) => `${table.record.name} ${key}`)).size < reads.length) {
    invalid('Transaction request cannot include multiple operations on one item');
  }
  const units = new Map<string, number>();
  const responses = reads.map(({ table, paths, key }) => {
    const item = table.items.get(key);
    const name = table.record.name;
    units.set(name, (units.get(name) ?? 0) + 2 * readUnits(itemSize(item ?? {}), true));
    return item ? { Item: wireItem(paths ? project(item, paths) : item) } : {};
  });
  const capacity = [...units].flatMap(([name, used]): ConsumedCapacity[] => {
    const { ConsumedCapacity } = consumed(input.ReturnConsumedCapacity, name, used);
    return ConsumedCapacity ? [ConsumedCapacity] : [];
  });
  return { Responses: responses, ...(capacity.length > 0 ? { ConsumedCapacity: capacity } : {}) };
};

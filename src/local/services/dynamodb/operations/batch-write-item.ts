import type { ConsumedCapacity, WriteRequest } from '@aws-sdk/client-dynamodb';
import { type Change, change, planDelete, planPut } from '../change-item.ts';
import { consumed, writeUnits } from '../consumed-capacity.ts';
import { activeTable } from '../find-table.ts';
import { itemSize } from '../item-size.ts';
import type { Operation } from '../operation.ts';
import type { Table } from '../table.ts';
import { constraint, invalid, required } from '../validation.ts';

const writesMax = 25;

/** DynamoDB-API/API_BatchWriteItem. All is checked before anything is written; nothing is left unprocessed here. */
export const batchWriteItem: Operation<'BatchWriteItem'> = (state, input) => {
  const requests = Object.entries(required(input.RequestItems, 'requestItems'));
  const count = requests.reduce((sum, [, writes]) => sum + writes.length, 0);
  if (requests.length === 0 || requests.some(([, writes]) => writes.length === 0)) {
    constraint('requestItems', '{}', 'Member must have length greater than or equal to 1');
  }
  if (count > writesMax) invalid('Too many items requested for the BatchWriteItem call');
  const plans = requests.map(([name, writes]) => planWrites(activeTable(state, name), writes));
  const capacity: ConsumedCapacity[] = [];
  for (const { table, changes } of plans) {
    let units = 0;
    for (const plan of changes) {
      const { before, after } = change(plan);
      units += writeUnits(itemSize(before ?? {}), itemSize(after ?? {}));
    }
    const { ConsumedCapacity } = consumed(input.ReturnConsumedCapacity, table.record.name, units);
    if (ConsumedCapacity) capacity.push(ConsumedCapacity);
  }
  return { UnprocessedItems: {}, ...(capacity.length > 0 ? { ConsumedCapacity: capacity } : {}) };
};

function planWrites(
  table: Table,
  writes: readonly WriteRequest[],
): { readonly table: Table; readonly changes: readonly Change[] } {
  const changes = writes.map(({ PutRequest, DeleteRequest }) => {
    if (PutRequest && DeleteRequest) {
      invalid('Supplied WriteRequest has more than one of PutRequest and DeleteRequest, must contain exactly one');
    }
    if (PutRequest) return planPut(() => table, PutRequest);
    if (DeleteRequest) return planDelete(() => table, DeleteRequest);
    return invalid('Supplied WriteRequest is empty, must contain exactly one of PutRequest or DeleteRequest');
  });
  if (new Set(changes.map(({ key }) => key)).size < changes.length) {
    invalid('Provided list of item keys contains duplicates');
  }
  return { table, changes };
}

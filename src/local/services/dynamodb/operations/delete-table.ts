import { refuse } from '../../../aws-error.ts';
import { describeTable } from '../describe.ts';
import { requireRecord, statusOf } from '../find-table.ts';
import { phaseOf } from '../index-phase.ts';
import type { Operation } from '../operation.ts';
import { itemsCollection, putRecord } from '../state.ts';
import { invalid } from '../validation.ts';
import { settleMs } from './create-table.ts';

/** The items go at once, the table is DELETING for a while. Source: DynamoDB-API/API_DeleteTable */
export const deleteTable: Operation<'DeleteTable'> = (state, input) => {
  const record = requireRecord(state, input.TableName);
  const now = state.world.clock.now();
  const status = statusOf(record, now);
  if (record.deletionProtection) {
    invalid(
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
    );
  }
  const filling = record.indexes.some((index) => phaseOf(index, now) === 'filling');
  if (status === 'CREATING' || status === 'UPDATING' || (status === 'ACTIVE' && filling)) {
    const doing = status === 'CREATING' ? 'created' : 'updated';
    refuse(
      'ResourceInUseException',
      `Attempt to change a resource which is still in use: Table is being ${doing}: ${record.name}`,
    );
  }
  const deleted = record.goneAt !== null ? record : { ...record, goneAt: now + settleMs(state) };
  state.world.store.drop(itemsCollection(record.name));
  putRecord(state, deleted);
  return { TableDescription: describeTable(state, deleted, now) };
};

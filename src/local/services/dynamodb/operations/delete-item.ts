import { change, planDelete } from '../change-item.ts';
import { consumed, writeUnits } from '../consumed-capacity.ts';
import { activeTable } from '../find-table.ts';
import { itemSize } from '../item-size.ts';
import type { Operation } from '../operation.ts';
import { refuseLegacy } from '../refuse-legacy.ts';
import { invalid, oneOf } from '../validation.ts';
import { wireItem } from '../value.ts';

/** DynamoDB-API/API_DeleteItem */
export const deleteItem: Operation<'DeleteItem'> = (state, input) => {
  refuseLegacy(input);
  oneOf(input.ReturnValues, 'returnValues', ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW']);
  if (!['ALL_OLD', 'NONE'].includes(input.ReturnValues ?? 'NONE')) invalid('ReturnValues can only be ALL_OLD or NONE');
  const plan = planDelete(() => activeTable(state, input.TableName), input);
  const { before } = change(plan);
  return {
    ...(input.ReturnValues === 'ALL_OLD' && before ? { Attributes: wireItem(before) } : {}),
    ...consumed(input.ReturnConsumedCapacity, plan.table.record.name, writeUnits(itemSize(before ?? {}), 0)),
  };
};

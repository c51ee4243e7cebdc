import { change, planPut } from '../change-item.ts';
import { consumed, writeUnits } from '../consumed-capacity.ts';
import { activeTable } from '../find-table.ts';
import { itemSize } from '../item-size.ts';
import type { Operation } from '../operation.ts';
import { refuseLegacy } from '../refuse-legacy.ts';
import { invalid, oneOf } from '../validation.ts';
import { wireItem } from '../value.ts';

/** DynamoDB-API/API_PutItem */
export const putItem: Operation<'PutItem'> = (state, input) => {
  refuseLegacy(input);
  oneOf(input.ReturnValues, 'returnValues', ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW']);
  if (!['ALL_OLD', 'NONE'].includes(input.ReturnValues ?? 'NONE')) invalid('ReturnValues can only be ALL_OLD or NONE');
  const plan = planPut(() => activeTable(state, input.TableName), input);
  const { before, after } = change(plan);
  return {
    ...(input.ReturnValues === 'ALL_OLD' && before ? { Attributes: wireItem(before) } : {}),
    ...consumed(
      input.ReturnConsumedCapacity,
      plan.table.record.name,
      writeUnits(itemSize(before ?? {}), itemSize(after ?? {})),
    ),
  };
};

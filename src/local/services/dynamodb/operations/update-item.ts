import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { change, planUpdate } from '../change-item.ts';
import { consumed, writeUnits } from '../consumed-capacity.ts';
import { project } from '../expressions/projection.ts';
import type { Path } from '../expressions/syntax.ts';
import { activeTable } from '../find-table.ts';
import { itemSize } from '../item-size.ts';
import type { Operation } from '../operation.ts';
import { refuseLegacy } from '../refuse-legacy.ts';
import { oneOf } from '../validation.ts';
import { type Item, wireItem } from '../value.ts';

/** DynamoDB-API/API_UpdateItem */
export const updateItem: Operation<'UpdateItem'> = (state, input) => {
  refuseLegacy(input);
  oneOf(input.ReturnValues, 'returnValues', ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW']);
  const plan = planUpdate(() => activeTable(state, input.TableName), input);
  const { before, after } = change(plan);
  const paths = plan.actions.map(({ path }) => path);
  return {
    ...returned(input.ReturnValues, before, after, paths),
    ...consumed(
      input.ReturnConsumedCapacity,
      plan.table.record.name,
      writeUnits(itemSize(before ?? {}), itemSize(after ?? {})),
    ),
  };
};

/** UPDATED_… has only what the expression names, as it was or became. */
function returned(
  asked: string | undefined,
  before: Item | undefined,
  after: Item | undefined,
  paths: readonly Path[],
): { Attributes?: Record<string, AttributeValue> } {
  const source = asked === 'ALL_NEW' || asked === 'UPDATED_NEW' ? after : before;
  if (asked === undefined || asked === 'NONE' || !source) return {};
  const attributes = asked.startsWith('ALL') ? source : project(source, paths);
  return Object.keys(attributes).length > 0 ? { Attributes: wireItem(attributes) } : {};
}

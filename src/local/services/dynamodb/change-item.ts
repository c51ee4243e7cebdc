import type { AttributeValue, ReturnValuesOnConditionCheckFailure } from '@aws-sdk/client-dynamodb';
import { refuse } from '../../aws-error.ts';
import { applyUpdate } from './expressions/apply-update.ts';
import { parseCondition } from './expressions/condition.ts';
import { holds } from './expressions/evaluate-condition.ts';
import { readPlaceholders } from './expressions/placeholders.ts';
import type { Condition, UpdateAction } from './expressions/syntax.ts';
import { parseUpdate } from './expressions/update.ts';
import { itemSize, itemSizeMax } from './item-size.ts';
import { checkIndexKeys, checkItemKeys, keyNames, parseKey, primaryKeyOf } from './keys.ts';
import type { Table, TableRecord } from './table.ts';
import { invalid, required } from './validation.ts';
import { type Item, parseItem, wireItem } from './value.ts';

/**
 * One item's change that a request asks for, checked as far as that goes without reading the item: first what needs
 * no table, as AWS does.
 */
export interface Change {
  readonly table: Table;
  /** Encoded primary key. */
  readonly key: string;
  readonly condition: Condition | undefined;
  /** The item after the change: the same when nothing changes, undefined when it goes. */
  readonly apply: (old: Item | undefined) => Item | undefined;
  readonly onFailure: ReturnValuesOnConditionCheckFailure | undefined;
}

/** What the members of a request and of an element of a transaction have in common. */
interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure | undefined;
}

interface Keyed extends Conditional {
  readonly Key?: Record<string, AttributeValue> | undefined;
}

/** @throws AwsError ValidationException */
export function planPut(
  find: () => Table,
  input: Conditional & { readonly Item?: Record<string, AttributeValue> | undefined },
): Change {
  const item = parseItem(required(input.Item, 'item'));
  const condition = parseOwnCondition(input);
  if (itemSize(item) > itemSizeMax) invalid('Item size has exceeded the maximum allowed size');
  const table = find();
  const { record } = table;
  checkItemKeys(record, item);
  return { table, key: primaryKeyOf(record.key, item), condition, apply: () => item, onFailure: onFailure(input) };
}

/** @throws AwsError ValidationException */
export function planDelete(find: () => Table, input: Keyed): Change {
  const condition = parseOwnCondition(input);
  const table = find();
  const { record } = table;
  const key = parseKey(record, input.Key);
  return { table, key: primaryKeyOf(record.key, key), condition, apply: () => undefined, onFailure: onFailure(input) };
}

/** A check that changes nothing, for transactions. @throws AwsError ValidationException */
export function planCheck(find: () => Table, input: Keyed): Change {
  required(input.ConditionExpression, 'conditionExpression');
  const condition = parseOwnCondition(input);
  const table = find();
  const { record } = table;
  const key = parseKey(record, input.Key);
  return { table, key: primaryKeyOf(record.key, key), condition, apply: (old) => old, onFailure: onFailure(input) };
}

/** @throws AwsError ValidationException; `apply` too, when the update does not fit the item. */
export function planUpdate(
  find: () => Table,
  input: Keyed & { readonly UpdateExpression?: string | undefined },
): Change & { readonly actions: readonly UpdateAction[] } {
  const placeholders = readPlaceholders(input, {
    UpdateExpression: input.UpdateExpression,
    ConditionExpression: input.ConditionExpression,
  });
  const actions = input.UpdateExpression === undefined ? [] : parseUpdate(input.UpdateExpression, placeholders);
  const condition =
    input.ConditionExpression === undefined
      ? undefined
      : parseCondition('ConditionExpression', input.ConditionExpression, placeholders);
  placeholders.refuseUnused();
  const table = find();
  const { record } = table;
  refuseKeyChanges(record, actions);
  const key = parseKey(record, input.Key);
  const apply = (old: Item | undefined): Item => {
    const item = applyUpdate(old ?? key, actions);
    checkIndexKeys(record, item);
    if (itemSize(item) > itemSizeMax) invalid('Item size to update has exceeded the maximum allowed size');
    return item;
  };
  return { table, key: primaryKeyOf(record.key, key), condition, apply, onFailure: onFailure(input), actions };
}

/**
 * Checks the condition, then changes the item.
 * @throws AwsError ConditionalCheckFailedException, with the item if the request asked for it.
 */
export function change(plan: Change): { readonly before: Item | undefined; readonly after: Item | undefined } {
  const before = plan.table.items.get(plan.key);
  if (plan.condition && !holds(plan.condition, before ?? {})) {
    refuse(
      'ConditionalCheckFailedException',
      'The conditional request failed',
      400,
      plan.onFailure === 'ALL_OLD' && before ? { Item: wireItem(before) } : {},
    );
  }
  const after = plan.apply(before);
  store(plan, before, after);
  return { before, after };
}

export function store({ table, key }: Change, before: Item | undefined, after: Item | undefined): void {
  if (after === before) return;
  if (after) table.put(after);
  else table.delete(key);
}

function parseOwnCondition(input: Conditional): Condition | undefined {
  const placeholders = readPlaceholders(input, { ConditionExpression: input.ConditionExpression });
  if (input.ConditionExpression === undefined) return undefined;
  const condition = parseCondition('ConditionExpression', input.ConditionExpression, placeholders);
  placeholders.refuseUnused();
  return condition;
}

function refuseKeyChanges(record: TableRecord, actions: readonly UpdateAction[]): void {
  const names = keyNames(record.key);
  const changed = actions.map(({ path }) => path[0]).find((name) => names.includes(name));
  if (changed !== undefined) {
    invalid(
      `One or more parameter values were invalid: Cannot update attribute ${changed}. This attribute is part of the key`,
    );
  }
}

const onFailure = (input: Conditional): ReturnValuesOnConditionCheckFailure | undefined =>
  input.ReturnValuesOnConditionCheckFailure;

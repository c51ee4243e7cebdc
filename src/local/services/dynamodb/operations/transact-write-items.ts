import { createHash } from 'node:crypto';
import type { CancellationReason, ConsumedCapacity, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { AwsError, refuse } from '../../../aws-error.ts';
import { type Change, planCheck, planDelete, planPut, planUpdate, store } from '../change-item.ts';
import { consumed, writeUnits } from '../consumed-capacity.ts';
import { holds } from '../expressions/evaluate-condition.ts';
import { activeTable } from '../find-table.ts';
import { itemSize } from '../item-size.ts';
import type { Operation } from '../operation.ts';
import type { DynamoState } from '../state.ts';
import { constraint, invalid, required } from '../validation.ts';
import { type Item, wireItem } from '../value.ts';

const actionsMax = 100;
/** How long a ClientRequestToken makes a repetition harmless. */
const tokenLifeMs = 10 * 60 * 1000;

/**
 * All or nothing: every condition is met, or nothing changes and the error tells a reason per action.
 * Source: DynamoDB-API/API_TransactWriteItems
 */
export const transactWriteItems: Operation<'TransactWriteItems'> = (state, input) => {
  const requests = required(input.TransactItems, 'transactItems');
  checkTransactionSize(requests.length);
  const actions = requests.map((request) => planAction(state, request));
  if (new Set(actions.map(({ table, key }) => `${table.record.name} ${key}`)).size < actions.length) {
    invalid('Transaction request cannot include multiple operations on one item');
  }
  if (input.ClientRequestToken !== undefined && alreadyDone(state, input.ClientRequestToken, requests)) return {};

  const outcomes = actions.map(attempt);
  if (outcomes.some(({ reason }) => reason.Code !== 'None')) cancel(outcomes.map(({ reason }) => reason));

  const units = new Map<string, number>();
  for (const { plan, before, after } of outcomes) {
    store(plan, before, after);
    const { name } = plan.table.record;
    units.set(name, (units.get(name) ?? 0) + 2 * writeUnits(itemSize(before ?? {}), itemSize(after ?? {})));
  }
  if (input.ClientRequestToken !== undefined) remember(state, input.ClientRequestToken, requests);
  const capacity = [...units].flatMap(([name, used]): ConsumedCapacity[] => {
    const { ConsumedCapacity } = consumed(input.ReturnConsumedCapacity, name, used);
    return ConsumedCapacity ? [ConsumedCapacity] : [];
  });
  return capacity.length > 0 ? { ConsumedCapacity: capacity } : {};
};

/** @throws AwsError ValidationException unless there are 1 to 100 actions. */
export function checkTransactionSize(count: number): void {
  if (count === 0) constraint('transactItems', '[]', 'Member must have length greater than or equal to 1');
  if (count > actionsMax) {
    constraint('transactItems', `[${count} items]`, `Member must have length less than or equal to ${actionsMax}`);
  }
}

interface Outcome {
  readonly plan: Change;
  readonly reason: CancellationReason;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

function planAction(state: DynamoState, request: TransactWriteItem): Change {
  const { Put, Update, Delete, ConditionCheck } = request;
  if ([Put, Update, Delete, ConditionCheck].filter((action) => action !== undefined).length !== 1) {
    return invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const find = () => activeTable(state, (Put ?? Update ?? Delete ?? ConditionCheck)?.TableName);
  if (Put) return planPut(find, Put);
  if (Update) return planUpdate(find, Update);
  if (Delete) return planDelete(find, Delete);
  return planCheck(find, required(ConditionCheck, 'conditionCheck'));
}

function attempt(plan: Change): Outcome {
  const before = plan.table.items.get(plan.key);
  if (plan.condition && !holds(plan.condition, before ?? {})) {
    const reason: CancellationReason = {
      Code: 'ConditionalCheckFailed',
      Message: 'The conditional request failed',
      ...(plan.onFailure === 'ALL_OLD' && before ? { Item: wireItem(before) } : {}),
    };
    return { plan, before, after: before, reason };
  }
  try {
    return { plan, before, after: plan.apply(before), reason: { Code: 'None' } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { plan, before, after: before, reason: { Code: 'ValidationError', Message: error.message } };
  }
}

function cancel(reasons: readonly CancellationReason[]): never {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return refuse(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

type TokenRecord = { readonly at: number; readonly request: string };

const tokensOf = (state: DynamoState) => state.world.store.collection<TokenRecord>('dynamodb/tokens');

/** @throws AwsError IdempotentParameterMismatchException when the token came with another request before. */
function alreadyDone(state: DynamoState, token: string, requests: readonly TransactWriteItem[]): boolean {
  const known = tokensOf(state).get(token);
  if (!known || known.at + tokenLifeMs < state.world.clock.now()) return false;
  if (known.request === fingerprint(requests)) return true;
  return refuse(
    'IdempotentParameterMismatchException',
    'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent ' +
      'token that was already used.',
  );
}

function remember(state: DynamoState, token: string, requests: readonly TransactWriteItem[]): void {
  const tokens = tokensOf(state);
  const now = state.world.clock.now();
  for (const [old, { at }] of tokens.entries()) if (at + tokenLifeMs < now) tokens.delete(old);
  tokens.put(token, { at: now, request: fingerprint(requests) });
}

const fingerprint = (requests: readonly TransactWriteItem[]): string =>
  createHash('sha256').update(JSON.stringify(requests)).digest('hex');

import { refuse } from '../../../aws-error.ts';
import { describeTable } from '../describe.ts';
import { requireRecord, statusOf } from '../find-table.ts';
import { phaseOf } from '../index-phase.ts';
import type { Operation } from '../operation.ts';
import { checkAttributes, parseAttributes, parseIndex } from '../parse-schema.ts';
import { type DynamoState, putRecord, withoutGone } from '../state.ts';
import type { TableRecord } from '../table.ts';
import { invalid, oneOf } from '../validation.ts';
import { encryption, parseThroughput, refuseStreams, settleMs } from './create-table.ts';

/**
 * Billing, throughput, deletion protection, table class, encryption; a global index comes in phases, first without and
 * then with its items, and can be read after them. Sources: DynamoDB-API/API_UpdateTable, DynamoDB/GSI.OnlineOps
 */
export const updateTable: Operation<'UpdateTable'> = (state, input) => {
  const record = requireRecord(state, input.TableName);
  oneOf(input.BillingMode, 'billingMode', ['PROVISIONED', 'PAY_PER_REQUEST']);
  refuseStreams(input.StreamSpecification?.StreamEnabled);
  const now = state.world.clock.now();
  if (statusOf(record, now) !== 'ACTIVE') {
    refuse('ResourceInUseException', `Attempt to change a resource which is still in use: Table: ${record.name}`);
  }
  const billing = input.BillingMode ?? record.billing;
  const asked = input.ProvisionedThroughput;
  const changed: TableRecord = {
    ...record,
    ...indexesAfter(state, record, input, now),
    activeAt: now + settleMs(state),
    updated: true,
    billing,
    throughput: asked === undefined && billing === record.billing ? record.throughput : parseThroughput(billing, asked),
    deletionProtection: input.DeletionProtectionEnabled ?? record.deletionProtection,
    tableClass: input.TableClass ?? record.tableClass,
    ...(input.SSESpecification ? encryption(input.SSESpecification) : {}),
  };
  putRecord(state, changed);
  return { TableDescription: describeTable(state, changed, now) };
};

function indexesAfter(
  state: DynamoState,
  record: TableRecord,
  input: Parameters<typeof updateTable>[1],
  now: number,
): Pick<TableRecord, 'attributes' | 'indexes'> {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const settle = settleMs(state);
  let { indexes } = withoutGone(record, now);
  if (updates.length === 0) return { attributes: record.attributes, indexes };
  const attributes = { ...record.attributes, ...parseAttributes(input.AttributeDefinitions ?? []) };
  const changing = indexes.filter((index) => phaseOf(index, now) !== 'active');
  for (const { Create, Delete } of updates) {
    const named = indexes.find(({ name }) => name === (Create ?? Delete)?.IndexName);
    if (Create && named) invalid(`Attempting to create an index which already exists: ${named.name}`);
    if (Delete && !named) refuse('ResourceNotFoundException', 'Requested resource not found');
    // One that is being filled may be given up; nothing else changes meanwhile (DynamoDB/GSI.OnlineOps).
    const inTheWay = changing.filter((index) => !(Delete && index === named && phaseOf(index, now) === 'filling'));
    if (inTheWay.length > 0) refuse('LimitExceededException', oneAtATime);
    if (Create)
      indexes = [
        ...indexes,
        {
          ...parseIndex({ ...Create }, 'global'),
          change: { kind: 'comes', fillsAt: now + settle, readableAt: now + 2 * settle },
        },
      ];
    if (Delete)
      indexes = indexes.map((index) =>
        index === named ? { ...index, change: { kind: 'goes', goneAt: now + settle } } : index,
      );
  }
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1) refuse('LimitExceededException', oneAtATime);
  const kept = indexes.filter(({ change }) => change?.kind !== 'goes');
  const used = new Set([record, ...kept].flatMap(({ key }) => [key.hash, key.range]));
  const left = Object.fromEntries(Object.entries(attributes).filter(([name]) => used.has(name)));
  checkAttributes(left, record.key, kept);
  return { attributes: left, indexes };
}

const oneAtATime = 'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table';

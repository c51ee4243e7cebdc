import { refuse } from '../../../aws-error.ts';
import { describeTable } from '../describe.ts';
import { requireRecord, statusOf } from '../find-table.ts';
import type { Operation } from '../operation.ts';
import { checkAttributes, parseAttributes, parseIndex } from '../parse-schema.ts';
import { putRecord } from '../state.ts';
import type { IndexRecord, TableRecord } from '../table.ts';
import { invalid, oneOf } from '../validation.ts';
import { parseThroughput, refuseStreams, settleMs } from './create-table.ts';

/**
 * Billing, throughput, deletion protection, table class, encryption; global indexes come and go with their items at
 * once. Source: DynamoDB-API/API_UpdateTable
 */
export const updateTable: Operation<'UpdateTable'> = (state, input) => {
  const record = requireRecord(state, input.TableName);
  oneOf(input.BillingMode, 'billingMode', ['PROVISIONED', 'PAY_PER_REQUEST']);
  refuseStreams(input.StreamSpecification?.StreamEnabled);
  if (statusOf(state, record) !== 'ACTIVE') {
    refuse('ResourceInUseException', `Attempt to change a resource which is still in use: Table: ${record.name}`);
  }
  const billing = input.BillingMode ?? record.billing;
  const asked = input.ProvisionedThroughput;
  const now = state.world.clock.now();
  const changed: TableRecord = {
    ...record,
    ...indexesAfter(record, input),
    activeAt: now + settleMs(state),
    updated: true,
    billing,
    throughput: asked === undefined && billing === record.billing ? record.throughput : parseThroughput(billing, asked),
    deletionProtection: input.DeletionProtectionEnabled ?? record.deletionProtection,
    tableClass: input.TableClass ?? record.tableClass,
    encryptedWithKms: input.SSESpecification?.Enabled ?? record.encryptedWithKms,
  };
  putRecord(state, changed);
  return { TableDescription: describeTable(state, changed) };
};

function indexesAfter(
  record: TableRecord,
  input: Parameters<typeof updateTable>[1],
): Pick<TableRecord, 'attributes' | 'indexes'> {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const attributes = { ...record.attributes, ...parseAttributes(input.AttributeDefinitions ?? []) };
  if (updates.length === 0) return { attributes: record.attributes, indexes: record.indexes };
  let indexes: readonly IndexRecord[] = record.indexes;
  for (const { Create, Delete } of updates) {
    if (Create) {
      const index = parseIndex({ ...Create }, 'global');
      if (indexes.some(({ name }) => name === index.name)) {
        invalid('Attempting to create an index which already exists');
      }
      indexes = [...indexes, index];
    }
    if (Delete) {
      if (!indexes.some(({ name }) => name === Delete.IndexName)) {
        refuse('ResourceNotFoundException', 'Requested resource not found');
      }
      indexes = indexes.filter(({ name }) => name !== Delete.IndexName);
    }
  }
  const used = new Set([record, ...indexes].flatMap(({ key }) => [key.hash, key.range]));
  const left = Object.fromEntries(Object.entries(attributes).filter(([name]) => used.has(name)));
  checkAttributes(left, record.key, indexes);
  return { attributes: left, indexes };
}

import type { KeySchemaElement, ProvisionedThroughputDescription, TableDescription } from '@aws-sdk/client-dynamodb';
import { statusOf, tableArn } from './find-table.ts';
import { type DynamoState, tableOf } from './state.ts';
import type { IndexRecord, KeySchema, TableRecord } from './table.ts';

/** What DescribeTable shows; sizes and counts are current, where AWS refreshes them every six hours. */
export function describeTable(
  state: DynamoState,
  record: TableRecord,
  status: ReturnType<typeof statusOf> = statusOf(state, record),
): TableDescription {
  const table = tableOf(state, record);
  const globals = record.indexes.filter(({ kind }) => kind === 'global');
  const locals = record.indexes.filter(({ kind }) => kind === 'local');
  return {
    AttributeDefinitions: Object.entries(record.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    TableName: record.name,
    KeySchema: keySchema(record.key),
    TableStatus: status,
    CreationDateTime: new Date(record.createdAt),
    ProvisionedThroughput: throughput(record),
    TableSizeBytes: table.sizeBytes(),
    ItemCount: table.items.size,
    TableArn: tableArn(state, record.name),
    TableId: record.id,
    ...(record.billing === 'PAY_PER_REQUEST'
      ? {
          BillingModeSummary: {
            BillingMode: record.billing,
            LastUpdateToPayPerRequestDateTime: new Date(record.createdAt),
          },
        }
      : {}),
    ...(globals.length > 0
      ? {
          GlobalSecondaryIndexes: globals.map((index) => ({
            ...describeIndex(state, record, index),
            IndexStatus: status === 'DELETING' ? 'DELETING' : status === 'CREATING' ? 'CREATING' : 'ACTIVE',
            ProvisionedThroughput: throughput(record),
          })),
        }
      : {}),
    ...(locals.length > 0 ? { LocalSecondaryIndexes: locals.map((index) => describeIndex(state, record, index)) } : {}),
    ...(record.encryptedWithKms
      ? {
          SSEDescription: {
            Status: 'ENABLED',
            SSEType: 'KMS',
            KMSMasterKeyArn: `arn:aws:kms:${state.world.region}:${state.world.account}:alias/aws/dynamodb`,
          },
        }
      : {}),
    ...(record.tableClass !== null
      ? {
          TableClassSummary: {
            TableClass: record.tableClass === 'STANDARD' ? 'STANDARD' : 'STANDARD_INFREQUENT_ACCESS',
          },
        }
      : {}),
    DeletionProtectionEnabled: record.deletionProtection,
  };
}

function describeIndex(state: DynamoState, record: TableRecord, index: IndexRecord) {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.key),
    Projection: {
      ProjectionType: index.projection,
      ...(index.include.length > 0 ? { NonKeyAttributes: [...index.include] } : {}),
    },
    ItemCount: tableOf(state, record).index(index.name).size,
    IndexArn: `${tableArn(state, record.name)}/index/${index.name}`,
  };
}

const keySchema = (key: KeySchema): KeySchemaElement[] => [
  { AttributeName: key.hash, KeyType: 'HASH' },
  ...(key.range === null ? [] : [{ AttributeName: key.range, KeyType: 'RANGE' } as const]),
];

const throughput = (record: TableRecord): ProvisionedThroughputDescription => ({
  NumberOfDecreasesToday: 0,
  ReadCapacityUnits: record.throughput.read,
  WriteCapacityUnits: record.throughput.write,
});

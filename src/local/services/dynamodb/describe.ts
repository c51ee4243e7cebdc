import type {
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  ProvisionedThroughputDescription,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import { unreachable } from '../../../base/index.ts';
import { statusOf, tableArn } from './find-table.ts';
import { phaseOf } from './index-phase.ts';
import { type DynamoState, tableOf, withoutGone } from './state.ts';
import type { IndexRecord, KeySchema, TableRecord } from './table.ts';

/** What DescribeTable shows at that instant; sizes and counts are current, where AWS refreshes them every six hours. */
export function describeTable(
  state: DynamoState,
  record: TableRecord,
  now: number = state.world.clock.now(),
): TableDescription {
  const status = statusOf(record, now);
  const table = tableOf(state, record);
  const { indexes } = withoutGone(record, now);
  const globals = indexes.filter(({ kind }) => kind === 'global');
  const locals = indexes.filter(({ kind }) => kind === 'local');
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
            ...describeIndex(state, record, index, now),
            ...indexStatus(index, status, now),
            ProvisionedThroughput: throughput(record),
          })),
        }
      : {}),
    ...(locals.length > 0
      ? { LocalSecondaryIndexes: locals.map((index) => describeIndex(state, record, index, now)) }
      : {}),
    ...(record.encryptedWithKms
      ? {
          SSEDescription: {
            Status: 'ENABLED',
            SSEType: 'KMS',
            KMSMasterKeyArn: keyArn(state, record.kmsKey ?? 'alias/aws/dynamodb'),
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

function indexStatus(
  index: IndexRecord,
  table: ReturnType<typeof statusOf>,
  now: number,
): Pick<GlobalSecondaryIndexDescription, 'IndexStatus' | 'Backfilling'> {
  if (table === 'DELETING' || table === 'CREATING') return { IndexStatus: table };
  const phase = phaseOf(index, now);
  switch (phase) {
    case 'allocating':
    case 'filling':
      return { IndexStatus: 'CREATING', Backfilling: phase === 'filling' };
    case 'active':
      return { IndexStatus: 'ACTIVE' };
    case 'deleting':
      return { IndexStatus: 'DELETING' };
    default:
      return unreachable(phase);
  }
}

function describeIndex(state: DynamoState, record: TableRecord, index: IndexRecord, now: number) {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.key),
    Projection: {
      ProjectionType: index.projection,
      ...(index.include.length > 0 ? { NonKeyAttributes: [...index.include] } : {}),
    },
    ItemCount: phaseOf(index, now) === 'active' ? tableOf(state, record).index(index.name).size : 0,
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

/** KMS is not asked: an alias stays one, where AWS names the key behind it. */
function keyArn({ world }: DynamoState, key: string): string {
  if (key.startsWith('arn:')) return key;
  return `arn:aws:kms:${world.region}:${world.account}:${key.startsWith('alias/') ? key : `key/${key}`}`;
}

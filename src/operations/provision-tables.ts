import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { type Aws, change, read } from '../aws/index.ts';
import { ms } from '../base/index.ts';
import { type Table, type TableKeys, tableName, tagsOf, type WebService } from '../config/index.ts';
import { must } from './operation-error.ts';
import { unlessThere } from './unless-there.ts';

/** A table that is there with other keys than its JSON says: nothing was changed. */
export class TableConflict extends Error {
  override readonly name = 'TableConflict';
}

/** Between two looks at a table that is changing. */
const pause = ms(50);

/**
 * Makes on the local runtime the tables of `uses.tables` that Terraform makes on AWS, and brings their capacity and
 * indexes up to the JSON. What is not named any more is left: it holds data. Resolves with what DynamoDB calls each.
 * @throws TableConflict
 */
export async function provisionTables(
  aws: Aws,
  environment: string,
  { name: service, uses }: WebService,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const wanted = Object.entries(uses.tables).map(([table, keys]) => ({
    ...{ table, keys },
    name: tableName(environment, service, table),
  }));
  const there = await Promise.all(wanted.map(({ name }) => describeTable(aws, name, signal)));
  for (const [index, { table, keys }] of wanted.entries()) {
    const standing = there[index];
    const [found, asked] = [standing && keysOf(standing), keyText(keys)];
    if (found !== undefined && found !== asked)
      throw new TableConflict(
        `services/${service}.json uses.tables.${table}.keys: the table is there with ${found}, and keys can't change to ${asked}. Give the table another name, or delete it: aws dynamodb delete-table --table-name ${standing?.TableName}. Nothing was changed.`,
      );
  }
  for (const [index, { name, keys }] of wanted.entries()) {
    const standing = there[index];
    if (standing) {
      await provisionCapacity(aws, name, keys, standing, signal);
      await provisionIndexes(aws, name, keys, standing, signal);
    } else await createTable(aws, name, keys, tagsOf(environment, service), signal);
  }
  return Object.fromEntries(wanted.map(({ table, name }) => [table, name]));
}

/** Makes a table unless it is there, and waits until it can be used. */
export async function createTable(
  aws: Aws,
  name: string,
  keys: Table,
  tags: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.clients.dynamodb();
  const indexes = Object.entries(keys.indexes);
  const command = new sdk.CreateTableCommand({
    TableName: name,
    ...billing(keys),
    KeySchema: keySchema(keys),
    AttributeDefinitions: attributes([keys, ...indexes.map(([, index]) => index)]),
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes.map(([index, of]) => indexOf(index, of, keys)) }),
    ...(Object.keys(tags).length > 0 && { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  });
  await unlessThere(
    `create table ${name}`,
    'ResourceInUseException',
    change(aws, client, command, signal, (output) => output.TableDescription),
  );
  await settled(aws, name, signal);
}

/** Takes the tables away; absent ones are passed over. */
export async function deleteTables(aws: Aws, names: readonly string[], signal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.clients.dynamodb();
  for (const name of names) {
    const command = new sdk.DeleteTableCommand({ TableName: name });
    await unlessThere(
      `delete table ${name}`,
      'ResourceNotFoundException',
      change(aws, client, command, signal, (output) => output.TableDescription),
    );
  }
}

/** Where tables are provisioned, each of their indexes has a capacity of its own (DDB-API/API_UpdateTable). */
async function provisionCapacity(
  aws: Aws,
  name: string,
  keys: Table,
  standing: TableDescription,
  signal: AbortSignal,
): Promise<void> {
  const { BillingModeSummary, ProvisionedThroughput, GlobalSecondaryIndexes = [] } = standing;
  // Without a summary a table was never billed by request (DDB-API/API_BillingModeSummary).
  const isProvisioned = BillingModeSummary?.BillingMode !== 'PAY_PER_REQUEST';
  const isSo = keys.capacity
    ? isProvisioned &&
      ProvisionedThroughput?.ReadCapacityUnits === keys.capacity.read &&
      ProvisionedThroughput.WriteCapacityUnits === keys.capacity.write
    : !isProvisioned;
  if (isSo) return;
  const { client, sdk } = await aws.clients.dynamodb();
  const { capacity } = keys;
  const command = new sdk.UpdateTableCommand({
    TableName: name,
    ...billing(keys),
    ...(capacity &&
      GlobalSecondaryIndexes.length > 0 && {
        GlobalSecondaryIndexUpdates: GlobalSecondaryIndexes.map(({ IndexName }) => ({
          Update: { IndexName, ProvisionedThroughput: throughput(capacity) },
        })),
      }),
  });
  must(
    `change the capacity of ${name}`,
    await change(aws, client, command, signal, (output) => output.TableDescription),
  );
  await settled(aws, name, signal);
}

/** DynamoDB changes one index at a time (DDB-API/API_UpdateTable). */
async function provisionIndexes(
  aws: Aws,
  name: string,
  keys: Table,
  { GlobalSecondaryIndexes = [] }: TableDescription,
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.clients.dynamodb();
  const isWanted = ({ IndexName = '', KeySchema }: (typeof GlobalSecondaryIndexes)[number]): boolean =>
    JSON.stringify(KeySchema) === JSON.stringify(keys.indexes[IndexName] && keySchema(keys.indexes[IndexName]));
  const surplus = GlobalSecondaryIndexes.filter((index) => !isWanted(index));
  const missing = Object.entries(keys.indexes).filter(
    ([index]) => !GlobalSecondaryIndexes.some((one) => one.IndexName === index && isWanted(one)),
  );
  const updates = [
    ...surplus.map(({ IndexName }) => ({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] })),
    ...missing.map(([index, of]) => ({
      AttributeDefinitions: attributes([keys, of]),
      GlobalSecondaryIndexUpdates: [{ Create: indexOf(index, of, keys) }],
    })),
  ];
  for (const update of updates) {
    const command = new sdk.UpdateTableCommand({ TableName: name, ...update });
    must(
      `change the indexes of ${name}`,
      await change(aws, client, command, signal, (output) => output.TableDescription),
    );
    await settled(aws, name, signal);
  }
}

/** Waits until a table and its indexes are as they are to be. */
async function settled(aws: Aws, name: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const table = await describeTable(aws, name, signal);
    const indexes = table?.GlobalSecondaryIndexes ?? [];
    if (table?.TableStatus === 'ACTIVE' && indexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE')) return;
    await aws.clock.sleep(pause, signal);
  }
}

async function describeTable(aws: Aws, name: string, signal: AbortSignal): Promise<TableDescription | undefined> {
  const { client, sdk } = await aws.clients.dynamodb();
  return unlessThere(
    `describe table ${name}`,
    'ResourceNotFoundException',
    read(
      aws,
      client,
      () => new sdk.DescribeTableCommand({ TableName: name }),
      signal,
      (output) => output.Table,
    ),
  );
}

const keySchema = ({ partitionKey, sortKey }: TableKeys) => [
  { AttributeName: partitionKey.name, KeyType: 'HASH' as const },
  ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: 'RANGE' as const }] : []),
];

/** Each declared once, however many keys name it. */
const attributes = (all: readonly TableKeys[]) => {
  const keys = all.flatMap(({ partitionKey, sortKey }) => (sortKey ? [partitionKey, sortKey] : [partitionKey]));
  return [...new Map(keys.map(({ name, type }) => [name, type]))].map(([AttributeName, AttributeType]) => ({
    ...{ AttributeName, AttributeType },
  }));
};

const indexOf = (name: string, keys: TableKeys, { capacity }: Table) => ({
  IndexName: name,
  KeySchema: keySchema(keys),
  Projection: { ProjectionType: 'ALL' as const },
  ...(capacity && { ProvisionedThroughput: throughput(capacity) }),
});

const billing = ({ capacity }: Table) =>
  capacity
    ? { BillingMode: 'PROVISIONED' as const, ProvisionedThroughput: throughput(capacity) }
    : { BillingMode: 'PAY_PER_REQUEST' as const };

const throughput = ({ read, write }: NonNullable<Table['capacity']>) => ({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
});

const keyText = ({ partitionKey, sortKey }: TableKeys): string =>
  [partitionKey, ...(sortKey ? [sortKey] : [])].map(({ name, type }) => `${name} (${type})`).join(', ');

function keysOf({ KeySchema = [], AttributeDefinitions = [] }: TableDescription): string {
  return KeySchema.map(({ AttributeName }) => {
    const type = AttributeDefinitions.find((attribute) => attribute.AttributeName === AttributeName)?.AttributeType;
    return `${AttributeName} (${type})`;
  }).join(', ');
}

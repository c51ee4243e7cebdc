import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aLocalRuntime, awsEnvironment, has, type RuntimeUnderTest } from './local-runtime.ts';

let runtime: RuntimeUnderTest;
let dynamodb: DynamoDBClient;
const TableName = 'journal';

beforeAll(async () => {
  runtime = await aLocalRuntime();
  dynamodb = new DynamoDBClient(runtime.client);
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName });
});

afterAll(async () => {
  dynamodb.destroy();
  await runtime[Symbol.asyncDispose]();
  expect(runtime.log).toEqual([]);
});

test('of fifty writers who put the same key if it is absent, one wins and the others learn who', async () => {
  const Item = (owner: number) => ({ pk: { S: 'lease' }, sk: { N: '0' }, owner: { N: String(owner) } });
  const tries = await Promise.allSettled(
    Array.from({ length: 50 }, (_, owner) =>
      dynamodb.send(
        new PutItemCommand({
          TableName,
          Item: Item(owner),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    ),
  );
  const winners = tries.flatMap((outcome, owner) => (outcome.status === 'fulfilled' ? [owner] : []));
  expect(winners.length).toBe(1);
  for (const outcome of tries) {
    if (outcome.status === 'fulfilled') continue;
    expect(outcome.reason).toBeInstanceOf(ConditionalCheckFailedException);
    expect(outcome.reason.Item).toEqual(Item(winners[0] ?? -1));
  }
});

test('concurrent increments are all counted', async () => {
  const Key = { pk: { S: 'counter' }, sk: { N: '0' } };
  await Promise.all(
    Array.from({ length: 40 }, () =>
      dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: 'ADD hits :one',
          ExpressionAttributeValues: { ':one': { N: '0.1' } },
        }),
      ),
    ),
  );
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  expect(Item?.hits).toEqual({ N: '4' });
});

test('a paginator walks a partition in order, bytes and all', async () => {
  const item = (n: number) => ({ pk: { S: 'pages' }, sk: { N: String(n) }, bytes: { B: new Uint8Array([n, 255]) } });
  const all = Array.from({ length: 25 }, (_, n) => item(n * 10 - 100));
  await dynamodb.send(
    new BatchWriteItemCommand({
      RequestItems: { [TableName]: all.toReversed().map((Item) => ({ PutRequest: { Item } })) },
    }),
  );
  const seen: unknown[] = [];
  const pages = paginateQuery(
    { client: dynamodb, pageSize: 7 },
    {
      TableName,
      KeyConditionExpression: 'pk = :p AND sk > :from',
      ExpressionAttributeValues: { ':p': { S: 'pages' }, ':from': { N: '-95' } },
    },
  );
  for await (const page of pages) seen.push(...(page.Items ?? []));
  expect(seen).toEqual(all.slice(1));
});

test('a transaction that is refused says why, part by part', async () => {
  const put = (sk: string) => ({
    Put: {
      TableName,
      Item: { pk: { S: 'transaction' }, sk: { N: sk } },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });
  await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [put('1')] }));
  const refused = await dynamodb
    .send(new TransactWriteItemsCommand({ TransactItems: [put('2'), put('1')] }))
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TransactionCanceledException);
  expect(refused instanceof TransactionCanceledException && refused.CancellationReasons).toEqual([
    { Code: 'None' },
    { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
  ]);
});

test('other regions and accounts have tables of their own', async () => {
  const elsewhere = new DynamoDBClient({ ...runtime.client, region: 'eu-west-1' });
  await expect(elsewhere.send(new DescribeTableCommand({ TableName }))).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  );
  elsewhere.destroy();
});

const run = promisify(execFile);

test.skipIf(!has('aws', '--version'))('the AWS CLI puts, queries and is refused', async () => {
  const aws = async (...args: readonly string[]): Promise<unknown> => {
    const { stdout } = await run('aws', ['dynamodb', ...args, '--output', 'json'], {
      env: awsEnvironment(runtime.endpoint),
    });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };
  const item = { pk: { S: 'cli' }, sk: { N: '1' }, tags: { SS: ['x', 'y'] } };
  await aws('put-item', '--table-name', TableName, '--item', JSON.stringify(item));
  const found = await aws(
    ...['query', '--table-name', TableName, '--key-condition-expression', 'pk = :p'],
    ...['--expression-attribute-values', '{":p": {"S": "cli"}}'],
  );
  expect(found).toMatchObject({ Items: [item], Count: 1, ScannedCount: 1 });
  const again = aws(
    ...['put-item', '--table-name', TableName, '--item', JSON.stringify(item)],
    ...['--condition-expression', 'attribute_not_exists(pk)'],
  );
  await expect(again).rejects.toThrow(
    'An error occurred (ConditionalCheckFailedException) when calling the PutItem operation: The conditional request failed',
  );
  await aws(
    ...['create-table', '--table-name', 'from-cli', '--billing-mode', 'PAY_PER_REQUEST'],
    ...['--attribute-definitions', 'AttributeName=id,AttributeType=S'],
    ...['--key-schema', 'AttributeName=id,KeyType=HASH', '--tags', 'Key=a,Value=1'],
  );
  await aws('wait', 'table-exists', '--table-name', 'from-cli');
  expect(await aws('list-tables')).toEqual({ TableNames: ['from-cli', TableName] });
});

test.skipIf(!has('python3', '-c', 'import boto3'))(
  "boto3's resources convert numbers, sets and conditions",
  async () => {
    const program = `
import boto3
from decimal import Decimal
from boto3.dynamodb.conditions import Key, Attr
table = boto3.resource('dynamodb').Table('${TableName}')
item = {'pk': 'boto3', 'sk': 1, 'price': Decimal('0.1000000000000000000000000000000000001'),
        'tags': {'a', 'b'}, 'nested': {'list': [1, 'x', None, True]}}
table.put_item(Item=item)
assert table.get_item(Key={'pk': 'boto3', 'sk': 1})['Item'] == item
table.update_item(Key={'pk': 'boto3', 'sk': 1}, UpdateExpression='SET nested.#l[1] = :y REMOVE nested.#l[0]',
                  ExpressionAttributeNames={'#l': 'list'}, ExpressionAttributeValues={':y': 'y'})
found = table.query(KeyConditionExpression=Key('pk').eq('boto3') & Key('sk').between(0, 5),
                    FilterExpression=Attr('tags').contains('a') & Attr('price').lt(1))
assert found['Items'][0]['nested']['list'] == ['y', None, True], found
try:
    table.delete_item(Key={'pk': 'boto3', 'sk': 1}, ConditionExpression=Attr('price').exists() & ~Attr('tags').exists())
    raise AssertionError('deleted')
except table.meta.client.exceptions.ConditionalCheckFailedException:
    pass
print('ok')
`;
    const { stdout } = await run('python3', ['-c', program], { env: awsEnvironment(runtime.endpoint) });
    expect(stdout.trim()).toBe('ok');
  },
);

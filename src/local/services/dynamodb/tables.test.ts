import { describe, expect, test } from 'vitest';
import { ms } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { dynamoFixture, key, N, S, withTable } from './dynamodb-fixture.ts';
import { describeContinuousBackups, updateContinuousBackups } from './operations/continuous-backups.ts';
import { createTable } from './operations/create-table.ts';
import { deleteTable } from './operations/delete-table.ts';
import { describeTable } from './operations/describe-table.ts';
import { listTables } from './operations/list-tables.ts';
import { putItem } from './operations/put-item.ts';
import { query } from './operations/query.ts';
import { listTagsOfResource, tagResource, untagResource } from './operations/tags.ts';
import { describeTimeToLive, updateTimeToLive } from './operations/time-to-live.ts';
import { updateTable } from './operations/update-table.ts';

const TableName = 'things';
const arn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/things';
const simple = {
  TableName,
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

describe('a table', () => {
  test('is created, then active, then deleted, then gone; items need it to be active', () => {
    const { run, refusal, clock } = dynamoFixture();
    const status = () => run(describeTable, { TableName }).Table?.TableStatus;
    expect(run(createTable, simple).TableDescription?.TableStatus).toBe('CREATING');
    expect(refusal(putItem, { TableName, Item: { pk: S('a') } })).toBe(
      'ResourceNotFoundException: Requested resource not found',
    );
    expect(refusal(deleteTable, { TableName })).toBe(
      'ResourceInUseException: Attempt to change a resource which is still in use: Table is being created: things',
    );
    clock.advance(ms(5_000));
    expect(status()).toBe('ACTIVE');
    run(putItem, { TableName, Item: { pk: S('a') } });
    expect(refusal(createTable, simple)).toBe('ResourceInUseException: Table already exists: things');
    expect(run(deleteTable, { TableName }).TableDescription?.TableStatus).toBe('DELETING');
    expect(status()).toBe('DELETING');
    clock.advance(ms(5_000));
    expect(refusal(describeTable, { TableName })).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: things not found',
    );
    run(createTable, simple);
    expect(run(describeTable, { TableName }).Table?.ItemCount).toBe(0);
  });

  test('describes itself as AWS does', () => {
    const { run } = withTable({ SSESpecification: { Enabled: true } });
    run(putItem, { TableName, Item: { ...key('a', '1'), n: N(12) } });
    expect(run(describeTable, { TableName }).Table).toMatchObject({
      TableName,
      TableArn: arn,
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS' },
      DeletionProtectionEnabled: false,
      ItemCount: 1,
      TableSizeBytes: 9,
    });
  });

  // DynamoDB-API/API_SSESpecification
  test('is encrypted by the key that it was given, and by AWS’s own once that is taken back', () => {
    const key = 'arn:aws:kms:eu-central-1:000000000000:key/1';
    const { run, clock } = withTable({ SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: key } });
    const told = () => run(describeTable, { TableName }).Table?.SSEDescription;
    expect(told()).toMatchObject({ SSEType: 'KMS', KMSMasterKeyArn: key });
    run(updateTable, { TableName, SSESpecification: { Enabled: true } });
    expect(told()?.KMSMasterKeyArn).toMatch(/:alias\/aws\/dynamodb$/);
    clock.advance(ms(60_000));
    run(updateTable, { TableName, SSESpecification: { Enabled: true, KMSMasterKeyId: 'abc' } });
    expect(told()?.KMSMasterKeyArn).toMatch(/:key\/abc$/);
    clock.advance(ms(60_000));
    run(updateTable, { TableName, DeletionProtectionEnabled: false });
    expect(told()?.KMSMasterKeyArn).toMatch(/:key\/abc$/);
    clock.advance(ms(60_000));
    run(updateTable, { TableName, SSESpecification: { Enabled: false } });
    expect(told()).toBeUndefined();
  });

  test('is there for the successor of its server, with its items and indexes', () => {
    const store = memoryStore();
    const index = {
      IndexName: 'by-owner',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' as const }],
      Projection: { ProjectionType: 'ALL' as const },
    };
    const AttributeDefinitions = [
      { AttributeName: 'pk', AttributeType: 'S' as const },
      { AttributeName: 'owner', AttributeType: 'S' as const },
    ];
    const first = withTable({ ...simple, AttributeDefinitions, GlobalSecondaryIndexes: [index] }, store);
    first.run(putItem, { TableName, Item: { pk: S('a'), owner: S('x') } });
    const second = dynamoFixture(store);
    second.clock.advance(ms(5_000));
    const found = second.run(query, {
      TableName,
      IndexName: 'by-owner',
      KeyConditionExpression: '#o = :x',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':x': S('x') },
    });
    expect(found.Items).toEqual([{ pk: S('a'), owner: S('x') }]);
    expect(second.run(describeTable, { TableName }).Table?.TableSizeBytes).toBe(9);
  });

  test.each([
    [
      { KeySchema: [{ AttributeName: 'pk', KeyType: 'RANGE' as const }] },
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    ],
    [
      { KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' as const }] },
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [other], AttributeDefinitions: [pk]',
    ],
    [
      {
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' as const },
          { AttributeName: 'more', AttributeType: 'S' as const },
        ],
      },
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    ],
    [
      { BillingMode: 'PROVISIONED' as const },
      'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    ],
    [
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    ],
    [
      { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const } },
      'The local runtime does not support DynamoDB Streams',
    ],
  ])('%#: is refused when its definition is not one', (settings, message) => {
    expect(dynamoFixture().refusal(createTable, { ...simple, ...settings })).toBe(`ValidationException: ${message}`);
  });

  test('under deletion protection stays', () => {
    const { refusal } = withTable({ DeletionProtectionEnabled: true });
    expect(refusal(deleteTable, { TableName })).toContain('ValidationException: Resource cannot be deleted');
  });

  test('has tags, a time to live and point-in-time recovery as they were set', () => {
    const { run, refusal } = withTable({ Tags: [{ Key: 'a', Value: '1' }] });
    run(tagResource, { ResourceArn: arn, Tags: [{ Key: 'b', Value: '2' }] });
    run(untagResource, { ResourceArn: arn, TagKeys: ['a'] });
    expect(run(listTagsOfResource, { ResourceArn: arn }).Tags).toEqual([{ Key: 'b', Value: '2' }]);

    run(updateTimeToLive, { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } });
    expect(run(describeTimeToLive, { TableName }).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expires',
    });

    const recovery = () =>
      run(describeContinuousBackups, { TableName }).ContinuousBackupsDescription?.PointInTimeRecoveryDescription
        ?.PointInTimeRecoveryStatus;
    expect(recovery()).toBe('DISABLED');
    run(updateContinuousBackups, {
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(recovery()).toBe('ENABLED');
    expect(refusal(describeContinuousBackups, { TableName: 'nowhere' })).toBe(
      'TableNotFoundException: Table not found: nowhere',
    );
  });
});

test('tables are listed in pages', () => {
  const { run } = dynamoFixture();
  for (const name of ['ccc', 'aaa', 'bbb']) run(createTable, { ...simple, TableName: name });
  const first = run(listTables, { Limit: 2 });
  expect(first).toEqual({ TableNames: ['aaa', 'bbb'], LastEvaluatedTableName: 'bbb' });
  expect(run(listTables, { ExclusiveStartTableName: 'bbb' })).toEqual({ TableNames: ['ccc'] });
});

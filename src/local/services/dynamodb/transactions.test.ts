import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { ms } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import { key, N, S, withTable } from './dynamodb-fixture.ts';
import { getItem } from './operations/get-item.ts';
import { putItem } from './operations/put-item.ts';
import { transactGetItems } from './operations/transact-get-items.ts';
import { transactWriteItems } from './operations/transact-write-items.ts';

const TableName = 'things';
const increment = (sk: string): TransactWriteItem => ({
  Update: {
    TableName,
    Key: key('a', sk),
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': N(1) },
  },
});
const putNew = (sk: string): TransactWriteItem => ({
  Put: {
    TableName,
    Item: key('a', sk),
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

test('a transaction writes all, and a reader sees all', () => {
  const { run } = withTable();
  run(putItem, { TableName, Item: key('a', '3') });
  run(transactWriteItems, {
    TransactItems: [
      putNew('1'),
      increment('2'),
      { Delete: { TableName, Key: key('a', '3') } },
      { ConditionCheck: { TableName, Key: key('a', '4'), ConditionExpression: 'attribute_not_exists(pk)' } },
    ],
  });
  const read = run(transactGetItems, {
    TransactItems: ['1', '2', '3'].map((sk) => ({ Get: { TableName, Key: key('a', sk) } })),
  });
  expect(read.Responses).toEqual([{ Item: key('a', '1') }, { Item: { ...key('a', '2'), n: N(1) } }, {}]);
});

test('a transaction of which one part fails writes nothing, and tells a reason for each part', () => {
  const { run } = withTable();
  run(putItem, { TableName, Item: { ...key('a', '2'), n: S('text') } });
  expect.assertions(4);
  try {
    run(transactWriteItems, { TransactItems: [putNew('1'), putNew('2')] });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    expect(`${error.code}: ${error.message}`).toBe(
      'TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
    );
    expect(error.members).toEqual({
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { ...key('a', '2'), n: S('text') },
        },
      ],
    });
  }
  try {
    run(transactWriteItems, { TransactItems: [putNew('1'), increment('2')] });
  } catch (error) {
    expect(error instanceof AwsError && error.message).toContain('[None, ValidationError]');
  }
  expect(run(getItem, { TableName, Key: key('a', '1') })).toEqual({});
});

test('a transaction that is sent again with its token takes effect once', () => {
  const { run, refusal, clock } = withTable();
  const ClientRequestToken = 'token';
  run(transactWriteItems, { TransactItems: [increment('1')], ClientRequestToken });
  run(transactWriteItems, { TransactItems: [increment('1')], ClientRequestToken });
  expect(run(getItem, { TableName, Key: key('a', '1') }).Item?.n).toEqual(N(1));
  expect(refusal(transactWriteItems, { TransactItems: [increment('2')], ClientRequestToken })).toContain(
    'IdempotentParameterMismatchException',
  );
  clock.advance(ms(11 * 60_000));
  run(transactWriteItems, { TransactItems: [increment('1')], ClientRequestToken });
  expect(run(getItem, { TableName, Key: key('a', '1') }).Item?.n).toEqual(N(2));
});

test('a transaction touches an item once', () => {
  expect(withTable().refusal(transactWriteItems, { TransactItems: [putNew('1'), increment('1')] })).toBe(
    'ValidationException: Transaction request cannot include multiple operations on one item',
  );
});

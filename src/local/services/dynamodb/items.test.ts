import { describe, expect, test } from 'vitest';
import { AwsError } from '../../aws-error.ts';
import { key, N, S, withTable } from './dynamodb-fixture.ts';
import { batchGetItem } from './operations/batch-get-item.ts';
import { batchWriteItem } from './operations/batch-write-item.ts';
import { deleteItem } from './operations/delete-item.ts';
import { getItem } from './operations/get-item.ts';
import { putItem } from './operations/put-item.ts';
import { updateItem } from './operations/update-item.ts';

const TableName = 'things';
const a1 = key('a', '1');

describe('one item', () => {
  test('comes back with all its types as it was put', () => {
    const { run } = withTable();
    const Item = {
      ...a1,
      n: N('-1.50'),
      b: { B: new Uint8Array([0, 255]) },
      flag: { BOOL: false },
      none: { NULL: true },
      ss: { SS: ['b', 'a'] },
      bs: { BS: [new Uint8Array([1])] },
      l: { L: [S(''), { M: { x: N(1) } }] },
    };
    run(putItem, { TableName, Item });
    expect(run(getItem, { TableName, Key: a1 }).Item).toEqual({ ...Item, n: N('-1.5'), ss: { SS: ['a', 'b'] } });
  });

  test('is put once where a condition asks that it be absent; the loser may ask for the winner', () => {
    const { run, refusal } = withTable();
    const claim = (owner: string) => ({
      TableName,
      Item: { ...a1, owner: S(owner) },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    });
    run(putItem, claim('first'));
    expect(refusal(putItem, claim('second'))).toBe('ConditionalCheckFailedException: The conditional request failed');
    try {
      run(putItem, claim('second'));
    } catch (error) {
      expect(error instanceof AwsError && error.members).toEqual({ Item: { ...a1, owner: S('first') } });
    }
    expect(run(getItem, { TableName, Key: a1 }).Item).toEqual({ ...a1, owner: S('first') });
  });

  test('returns what it was when it is replaced or deleted', () => {
    const { run } = withTable();
    run(putItem, { TableName, Item: { ...a1, v: N(1) } });
    expect(run(putItem, { TableName, Item: { ...a1, v: N(2) }, ReturnValues: 'ALL_OLD' }).Attributes).toEqual({
      ...a1,
      v: N(1),
    });
    expect(run(deleteItem, { TableName, Key: a1, ReturnValues: 'ALL_OLD' }).Attributes).toEqual({ ...a1, v: N(2) });
    expect(run(deleteItem, { TableName, Key: a1, ReturnValues: 'ALL_OLD' })).toEqual({});
    expect(run(getItem, { TableName, Key: a1 })).toEqual({});
  });

  test.each([
    ['NONE', undefined],
    ['ALL_OLD', { ...a1, v: N(1), w: N(5) }],
    ['ALL_NEW', { ...a1, v: N(2), w: N(5) }],
    ['UPDATED_OLD', { v: N(1) }],
    ['UPDATED_NEW', { v: N(2) }],
  ] as const)('an update that asks for %s gets that', (ReturnValues, Attributes) => {
    const { run } = withTable();
    run(putItem, { TableName, Item: { ...a1, v: N(1), w: N(5) } });
    const updated = run(updateItem, {
      TableName,
      Key: a1,
      UpdateExpression: 'SET v = v + :one',
      ExpressionAttributeValues: { ':one': N(1) },
      ReturnValues,
    });
    expect(updated.Attributes).toEqual(Attributes);
  });

  test('is made by an update of what is not there, and an update that fails changes nothing', () => {
    const { run, refusal } = withTable();
    run(updateItem, { TableName, Key: a1 });
    expect(run(getItem, { TableName, Key: a1 }).Item).toEqual(a1);
    expect(
      refusal(updateItem, {
        TableName,
        Key: a1,
        UpdateExpression: 'SET v = :v, w = absent',
        ExpressionAttributeValues: { ':v': N(1) },
      }),
    ).toContain('refers to an attribute that does not exist');
    expect(run(getItem, { TableName, Key: a1 }).Item).toEqual(a1);
  });

  test('may have 400 KB, names included, and no byte more', () => {
    const { run, refusal } = withTable();
    const rest = 400 * 1024 - 'pka'.length - 'sk1'.length - 'body'.length;
    const put = (size: number) => ({ TableName, Item: { ...a1, body: S('x'.repeat(size)) } });
    run(putItem, put(rest));
    expect(refusal(putItem, put(rest + 1))).toBe(
      'ValidationException: Item size has exceeded the maximum allowed size',
    );
  });

  test('tells the capacity that it took when asked', () => {
    const { run } = withTable();
    const put = run(putItem, {
      TableName,
      Item: { ...a1, body: S('x'.repeat(1500)) },
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(put.ConsumedCapacity).toEqual({ TableName, CapacityUnits: 2 });
    expect(
      run(getItem, { TableName, Key: a1, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }).ConsumedCapacity,
    ).toEqual({ TableName, CapacityUnits: 1 });
  });

  test.each([
    [{}, 'One or more parameter values were invalid: Missing the key pk in the item'],
    [{ pk: S('a') }, 'One or more parameter values were invalid: Missing the key sk in the item'],
    [
      { pk: N(1), sk: S('1') },
      'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    ],
    [
      { pk: S(''), sk: S('1') },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [{ ...a1, x: { SS: [] } }, 'One or more parameter values were invalid: An string set  may not be empty'],
    [
      { ...a1, x: { SS: ['a', 'a'] } },
      'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
    ],
    [
      { ...a1, x: { NULL: false } },
      'One or more parameter values were invalid: Null attribute value types must have the value of true',
    ],
    [{ ...a1, x: N('1x') }, 'The parameter cannot be converted to a numeric value: 1x'],
  ])('%#: is refused when it is not one that the table can hold', (Item, message) => {
    expect(withTable().refusal(putItem, { TableName, Item })).toBe(`ValidationException: ${message}`);
  });

  test.each([
    [{ TableName, Key: { pk: S('a') } }, 'ValidationException: The provided key element does not match the schema'],
    [
      { TableName, Key: { ...a1, more: S('x') } },
      'ValidationException: The provided key element does not match the schema',
    ],
    [
      { TableName, Key: { pk: S('a'), sk: N(1) } },
      'ValidationException: The provided key element does not match the schema',
    ],
    [{ TableName: 'nowhere', Key: a1 }, 'ResourceNotFoundException: Requested resource not found'],
    [
      { TableName: 'no', Key: a1 },
      "ValidationException: 1 validation error detected: Value 'no' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
    ],
    [
      { TableName: 'a b c', Key: a1 },
      "ValidationException: 1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
    [
      { TableName, Key: a1, AttributesToGet: ['v'] },
      'ValidationException: The local runtime does not support the legacy parameter AttributesToGet: use ProjectionExpression',
    ],
  ])('%#: is not looked up by a bad key or table', (input, refusal) => {
    expect(withTable().refusal(getItem, input)).toBe(refusal);
  });

  test('of a bad expression is refused before its table is looked for', () => {
    const bad = { TableName: 'nowhere', Key: a1, ConditionExpression: 'pk ==' };
    expect(withTable().refusal(deleteItem, bad)).toContain('Invalid ConditionExpression: Syntax error');
  });

  test('keeps its key', () => {
    expect(
      withTable().refusal(updateItem, {
        TableName,
        Key: a1,
        UpdateExpression: 'SET sk = :v',
        ExpressionAttributeValues: { ':v': S('2') },
      }),
    ).toBe(
      'ValidationException: One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key',
    );
  });

  test('is found by the ARN of its table too', () => {
    const { run } = withTable();
    run(putItem, { TableName, Item: a1 });
    const arn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/things';
    expect(run(getItem, { TableName: arn, Key: a1 }).Item).toEqual(a1);
  });
});

describe('a batch', () => {
  test('writes and deletes, and reads what is there', () => {
    const { run } = withTable();
    run(putItem, { TableName, Item: a1 });
    run(batchWriteItem, {
      RequestItems: {
        [TableName]: [
          { DeleteRequest: { Key: a1 } },
          { PutRequest: { Item: { ...key('a', '2'), v: N(2), w: N(0) } } },
          { PutRequest: { Item: key('a', '3') } },
        ],
      },
    });
    const got = run(batchGetItem, {
      RequestItems: {
        [TableName]: { Keys: [a1, key('a', '2'), key('a', '3')], ProjectionExpression: 'sk, v' },
      },
    });
    expect(got).toEqual({
      Responses: { [TableName]: [{ sk: S('2'), v: N(2) }, { sk: S('3') }] },
      UnprocessedKeys: {},
    });
  });

  test('that has one bad request does nothing', () => {
    const { run, refusal } = withTable();
    const put = (Item: Record<string, ReturnType<typeof S>>) => ({ PutRequest: { Item } });
    const write = (...requests: ReturnType<typeof put>[]) =>
      refusal(batchWriteItem, { RequestItems: { [TableName]: requests } });
    expect(write(put(a1), put({ pk: S('a') }))).toContain('Missing the key sk');
    expect(write(put(a1), put(a1))).toBe('ValidationException: Provided list of item keys contains duplicates');
    expect(write(...Array.from({ length: 26 }, (_, n) => put(key('a', String(n)))))).toBe(
      'ValidationException: Too many items requested for the BatchWriteItem call',
    );
    expect(run(getItem, { TableName, Key: a1 })).toEqual({});
  });
});

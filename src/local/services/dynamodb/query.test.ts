import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { type Fixture, key, N, S, withTable } from './dynamodb-fixture.ts';
import { deleteItem } from './operations/delete-item.ts';
import { putItem } from './operations/put-item.ts';
import { query } from './operations/query.ts';
import { scan } from './operations/scan.ts';
import { updateItem } from './operations/update-item.ts';

const TableName = 'things';

function withItems(): Fixture {
  const fixture = withTable();
  for (const pk of ['a', 'ab', 'b']) {
    for (const sk of ['1', '10', '2', '3']) {
      fixture.run(putItem, { TableName, Item: { ...key(pk, sk), size: N(sk.length), even: { BOOL: sk === '2' } } });
    }
  }
  return fixture;
}

const sortKeys = (items: readonly Record<string, AttributeValue>[] | undefined) => items?.map(({ sk }) => sk?.S);
const values = (given: Record<string, string>) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, S(value)]));

describe('a query', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['pk = :p', {}, ['1', '10', '2', '3']],
    ['pk = :p AND sk = :s', { ':s': '2' }, ['2']],
    [':s = sk AND pk = :p', { ':s': '2' }, ['2']],
    ['pk = :p AND sk < :s', { ':s': '2' }, ['1', '10']],
    ['pk = :p AND sk <= :s', { ':s': '2' }, ['1', '10', '2']],
    ['pk = :p AND sk > :s', { ':s': '10' }, ['2', '3']],
    ['(pk = :p) AND (sk >= :s)', { ':s': '10' }, ['10', '2', '3']],
    ['pk = :p AND sk BETWEEN :s AND :t', { ':s': '10', ':t': '2' }, ['10', '2']],
    ['pk = :p AND begins_with(sk, :s)', { ':s': '1' }, ['1', '10']],
  ])('%s', (KeyConditionExpression, given, expected) => {
    const found = withItems().run(query, {
      TableName,
      KeyConditionExpression,
      ExpressionAttributeValues: values({ ':p': 'a', ...given }),
    });
    expect(sortKeys(found.Items)).toEqual(expected);
    expect([found.Count, found.ScannedCount, found.LastEvaluatedKey]).toEqual([
      expected.length,
      expected.length,
      undefined,
    ]);
  });

  test.each<[Partial<QueryCommandInput>, string]>([
    [
      { KeyConditionExpression: undefined, ExpressionAttributeValues: undefined },
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    ],
    [{ KeyConditionExpression: 'sk = :p' }, 'Query condition missed key schema element: pk'],
    [{ KeyConditionExpression: 'pk = :p AND v = :p' }, 'Query condition missed key schema element: sk'],
    [{ KeyConditionExpression: 'pk > :p' }, 'Query key condition not supported'],
    [
      { KeyConditionExpression: 'pk = :p OR sk = :p' },
      'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR',
    ],
    [
      { KeyConditionExpression: 'pk = :p AND sk <> :p' },
      'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: <>',
    ],
    [
      { KeyConditionExpression: 'pk = :p AND contains(sk, :p)' },
      'Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: contains',
    ],
    [{ KeyConditionExpression: 'pk = :p AND sk > :p AND sk < :p' }, 'Conditions can be of length 1 or 2 only'],
    [
      { KeyConditionExpression: 'pk = :p AND pk = :p' },
      'KeyConditionExpressions must only contain one condition per key',
    ],
    [
      { ExpressionAttributeValues: { ':p': N(1) } },
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    [
      { FilterExpression: 'sk = :p' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ],
    [{ IndexName: 'nope' }, 'The table does not have the specified index: nope'],
    [{ ExclusiveStartKey: { pk: S('a') } }, 'The provided starting key is invalid'],
    [
      { ExclusiveStartKey: key('b', '1') },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      { Limit: 0 },
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
  ])('%#: is refused', (input, message) => {
    const whole = {
      TableName,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: values({ ':p': 'a' }),
      ...input,
    };
    expect(withItems().refusal(query, whole)).toBe(`ValidationException: ${message}`);
  });

  test.each([true, false])('is paged without gaps or repetitions, forward %s', (ScanIndexForward) => {
    const { run } = withItems();
    const seen: (string | undefined)[] = [];
    const pages: number[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = run(query, {
        TableName,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: values({ ':p': 'ab' }),
        Limit: 2,
        ScanIndexForward,
        ExclusiveStartKey,
      });
      seen.push(...(sortKeys(page.Items) ?? []));
      pages.push(page.Count ?? 0);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(seen).toEqual(ScanIndexForward ? ['1', '10', '2', '3'] : ['3', '2', '10', '1']);
    expect(pages).toEqual([2, 2, 0]);
  });

  test('counts its limit before the filter, and may only count', () => {
    const { run } = withItems();
    const found = run(query, {
      TableName,
      KeyConditionExpression: 'pk = :p',
      FilterExpression: 'even = :t',
      ExpressionAttributeValues: { ':p': S('a'), ':t': { BOOL: true } },
      Limit: 3,
      Select: 'COUNT',
    });
    expect(found).toEqual({ Count: 1, ScannedCount: 3, LastEvaluatedKey: key('a', '2') });
  });

  test('ends a page at 1 MB', () => {
    const { run } = withTable();
    for (const sk of ['1', '2', '3', '4']) {
      run(putItem, { TableName, Item: { ...key('a', sk), body: S('x'.repeat(390_000)) } });
    }
    const ask = { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: values({ ':p': 'a' }) };
    const first = run(query, ask);
    expect([first.Count, first.LastEvaluatedKey]).toEqual([3, key('a', '3')]);
    const second = run(query, { ...ask, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([second.Count, second.LastEvaluatedKey]).toEqual([1, undefined]);
  });

  test('sorts numbers by value', () => {
    const { run } = withTable({
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
      ],
    });
    const numbers = ['-100', '-2.5', '-0.001', '0', '0.00002', '3', '20', '1E+30'];
    for (const sk of numbers.toReversed()) run(putItem, { TableName, Item: { pk: S('a'), sk: N(sk) } });
    const found = run(query, {
      TableName,
      KeyConditionExpression: 'pk = :p AND sk < :n',
      ExpressionAttributeValues: { ':p': S('a'), ':n': N('20.5') },
    });
    expect(found.Items?.map(({ sk }) => sk?.N)).toEqual(numbers.slice(0, 7));
  });
});

describe('an index', () => {
  const withIndexes = () =>
    withTable({
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'owner', AttributeType: 'S' },
        { AttributeName: 'age', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-owner',
          KeySchema: [
            { AttributeName: 'owner', KeyType: 'HASH' },
            { AttributeName: 'age', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'by-age',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'age', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  const owned = { TableName, IndexName: 'by-owner', KeyConditionExpression: '#o = :o' };
  const ofX = { ...owned, ExpressionAttributeNames: { '#o': 'owner' }, ExpressionAttributeValues: { ':o': S('x') } };

  test('follows the items as they come, change and go, with its projection', () => {
    const { run } = withIndexes();
    const item = (sk: string, owner: string, age: number) => ({ ...key('a', sk), owner: S(owner), age: N(age) });
    run(putItem, { TableName, Item: { ...item('1', 'x', 30), note: S('n'), secret: S('s') } });
    run(putItem, { TableName, Item: item('2', 'x', 4) });
    run(putItem, { TableName, Item: item('3', 'y', 1) });
    run(putItem, { TableName, Item: key('a', '4') });
    expect(run(query, ofX).Items).toEqual([item('2', 'x', 4), { ...item('1', 'x', 30), note: S('n') }]);
    run(updateItem, {
      TableName,
      Key: key('a', '2'),
      UpdateExpression: 'SET #o = :o',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': S('y') },
    });
    run(putItem, { TableName, Item: item('3', 'x', 7) });
    run(deleteItem, { TableName, Key: key('a', '1') });
    expect(run(query, ofX).Items).toEqual([item('3', 'x', 7)]);
    const local = run(query, {
      TableName,
      IndexName: 'by-age',
      KeyConditionExpression: 'pk = :p AND age > :n',
      ExpressionAttributeValues: { ':p': S('a'), ':n': N(0) },
      ConsistentRead: true,
    });
    expect(sortKeys(local.Items)).toEqual(['2', '3']);
  });

  test('is paged also where many items have the same index key', () => {
    const { run } = withIndexes();
    for (const sk of ['1', '2', '3']) run(putItem, { TableName, Item: { ...key('a', sk), owner: S('x'), age: N(1) } });
    const first = run(query, { ...ofX, Limit: 2 });
    expect(first.LastEvaluatedKey).toEqual({ ...key('a', '2'), owner: S('x'), age: N(1) });
    expect(sortKeys(run(query, { ...ofX, ExclusiveStartKey: first.LastEvaluatedKey }).Items)).toEqual(['3']);
  });

  test('refuses items with another type in its key, and consistent reads', () => {
    const { refusal } = withIndexes();
    expect(refusal(putItem, { TableName, Item: { ...key('a', '1'), age: S('old') } })).toBe(
      'ValidationException: One or more parameter values were invalid: Type mismatch for Index Key age Expected: N Actual: S IndexName: by-age',
    );
    expect(refusal(query, { ...ofX, ConsistentRead: true })).toBe(
      'ValidationException: Consistent reads are not supported on global secondary indexes',
    );
  });
});

describe('a scan', () => {
  test('reads everything in pages, filtered and projected', () => {
    const { run } = withItems();
    const page = run(scan, { TableName, Limit: 5 });
    expect([page.Count, page.LastEvaluatedKey]).toEqual([5, key('ab', '1')]);
    const rest = run(scan, {
      TableName,
      ExclusiveStartKey: page.LastEvaluatedKey,
      FilterExpression: 'even = :t AND pk <> :p',
      ExpressionAttributeValues: { ':t': { BOOL: true }, ':p': S('b') },
      ProjectionExpression: 'pk',
    });
    expect(rest).toEqual({ Items: [{ pk: S('ab') }], Count: 1, ScannedCount: 7 });
  });

  test('is shared between segments without gaps or repetitions', () => {
    const { run } = withTable();
    for (let n = 0; n < 40; n++) run(putItem, { TableName, Item: key(`p${n}`, '1') });
    const shares = [0, 1, 2].map((Segment) => run(scan, { TableName, Segment, TotalSegments: 3 }).Items ?? []);
    const all = shares.flat().map(({ pk }) => pk?.S ?? '');
    expect(new Set(all).size).toBe(40);
    expect(all.length).toBe(40);
    expect(shares.every((share) => share.length > 5)).toBe(true);
  });
});

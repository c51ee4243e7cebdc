import { expect, test } from 'vitest';
import { ms } from '../../../base/index.ts';
import { memoryStore } from '../../store/memory-store.ts';
import { dynamoFixture, key, N, S, withTable } from './dynamodb-fixture.ts';
import { deleteTable } from './operations/delete-table.ts';
import { describeTable } from './operations/describe-table.ts';
import { putItem } from './operations/put-item.ts';
import { query } from './operations/query.ts';
import { updateTable } from './operations/update-table.ts';

const TableName = 'things';
/** What a table takes from one state to the next. */
const settle = ms(5_000);

const adding = (IndexName: string) => ({
  TableName,
  AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' as const }],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName,
        KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' as const }],
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      },
    },
  ],
});
const dropping = (IndexName: string) => ({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] });
const ask = {
  TableName,
  IndexName: 'by-owner',
  KeyConditionExpression: '#o = :x',
  ExpressionAttributeNames: { '#o': 'owner' },
  ExpressionAttributeValues: { ':x': S('x') },
};

function aTable(store = memoryStore()) {
  const fixture = withTable({}, store);
  const { run } = fixture;
  run(putItem, { TableName, Item: { ...key('a', '1'), owner: S('x') } });
  const states = () => {
    const { Table } = run(describeTable, { TableName });
    const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexStatus, Backfilling }) => [
      IndexStatus,
      Backfilling,
    ]);
    return [Table?.TableStatus, ...indexes];
  };
  return { ...fixture, states };
}

// DynamoDB/GSI.OnlineOps: resource allocation, then backfilling; the index can be read once it is ACTIVE.
test('a new index is allocated, then filled while the table is active, then read with the items that were there', () => {
  const { run, refusal, clock, states } = aTable();
  run(updateTable, adding('by-owner'));
  expect(states()).toEqual(['UPDATING', ['CREATING', false]]);
  clock.advance(settle);
  expect(states()).toEqual(['ACTIVE', ['CREATING', true]]);
  expect(refusal(query, ask)).toBe(
    'ValidationException: Cannot read from backfilling global secondary index: by-owner',
  );
  run(putItem, { TableName, Item: { ...key('b', '1'), owner: S('x') } });
  clock.advance(settle);
  expect(states()).toEqual(['ACTIVE', ['ACTIVE', undefined]]);
  expect(run(query, ask).Items?.map(({ pk }) => pk)).toEqual([S('a'), S('b')]);
});

// DynamoDB/GSI.OnlineOps.ViolationDetection
test('an item whose value is of another type is left out of a new index, and stays in the table', () => {
  const { run, clock } = aTable();
  run(putItem, { TableName, Item: { ...key('c', '1'), owner: N(7) } });
  run(updateTable, adding('by-owner'));
  clock.advance(ms(2 * settle));
  expect(run(describeTable, { TableName }).Table).toMatchObject({
    ItemCount: 2,
    GlobalSecondaryIndexes: [{ ItemCount: 1 }],
  });
});

// DynamoDB-API/API_UpdateTable: LimitExceededException
test('one index comes or goes at a time', () => {
  const { run, refusal, clock } = aTable();
  const oneAtATime =
    'LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table';
  const both = [adding('by-owner'), adding('by-other')].flatMap((each) => each.GlobalSecondaryIndexUpdates);
  expect(refusal(updateTable, { ...adding('by-owner'), GlobalSecondaryIndexUpdates: both })).toBe(oneAtATime);
  run(updateTable, adding('by-owner'));
  expect(refusal(updateTable, adding('by-other'))).toMatch(/^ResourceInUseException/);
  clock.advance(settle);
  expect(refusal(updateTable, adding('by-other'))).toBe(oneAtATime);
  expect(refusal(deleteTable, { TableName })).toMatch(/^ResourceInUseException/);
  clock.advance(settle);
  expect(refusal(updateTable, adding('by-other'))).toBe('accepted');
});

test('an index that is being filled may be given up, and goes', () => {
  const { run, refusal, clock, states } = aTable();
  run(updateTable, adding('by-owner'));
  clock.advance(settle);
  run(updateTable, dropping('by-owner'));
  expect(states()).toEqual(['UPDATING', ['DELETING', undefined]]);
  clock.advance(settle);
  expect(states()).toEqual(['ACTIVE']);
  expect(refusal(query, ask)).toBe('ValidationException: The table does not have the specified index: by-owner');
  expect(refusal(updateTable, dropping('by-owner'))).toMatch(/^ResourceNotFoundException/);
});

test('where an index stands is known after a restart', () => {
  const store = memoryStore();
  const { run } = aTable(store);
  run(updateTable, adding('by-owner'));
  const again = dynamoFixture(store);
  again.clock.advance(settle);
  expect(again.refusal(query, ask)).toContain('Cannot read from backfilling');
  again.clock.advance(ms(2 * settle));
  expect(again.run(query, ask).Count).toBe(1);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { aLocalRuntime, clientOptions, has, type RuntimeUnderTest } from './local-runtime.ts';

/** Another imitation of DynamoDB as a second opinion: both must agree wherever it is known to be right. */
describe.skipIf(!has('moto_server', '--help'))('as moto answers, so do we', () => {
  let runtime: RuntimeUnderTest;
  let moto: ChildProcess;
  let ours: DynamoDBClient;
  let theirs: DynamoDBClient;
  const TableName = 'things';

  beforeAll(async () => {
    runtime = await aLocalRuntime();
    const port = await freePort();
    moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    ours = new DynamoDBClient(runtime.client);
    theirs = new DynamoDBClient({ ...clientOptions(`http://127.0.0.1:${port}`), maxAttempts: 1 });
    for (const client of [ours, theirs]) await makeTable(client);
  });

  afterAll(async () => {
    ours.destroy();
    theirs.destroy();
    moto.kill();
    await runtime[Symbol.asyncDispose]();
    expect(runtime.log).toEqual([]);
  });

  async function makeTable(client: DynamoDBClient): Promise<void> {
    const create = new CreateTableCommand({
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
    });
    await vi.waitFor(() => client.send(create), { timeout: 30_000, interval: 200 });
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.1 }, { TableName });
  }

  const Key = { pk: { S: 'p' }, sk: { N: '1' } };
  const scalar = fc.oneof(
    fc.integer({ min: -20, max: 20 }).map((n): AttributeValue => ({ N: String(n) })),
    fc.constantFrom('', 'a', 'ab', 'b').map((text): AttributeValue => ({ S: text })),
    fc.boolean().map((value): AttributeValue => ({ BOOL: value })),
    fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }).map((SS): AttributeValue => ({ SS: SS.sort() })),
  );
  const value = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 3 }).map((L): AttributeValue => ({ L })),
    fc.dictionary(fc.constantFrom('k', 'm'), scalar).map((M): AttributeValue => ({ M })),
  );
  const item = fc.dictionary(fc.constantFrom('aa', 'bb', 'cc'), value, { maxKeys: 3 });
  const path = fc.constantFrom('aa', 'bb', 'cc', 'aa.k', 'bb[0]', 'cc[1]', 'cc.m');
  const comparison = fc.oneof(
    fc.tuple(path, fc.constantFrom('=', '<>', '<', '>=')).map(([at, operator]) => `${at} ${operator} :v`),
    path.map((at) => `attribute_exists(${at})`),
    path.map((at) => `attribute_not_exists(${at})`),
    path.map((at) => `contains(${at}, :v)`),
    path.map((at) => `${at} IN (:v, :w)`),
  );
  const condition = fc
    .tuple(comparison, fc.constantFrom('AND', 'OR', 'AND NOT', 'OR NOT'), comparison)
    .map(([left, operator, right]) => `${left} ${operator} ${right}`);

  /**
   * Undefined where one of both refuses or breaks: moto answers some expressions with status 500, and takes some that
   * AWS refuses. What both take must come out alike.
   */
  async function bothAnswers(
    ask: (client: DynamoDBClient) => Promise<unknown>,
  ): Promise<readonly unknown[] | undefined> {
    const answers = await Promise.allSettled([ask(ours), ask(theirs)]);
    const [mine] = answers;
    if (mine.status === 'rejected' && !(mine.reason instanceof DynamoDBServiceException)) throw mine.reason;
    const values = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    return values.length === 2 ? values : undefined;
  }

  const runs = { numRuns: 200, seed: 7, endOnFailure: true };

  test('conditions hold for the same items', async () => {
    let compared = 0;
    const check = fc.asyncProperty(item, condition, scalar, scalar, async (attributes, expression, v, w) => {
      fc.pre(!/[<>]=? :v/.test(expression) || 'N' in v || 'S' in v);
      const used = Object.entries({ ':v': v, ':w': w }).filter(([name]) => expression.includes(name));
      const values = used.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(used) } : {};
      const scan = new ScanCommand({ TableName, FilterExpression: expression, Select: 'COUNT', ...values });
      const counts = await bothAnswers(async (client) => {
        await client.send(new PutItemCommand({ TableName, Item: { ...attributes, ...Key } }));
        return (await client.send(scan)).Count;
      });
      if (!counts) return;
      compared++;
      expect(counts[0]).toBe(counts[1]);
    });
    await fc.assert(check, runs);
    expect(compared).toBeGreaterThan(runs.numRuns / 2);
  });

  const change = fc.constantFrom(
    'SET aa = :v',
    'SET aa = bb',
    'SET aa = if_not_exists(bb, :v)',
    'SET aa.k = :v',
    'SET bb[0] = :v',
    'SET bb[9] = :v',
    'SET aa = :v, cc = aa',
    'SET cc = cc + :n',
    'SET cc = :n - cc',
    'SET bb = list_append(bb, :l)',
    'REMOVE aa',
    'REMOVE bb[0]',
    'REMOVE aa.k, bb[1]',
    'ADD cc :n',
    'ADD bb :s',
    'DELETE bb :s',
    'SET aa = :v REMOVE cc ADD bb :s',
  );

  test('updates leave the same item', async () => {
    let compared = 0;
    const given: Record<string, AttributeValue> = {
      ':n': { N: '2.5' },
      ':l': { L: [{ S: 'z' }] },
      ':s': { SS: ['x'] },
    };
    const check = fc.asyncProperty(item, change, scalar, async (attributes, UpdateExpression, v) => {
      const used = Object.entries({ ...given, ':v': v }).filter(([name]) => UpdateExpression.includes(name));
      const values = used.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(used) } : {};
      const items = await bothAnswers(async (client) => {
        await client.send(new PutItemCommand({ TableName, Item: { ...attributes, ...Key } }));
        await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ...values }));
        return sortedSets((await client.send(new GetItemCommand({ TableName, Key }))).Item);
      });
      if (!items) return;
      compared++;
      expect(items[0]).toEqual(items[1]);
    });
    await fc.assert(check, runs);
    expect(compared).toBeGreaterThan(runs.numRuns / 3);
  });

  test('queries find the same items in the same order', async () => {
    const numbers = ['-12.5', '-3', '-0.75', '0', '0.5', '2', '10', '100'];
    for (const client of [ours, theirs]) {
      await client.send(new DeleteItemCommand({ TableName, Key }));
      for (const sk of numbers) {
        await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'q' }, sk: { N: sk } } }));
      }
    }
    for (const range of ['sk < :a', 'sk <= :a', 'sk > :a', 'sk >= :a', 'sk = :a', 'sk BETWEEN :a AND :b']) {
      for (const [a, b] of [
        ['-3', '2'],
        ['0.6', '1000'],
      ] as const) {
        for (const ScanIndexForward of [true, false]) {
          const query = new QueryCommand({
            TableName,
            KeyConditionExpression: `pk = :p AND ${range}`,
            ExpressionAttributeValues: {
              ':p': { S: 'q' },
              ':a': { N: a },
              ...(range.includes(':b') ? { ':b': { N: b } } : {}),
            },
            ScanIndexForward,
            Limit: 4,
          });
          const [mine, other] = await Promise.all([ours.send(query), theirs.send(query)]);
          expect(mine.Items).toEqual(other.Items);
        }
      }
    }
  });
});

/** Sets have no order. */
const sortedSets = (item: unknown): unknown =>
  JSON.parse(JSON.stringify(item ?? null), (key, value) => (key === 'SS' ? value.toSorted() : value));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

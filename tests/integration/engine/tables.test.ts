import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aStage, type Stage } from './kit/stage.ts';
import { statusOf } from './kit/teal-run.ts';

/** Each test goes on from the one before. */
let stage: Stage;
let dynamodb: DynamoDBClient;
beforeAll(async () => {
  stage = await aStage();
  dynamodb = new DynamoDBClient(stage.client);
});
afterAll(async () => {
  dynamodb?.destroy();
  await stage?.[Symbol.asyncDispose]();
});

const posts = { keys: { author: 'S', id: 'S' } };
const byTitle = { 'by-title': { keys: { title: 'S' } } };

/** Writes the service with these tables, and a version of its application, which keeps posts in the table that it is told. */
function version(name: string, tables: object): void {
  const folder = join(stage.project, 'blog');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'server.cjs'), source);
  writeFileSync(join(folder, 'version.txt'), name);
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM node:22-alpine\nWORKDIR /app\nCOPY server.cjs version.txt ./\nCMD ["node", "server.cjs"]\n',
  );
  stage.service('blog', {
    tasks: 1,
    fields: { uses: { tables } },
    deployment: { strategy: 'all-at-once', bake: '0s', identity: undefined, verification: [] },
  });
}

const ask = async (path: string, method = 'GET'): Promise<unknown> => {
  const answer = await fetch(`${await stage.url()}${path}`, { method });
  expect(answer.status).toBe(200);
  return JSON.parse(await answer.text());
};

const described = async () =>
  (await dynamodb.send(new DescribeTableCommand({ TableName: 'local-blog-posts' }))).Table ?? {};

test('a service finds its table by the variable that teal gives its tasks, and what one colour writes the other reads', async () => {
  version('v1', { posts });
  await stage.teal(['deploy', 'blog']);
  expect((await described()).KeySchema).toEqual([
    { AttributeName: 'author', KeyType: 'HASH' },
    { AttributeName: 'id', KeyType: 'RANGE' },
  ]);
  expect(await ask('/posts/ana/1?title=first', 'PUT')).toEqual({ version: 'v1', table: 'local-blog-posts' });

  version('v2', { posts });
  await stage.teal(['deploy', 'blog']);
  expect((await statusOf(stage, 'blog')).weights).toEqual({ blue: 100, green: 0 });
  expect(await ask('/posts/ana/1')).toEqual({ version: 'v2', title: 'first' });
});

test('an index that is new is there once the deployment starts, and so is capacity', async () => {
  version('v3', { posts: { ...posts, indexes: byTitle, capacity: { read: 5, write: 4 } } });
  await stage.teal(['deploy', 'blog']);
  expect(await ask('/titles/first')).toEqual({ version: 'v3', authors: ['ana'] });
  const capacity = { ReadCapacityUnits: 5, WriteCapacityUnits: 4 };
  expect(await described()).toMatchObject({
    ProvisionedThroughput: capacity,
    GlobalSecondaryIndexes: [{ ProvisionedThroughput: capacity }],
  });
});

test('other keys are refused, and the table with its items stays', async () => {
  version('v4', { posts: { keys: { id: 'S' } } });
  const { stderr } = await stage.teal(['deploy', 'blog'], 3);
  expect(stderr).toContain("the table is there with author (S), id (S), and keys can't change to id (S)");
  expect((await described()).ItemCount).toBeDefined();
  expect(await ask('/posts/ana/1')).toEqual({ version: 'v3', title: 'first' });
});

/** Speaks to DynamoDB as any SDK does, without one: an image here has no packages. */
const source = `const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const version = readFileSync(join(__dirname, 'version.txt'), 'utf8');
const table = process.env.TEAL_TABLE_POSTS;

async function dynamodb(operation, input) {
  const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.' + operation,
      authorization: 'AWS4-HMAC-SHA256 Credential=000000000000/20260101/' + process.env.AWS_REGION + '/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ TableName: table, ...input }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function serve(request) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const [, kind, first, second] = pathname.split('/');
  if (kind === 'posts' && request.method === 'PUT') {
    await dynamodb('PutItem', { Item: { author: { S: first }, id: { S: second }, title: { S: searchParams.get('title') } } });
    return { version, table };
  }
  if (kind === 'posts') {
    const { Item } = await dynamodb('GetItem', { Key: { author: { S: first }, id: { S: second } } });
    return { version, title: Item.title.S };
  }
  if (kind === 'titles') {
    const { Items } = await dynamodb('Query', {
      IndexName: 'by-title',
      KeyConditionExpression: 'title = :title',
      ExpressionAttributeValues: { ':title': { S: first } },
    });
    return { version, authors: Items.map(({ author }) => author.S) };
  }
  return { status: 'ok' };
}

const server = createServer((request, response) => {
  serve(request).then(
    (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    (error) => response.writeHead(500).end(String(error)),
  );
});
server.listen(Number(process.env.PORT), () => console.log('listens'));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { parseItem, wireItem } from '../value.ts';
import { applyUpdate } from './apply-update.ts';
import { readPlaceholders } from './placeholders.ts';
import { parseProjection, project } from './projection.ts';
import { parseUpdate } from './update.ts';

const values: Record<string, AttributeValue> = {
  ':s': { S: 'new' },
  ':one': { N: '1' },
  ':more': { L: [{ S: 'z' }] },
  ':empty': { L: [] },
  ':xy': { SS: ['x', 'y'] },
  ':n': { NS: ['1'] },
  ':m': { M: { k: { N: '1' } } },
};
const item: Record<string, AttributeValue> = {
  pk: { S: 'p' },
  word: { S: 'old' },
  n: { N: '0.1' },
  tags: { SS: ['y', 'z'] },
  queue: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }] },
  doc: { M: { deep: { L: [{ M: { x: { N: '1' } } }] } } },
};

const placeholders = () => readPlaceholders({ ExpressionAttributeValues: values }, { UpdateExpression: '' });
const update = (expression: string) => wireItem(applyUpdate(parseItem(item), parseUpdate(expression, placeholders())));
const L = (...texts: string[]) => ({ L: texts.map((word) => ({ S: word })) });

describe('an update', () => {
  test.each<[string, Record<string, AttributeValue>]>([
    ['SET body = :s', { body: { S: 'new' } }],
    ['set body = word, word = :s', { body: { S: 'old' }, word: { S: 'new' } }],
    ['SET n = n + :one', { n: { N: '1.1' } }],
    ['SET n = :one - n', { n: { N: '0.9' } }],
    ['SET absent = if_not_exists(absent, :one) + :one', { absent: { N: '2' } }],
    ['SET word = if_not_exists(word, :s)', {}],
    ['SET queue = list_append(queue, :more)', { queue: L('a', 'b', 'c', 'z') }],
    ['SET fresh = list_append(if_not_exists(fresh, :empty), :more)', { fresh: L('z') }],
    ['SET queue[1] = :s', { queue: L('a', 'new', 'c') }],
    ['SET queue[9] = :s, queue[7] = word', { queue: L('a', 'b', 'c', 'old', 'new') }],
    ['SET doc.deep[0].y = :s', { doc: { M: { deep: { L: [{ M: { x: { N: '1' }, y: { S: 'new' } } }] } } } }],
    ['REMOVE queue[0], queue[2]', { queue: L('b') }],
    ['REMOVE queue[0] SET queue[1] = :s', { queue: L('new', 'c') }],
    ['REMOVE absent, queue[9]', {}],
    ['ADD n :one', { n: { N: '1.1' } }],
    ['ADD hits :one, tags :xy', { hits: { N: '1' }, tags: { SS: ['x', 'y', 'z'] } }],
    ['DELETE tags :xy', { tags: { SS: ['z'] } }],
    ['DELETE absent :xy', {}],
    ['ADD n :one SET word = :s DELETE tags :xy', { n: { N: '1.1' }, word: { S: 'new' }, tags: { SS: ['z'] } }],
  ])('%s', (expression, changed) => {
    expect(update(expression)).toEqual({ ...item, ...changed });
  });

  test('that deletes the last members of a set deletes the attribute', () => {
    const tags = parseItem({ tags: { SS: ['x'] } });
    expect(applyUpdate(tags, parseUpdate('DELETE tags :xy', placeholders()))).toEqual({});
  });

  test('leaves the old item as it was', () => {
    const old = parseItem(item);
    const copy = structuredClone(old);
    applyUpdate(old, parseUpdate('SET doc.deep[0].x = :s REMOVE queue[0]', placeholders()));
    expect(old).toEqual(copy);
  });

  test.each([
    ['SET', 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "SET"'],
    ['word = :s', 'Invalid UpdateExpression: Syntax error; token: "word", near: "word ="'],
    [
      'SET word = :s SET n = :one',
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    [
      'SET doc = :s, doc.deep = :s',
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [doc], path two: [doc, deep]',
    ],
    [
      'SET doc.a = :s, doc[0] = :s',
      'Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [doc, a], path two: [doc, [0]]',
    ],
    [
      'SET word = attribute_exists(word)',
      'Invalid UpdateExpression: The function is not allowed in an update expression; function: attribute_exists',
    ],
    ['SET word = nope(word)', 'Invalid UpdateExpression: Invalid function name; function: nope'],
    [
      'SET n = n + :s',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    [
      'ADD n :s',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    [
      'DELETE tags :one',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER',
    ],
    ['SET word = absent', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET n = word + :one', 'An operand in the update expression has an incorrect data type'],
    ['ADD tags :n', 'An operand in the update expression has an incorrect data type'],
    ['SET absent.x = :s', 'The document path provided in the update expression is invalid for update'],
    ['SET doc.deep.x = :s', 'The document path provided in the update expression is invalid for update'],
    ['REMOVE word[0]', 'The document path provided in the update expression is invalid for update'],
  ])('%s is refused', (expression, message) => {
    expect(() => update(expression)).toThrow(message);
  });

  test('can write attributes with the names of things that every object has', () => {
    const named = readPlaceholders(
      { ExpressionAttributeNames: { '#p': '__proto__' }, ExpressionAttributeValues: { ':v': { S: 'x' } } },
      { UpdateExpression: '' },
    );
    const written = applyUpdate({}, parseUpdate('SET #p = :v', named));
    expect(Object.entries(written)).toEqual([['__proto__', { S: 'x' }]]);
  });
});

describe('a projection', () => {
  const projected = (expression: string) =>
    wireItem(project(parseItem(item), parseProjection('ProjectionExpression', expression, placeholders())));

  test('keeps the shape of what it picks', () => {
    expect(projected('word, queue[2], queue[0], doc.deep[0].x, absent')).toEqual({
      word: { S: 'old' },
      queue: L('a', 'c'),
      doc: { M: { deep: { L: [{ M: { x: { N: '1' } } }] } } },
    });
  });

  test('refuses paths that overlap', () => {
    expect(() => projected('doc, doc.deep')).toThrow(
      'Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [doc], path two: [doc, deep]',
    );
  });
});

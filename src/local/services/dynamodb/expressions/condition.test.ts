import { describe, expect, test } from 'vitest';
import { parseItem } from '../value.ts';
import { parseCondition } from './condition.ts';
import { holds } from './evaluate-condition.ts';
import { readPlaceholders } from './placeholders.ts';

const names = { '#n': 'name', '#odd': 'a.b' };
const values = {
  ':s': { S: 'abc' },
  ':a': { S: 'a' },
  ':one': { N: '1' },
  ':two': { N: '2.0' },
  ':ten': { N: '10' },
  ':t': { BOOL: true },
  ':typeS': { S: 'S' },
  ':typeX': { S: 'X' },
  ':queue': { L: [{ N: '1' }] },
  ':set': { SS: ['y', 'x'] },
  ':bin': { B: new Uint8Array([1, 2]) },
};
const item = parseItem({
  name: { S: 'abc' },
  'a.b': { N: '1' },
  count: { N: '2' },
  on: { BOOL: true },
  tags: { SS: ['x', 'y'] },
  queue: { L: [{ N: '1' }, { M: { deep: { S: 'abc' } } }] },
  doc: { M: { kernel: { N: '10' } } },
  bytes: { B: new Uint8Array([1, 2, 3]) },
  nothing: { NULL: true },
});

const parse = (expression: string) =>
  parseCondition(
    'ConditionExpression',
    expression,
    readPlaceholders(
      { ExpressionAttributeNames: names, ExpressionAttributeValues: values },
      { ConditionExpression: expression },
    ),
  );

describe('an item', () => {
  test.each([
    '#n = :s',
    '#n <> :a',
    'absent <> :a',
    'not_there <> other_absent',
    '#odd = :one',
    'absent < :ten or tags = :set',
    'tags = :set',
    'doc.kernel = :ten',
    'doc.kernel >= :two AND doc.kernel <= :ten',
    'queue[1].deep = :s',
    'doc.kernel BETWEEN :one AND :ten',
    '#n IN (:a, :s)',
    'attribute_exists(queue[0])',
    'attribute_not_exists(queue[7])',
    'attribute_not_exists(doc.kernel.further)',
    'attribute_type(#n, :typeS)',
    'begins_with(#n, :a)',
    'begins_with(bytes, :bin)',
    'contains(#n, :a)',
    'contains(tags, :s) or contains(queue, :one)',
    'size(#n) > :two',
    'size(tags) = :two',
    ':one < size(queue)',
    'NOT #n = :a',
    'not (#n = :a or absent = :a) and attribute_exists(tags)',
    'absent = :a OR attribute_exists(tags) AND #n = :s',
    '(absent = :a OR attribute_exists(tags)) AND #n = :s',
  ])('meets %s', (expression) => {
    expect(holds(parse(expression), item)).toBe(true);
  });

  test.each([
    '#n = :a',
    '#n = :one',
    'absent = :a',
    'absent < :ten',
    'not_there = other_absent',
    '#n > :one',
    'doc.kernel < :two',
    'attribute_exists(doc.kernel.further)',
    'attribute_type(tags, :typeS)',
    'begins_with(tags, :a)',
    'contains(doc, :a)',
    'size(doc.kernel) = :one',
    'NOT (#n = :s OR absent = :a)',
    'attribute_exists(__proto__)',
    'attribute_exists(#n.toString)',
  ])('does not meet %s', (expression) => {
    expect(holds(parse(expression), item)).toBe(false);
  });
});

describe('refuses', () => {
  test.each([
    ['', 'The expression can not be empty;'],
    ['a', 'Syntax error; token: "<EOF>", near: "a"'],
    ['tags ! :a', 'Syntax error; token: "!", near: "tags ! :a"'],
    ['tags = :a AND', 'Syntax error; token: "<EOF>", near: "AND"'],
    ['tags = = :a', 'Syntax error; token: "=", near: "= = :a"'],
    ['(tags = :a', 'Syntax error; token: "<EOF>", near: ":a"'],
    ['tags[a] = :a', 'Syntax error; token: "a", near: "[a]"'],
    ['name = :s', 'Attribute name is a reserved keyword; reserved keyword: name'],
    ['#x = :s', 'An expression attribute name used in the document path is not defined; attribute name: #x'],
    ['tags = :x', 'An expression attribute value used in expression is not defined; attribute value: :x'],
    ['((tags = :a))', 'The expression has redundant parentheses;'],
    ['foo(tags)', 'Invalid function name; function: foo'],
    ['if_not_exists(tags, :a)', 'The function is not allowed in a condition expression; function: if_not_exists'],
    [
      'attribute_exists(tags, :a)',
      'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2',
    ],
    ['attribute_exists(:a)', 'Operator or function requires a document path; operator or function: attribute_exists'],
    [
      'begins_with(tags, :one)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    ['tags < :t', 'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL'],
    [
      'attribute_type(tags, :typeX)',
      'Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      'tags BETWEEN :two AND :one',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}',
    ],
    [
      'tags BETWEEN :a AND :one',
      'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}',
    ],
    [
      'tags.x = tags.x',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [tags, x]',
    ],
  ])('%j', (expression, message) => {
    expect(() => parse(expression)).toThrow(`Invalid ConditionExpression: ${message}`);
  });

  test('a syntax error before all other problems', () => {
    expect(() => parse('name = #x AND foo(')).toThrow('Syntax error; token: "<EOF>", near: "("');
  });
});

describe('placeholders', () => {
  const read = (given: Parameters<typeof readPlaceholders>[0], expressions: Record<string, string | undefined>) => () =>
    readPlaceholders(given, expressions);

  test.each([
    [
      read({ ExpressionAttributeNames: names }, { ConditionExpression: undefined }),
      'ExpressionAttributeNames can only be specified when using expressions',
    ],
    [
      read({ ExpressionAttributeValues: values }, { ConditionExpression: undefined }),
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    ],
    [
      read({ ExpressionAttributeValues: values }, { UpdateExpression: undefined, ConditionExpression: undefined }),
      'ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null',
    ],
    [
      read({ ExpressionAttributeNames: {} }, { ConditionExpression: 'a = b' }),
      'ExpressionAttributeNames must not be empty',
    ],
    [
      read({ ExpressionAttributeNames: { n: 'a' } }, { ConditionExpression: 'a = b' }),
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "n"',
    ],
    [
      read({ ExpressionAttributeValues: { ':v': { N: 'x' } } }, { ConditionExpression: 'a = b' }),
      'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v',
    ],
  ])('%#: are refused', (call, message) => {
    expect(call).toThrow(message);
  });

  test('that no expression uses are refused, all of them', () => {
    const placeholders = readPlaceholders(
      { ExpressionAttributeNames: names, ExpressionAttributeValues: { ':s': { S: '' }, ':u': { S: '' } } },
      { ConditionExpression: '#n = :s' },
    );
    parseCondition('ConditionExpression', '#n = :s', placeholders);
    expect(() => placeholders.refuseUnused()).toThrow(
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#odd}',
    );
  });
});

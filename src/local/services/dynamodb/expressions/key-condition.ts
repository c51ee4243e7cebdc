import { refuse } from '../../../aws-error.ts';
import { afterPrefix, encodeKeyPrefix, encodeKeyValue } from '../key-encoding.ts';
import type { KeyRange } from '../source.ts';
import type { KeySchema, KeyType } from '../table.ts';
import { typeOf, type Value } from '../value.ts';
import { parseCondition } from './condition.ts';
import type { Placeholders } from './placeholders.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

/**
 * A KeyConditionExpression as the range of encoded keys that it means. Source: DynamoDB/Query.KeyConditionExpressions.
 * @throws AwsError ValidationException
 */
export function parseKeyCondition(
  expression: string,
  placeholders: Placeholders,
  key: KeySchema,
  types: Readonly<Record<string, KeyType>>,
): KeyRange {
  const tests = conjuncts(parseCondition('KeyConditionExpression', expression, placeholders)).map(keyTest);
  if (tests.length > 2) invalid('Conditions can be of length 1 or 2 only');
  const names = tests.map(({ name }) => name);
  if (new Set(names).size < names.length) invalid('KeyConditionExpressions must only contain one condition per key');
  const hash = tests.find(({ name }) => name === key.hash) ?? missed(key.hash);
  const range = tests.find(({ name }) => name !== key.hash);
  if (range && range.name !== key.range) missed(key.range ?? key.hash);
  for (const test of tests) checkTest(test, types[test.name]);
  if (hash.kind !== '=') invalid('Query key condition not supported');
  return rangeWithin(encodeKeyValue(hash.value), range);
}

/** One condition on one key attribute. */
type KeyTest =
  | { readonly kind: Exclude<Comparator, '<>'> | 'begins-with'; readonly name: string; readonly value: Value }
  | { readonly kind: 'between'; readonly name: string; readonly value: Value; readonly high: Value };

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

function keyTest(condition: Condition): KeyTest {
  switch (condition.kind) {
    case 'compare': {
      if (condition.comparator === '<>') return badOperator('<>');
      const [left, right, comparator] =
        condition.left.kind === 'value' && condition.right.kind === 'path'
          ? [condition.right, condition.left, mirrored[condition.comparator]]
          : [condition.left, condition.right, condition.comparator];
      return { kind: comparator, ...subject(left, right) };
    }
    case 'between':
      return { kind: 'between', ...subject(condition.operand, condition.low), high: valueOnly(condition.high) };
    case 'begins-with':
      return { kind: 'begins-with', ...subject(condition.operand, condition.sought) };
    default:
      return badOperator(operatorNames[condition.kind]);
  }
}

const mirrored = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

const operatorNames = {
  and: 'AND',
  or: 'OR',
  not: 'NOT',
  in: 'IN',
  exists: 'attribute_exists',
  'not-exists': 'attribute_not_exists',
  'attribute-type': 'attribute_type',
  contains: 'contains',
} as const;

function subject(operand: Operand, value: Operand): { readonly name: string; readonly value: Value } {
  if (operand.kind === 'size') return badOperator('size');
  if (operand.kind === 'value') {
    return invalid('Invalid condition in KeyConditionExpression: No key attribute specified');
  }
  if (operand.path.length > 1) invalid('KeyConditionExpressions cannot have conditions on nested attributes');
  return { name: operand.path[0], value: valueOnly(value) };
}

function valueOnly(operand: Operand): Value {
  if (operand.kind === 'size') return badOperator('size');
  if (operand.kind === 'value') return operand.value;
  return invalid('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition');
}

function checkTest(test: KeyTest, type: KeyType | undefined): void {
  const values = test.kind === 'between' ? [test.value, test.high] : [test.value];
  if (values.some((value) => typeOf(value) !== type) || (test.kind === 'begins-with' && type === 'N')) {
    invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
  }
  const empty = values.some((value) => ('S' in value && value.S === '') || ('B' in value && value.B === ''));
  if (empty) {
    invalid(
      'One or more parameter values are not valid. The AttributeValue for a key attribute ' +
        `cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value. Key: ${test.name}`,
    );
  }
}

function rangeWithin(hash: string, test: KeyTest | undefined): KeyRange {
  const all: KeyRange = { from: hash, to: afterPrefix(hash) };
  if (!test) return all;
  const at = hash + encodeKeyValue(test.value);
  switch (test.kind) {
    case '=':
      return { from: at, to: afterPrefix(at) };
    case '<':
      return { from: all.from, to: at };
    case '<=':
      return { from: all.from, to: afterPrefix(at) };
    case '>':
      return { from: afterPrefix(at), to: all.to };
    case '>=':
      return { from: at, to: all.to };
    case 'between':
      return { from: at, to: afterPrefix(hash + encodeKeyValue(test.high)) };
    case 'begins-with': {
      const prefix = hash + encodeKeyPrefix(test.value);
      return { from: prefix, to: afterPrefix(prefix) };
    }
  }
}

const missed = (name: string): never => invalid(`Query condition missed key schema element: ${name}`);
const badOperator = (operator: string): never =>
  invalid(`Invalid operator used in KeyConditionExpression: ${operator}`, 'Invalid KeyConditionExpression: ');
const invalid = (message: string, prefix = ''): never => refuse('ValidationException', `${prefix}${message}`);

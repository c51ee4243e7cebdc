import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError, refuse } from '../../../aws-error.ts';
import { parseValue, type Value } from '../value.ts';

/** What `#name` and `:value` stand for in all expressions of one request; remembers which were used. */
export interface Placeholders {
  name(placeholder: string): string | undefined;
  value(placeholder: string): Value | undefined;
  /** Once all expressions are parsed. @throws AwsError ValidationException when one was used nowhere. */
  refuseUnused(): void;
}

interface Given {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

/**
 * `expressions` are the request's own parameters that may use placeholders, by name.
 * @throws AwsError ValidationException
 */
export function readPlaceholders(
  given: Given,
  expressions: Readonly<Record<string, string | undefined>>,
): Placeholders {
  const names = given.ExpressionAttributeNames;
  const values = given.ExpressionAttributeValues;
  refuseWithoutExpressions(names, values, expressions);
  const nameFor = new Map(Object.entries(names ?? {}));
  for (const key of nameFor.keys()) refuseBadKey('ExpressionAttributeNames', key, /^#[A-Za-z0-9_]+$/);
  const valueFor = new Map(Object.entries(values ?? {}).map(([key, raw]) => [key, readValue(key, raw)]));
  const unusedNames = new Set(nameFor.keys());
  const unusedValues = new Set(valueFor.keys());
  return {
    name(placeholder) {
      unusedNames.delete(placeholder);
      return nameFor.get(placeholder);
    },
    value(placeholder) {
      unusedValues.delete(placeholder);
      return valueFor.get(placeholder);
    },
    refuseUnused() {
      refuseLeftOver('ExpressionAttributeNames', unusedNames);
      refuseLeftOver('ExpressionAttributeValues', unusedValues);
    },
  };
}

function refuseWithoutExpressions(
  names: Given['ExpressionAttributeNames'],
  values: Given['ExpressionAttributeValues'],
  expressions: Readonly<Record<string, string | undefined>>,
): void {
  const none = Object.values(expressions).every((expression) => expression === undefined);
  if (names && none) invalid('ExpressionAttributeNames can only be specified when using expressions');
  const withValues = Object.keys(expressions).filter((parameter) => parameter !== 'ProjectionExpression');
  if (values && withValues.every((parameter) => expressions[parameter] === undefined)) {
    const are = withValues.length > 1 ? 'are' : 'is';
    invalid(
      `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(' and ')} ${are} null`,
    );
  }
  if (names && Object.keys(names).length === 0) invalid('ExpressionAttributeNames must not be empty');
  if (values && Object.keys(values).length === 0) invalid('ExpressionAttributeValues must not be empty');
}

function readValue(key: string, raw: AttributeValue): Value {
  refuseBadKey('ExpressionAttributeValues', key, /^:[A-Za-z0-9_]+$/);
  try {
    return parseValue(raw);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
  }
}

function refuseBadKey(parameter: string, key: string, form: RegExp): void {
  if (!form.test(key)) invalid(`${parameter} contains invalid key: Syntax error; key: "${key}"`);
}

function refuseLeftOver(parameter: string, keys: ReadonlySet<string>): void {
  if (keys.size > 0) invalid(`Value provided in ${parameter} unused in expressions: keys: {${[...keys].join(', ')}}`);
}

const invalid = (message: string): never => refuse('ValidationException', message);

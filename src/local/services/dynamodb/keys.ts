import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { assert } from '../../../base/index.ts';
import { encodeKeyValue } from './key-encoding.ts';
import type { IndexRecord, KeySchema, KeyType, TableRecord } from './table.ts';
import { invalid, required } from './validation.ts';
import { attribute, type Item, parseItem, typeOf, type Value } from './value.ts';

export const keyNames = (key: KeySchema): readonly string[] =>
  key.range === null ? [key.hash] : [key.hash, key.range];

/** The key of a table's collection; the item has been checked. */
export function primaryKeyOf(key: KeySchema, item: Item): string {
  return keyNames(key)
    .map((name) => {
      const value = attribute(item, name);
      assert(value, `an item without its key attribute ${name}`);
      return encodeKeyValue(value);
    })
    .join('');
}

/**
 * The entry of an index: its own key and, behind it, the primary key. Undefined when the item is not in the index: also
 * where it was there before the index, with a value of another type (DynamoDB/GSI.OnlineOps.ViolationDetection).
 */
export function secondaryKeyOf(
  index: IndexRecord,
  { key, attributes }: Pick<TableRecord, 'key' | 'attributes'>,
  item: Item,
): string | undefined {
  const values: Value[] = [];
  for (const name of keyNames(index.key)) {
    const value = attribute(item, name);
    if (value === undefined || typeOf(value) !== attributes[name] || emptyKind(value)) return undefined;
    values.push(value);
  }
  return values.map(encodeKeyValue).join('') + primaryKeyOf(key, item);
}

/**
 * The `Key` of a request: exactly the key attributes.
 * @throws AwsError ValidationException
 */
export function parseKey(record: TableRecord, raw: Readonly<Record<string, AttributeValue>> | undefined): Item {
  const key = parseItem(required(raw, 'key'));
  const names = keyNames(record.key);
  const fits =
    Object.keys(key).length === names.length &&
    names.every((name) => {
      const value = attribute(key, name);
      return value !== undefined && typeOf(value) === record.attributes[name];
    });
  if (!fits) invalid('The provided key element does not match the schema');
  refuseBadKeyValues(record.key, key);
  return key;
}

/**
 * That a whole item can be stored: its key attributes and those of the indexes have their types.
 * @throws AwsError ValidationException
 */
export function checkItemKeys(record: TableRecord, item: Item): void {
  for (const name of keyNames(record.key)) {
    const value =
      attribute(item, name) ??
      invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    const expected = record.attributes[name];
    if (typeOf(value) !== expected) {
      invalid(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${expected} actual: ${typeOf(value)}`,
      );
    }
  }
  refuseBadKeyValues(record.key, item);
  checkIndexKeys(record, item);
}

/** The part of `checkItemKeys` that an update can break. */
export function checkIndexKeys(record: TableRecord, item: Item): void {
  for (const index of record.indexes) {
    for (const name of keyNames(index.key)) {
      const value = attribute(item, name);
      if (value) checkIndexKey(index, name, record.attributes[name], value);
    }
  }
}

function checkIndexKey(index: IndexRecord, name: string, expected: KeyType | undefined, value: Value): void {
  if (typeOf(value) !== expected) {
    invalid(
      `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${expected} ` +
        `Actual: ${typeOf(value)} IndexName: ${index.name}`,
    );
  }
  const empty = emptyKind(value);
  if (empty) {
    invalid(
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
        `The AttributeValue for a key attribute cannot contain an empty ${empty} value. ` +
        `IndexName: ${index.name}, IndexKey: ${name}`,
    );
  }
}

/** Limits: 2048 bytes for a partition key, 1024 for a sort key. Source: DynamoDB/Constraints. */
function refuseBadKeyValues(key: KeySchema, item: Item): void {
  for (const name of keyNames(key)) {
    const value = attribute(item, name);
    const empty = value && emptyKind(value);
    if (empty) {
      invalid(
        'One or more parameter values are not valid. The AttributeValue for a key attribute ' +
          `cannot contain an empty ${empty} value. Key: ${name}`,
      );
    }
    const isHash = name === key.hash;
    const limit = isHash ? 2048 : 1024;
    if (value && byteLength(value) > limit) {
      invalid(
        `One or more parameter values were invalid: Size of ${isHash ? 'hashkey' : 'rangekey'} has exceeded ` +
          `the maximum size limit of${isHash ? '' : ' '}${limit} bytes`,
      );
    }
  }
}

const emptyKind = (value: Value): 'string' | 'binary' | undefined =>
  'S' in value && value.S === '' ? 'string' : 'B' in value && value.B === '' ? 'binary' : undefined;

function byteLength(value: Value): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  return 'B' in value ? Buffer.byteLength(value.B, 'base64') : 0;
}

/**
 * An `ExclusiveStartKey`: the key attributes of the table and of the index that is read.
 * @throws AwsError ValidationException
 */
export function checkStartKey(
  record: TableRecord,
  index: IndexRecord | undefined,
  raw: Readonly<Record<string, AttributeValue>>,
): Item {
  const start = parseItem(raw);
  const names = new Set([...keyNames(record.key), ...(index ? keyNames(index.key) : [])]);
  const fits =
    Object.keys(start).length === names.size &&
    [...names].every((name) => {
      const value = attribute(start, name);
      return value !== undefined && typeOf(value) === record.attributes[name];
    });
  return fits ? start : invalid('The provided starting key is invalid');
}

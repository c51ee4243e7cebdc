import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { refuse } from '../../aws-error.ts';
import { normaliseDecimal } from './decimal.ts';

/** An attribute's value as plain JSON: binary as base64, numbers normalised, the members of a set in a fixed order. */
export type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly Value[] }
  | { readonly M: Item };

export type Item = { readonly [attribute: string]: Value };

export type TypeCode = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'BOOL' | 'NULL' | 'L' | 'M';

const typeCodes: readonly TypeCode[] = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'BOOL', 'NULL', 'L', 'M'];

export function typeOf(value: Value): TypeCode {
  for (const code of typeCodes) if (code in value) return code;
  return 'NULL';
}

/** The attribute of an item; attribute names are the user's and may be `constructor` or `__proto__`. */
export const attribute = (item: Item, name: string): Value | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined;

const depthMax = 32;

/**
 * An attribute value as it came in a request.
 * @throws AwsError ValidationException for all that DynamoDB does not store.
 */
export function parseValue(raw: AttributeValue, depth = 0): Value {
  if (depth > depthMax) invalid('Nesting Levels have exceeded supported limits: Attributes have nesting levels of 33');
  const given = Object.values(raw ?? {}).filter((member) => member !== undefined).length;
  if (given === 0) invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  if (given > 1) {
    invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (raw.S !== undefined) return { S: raw.S };
  if (raw.N !== undefined) return { N: normaliseDecimal(raw.N) };
  if (raw.B !== undefined) return { B: base64(raw.B) };
  if (raw.BOOL !== undefined) return { BOOL: raw.BOOL };
  if (raw.NULL !== undefined) {
    return raw.NULL
      ? { NULL: true }
      : invalid('One or more parameter values were invalid: Null attribute value types must have the value of true');
  }
  if (raw.SS !== undefined) return { SS: setOf(raw.SS, 'An string set  may not be empty') };
  if (raw.NS !== undefined) return { NS: setOf(raw.NS.map(normaliseDecimal), 'An number set  may not be empty') };
  if (raw.BS !== undefined) return { BS: setOf(raw.BS.map(base64), 'Binary sets should not be empty') };
  if (raw.L !== undefined) return { L: raw.L.map((member) => parseValue(member, depth + 1)) };
  if (raw.M !== undefined) return { M: parseItem(raw.M, depth + 1) };
  return invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

export function parseItem(raw: Readonly<Record<string, AttributeValue>>, depth = 0): Item {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, parseValue(value, depth)]));
}

/** As the SDK's types have it. */
function wireValue(value: Value): AttributeValue {
  if ('B' in value) return { B: bytesOf(value.B) };
  if ('BS' in value) return { BS: value.BS.map(bytesOf) };
  if ('L' in value) return { L: value.L.map(wireValue) };
  if ('M' in value) return { M: wireItem(value.M) };
  if ('SS' in value) return { SS: [...value.SS] };
  if ('NS' in value) return { NS: [...value.NS] };
  return value;
}

export function wireItem(item: Item): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, wireValue(value)]));
}

/** Deep equality; sets are equal whatever their order (they are kept sorted), maps too. */
export function sameValue(a: Value, b: Value): boolean {
  if ('L' in a) {
    return 'L' in b && a.L.length === b.L.length && a.L.every((member, i) => sameOrBothAbsent(member, b.L[i]));
  }
  if ('M' in a) {
    if (!('M' in b)) return false;
    const names = Object.keys(a.M);
    return (
      names.length === Object.keys(b.M).length &&
      names.every((name) => sameOrBothAbsent(attribute(a.M, name), attribute(b.M, name)))
    );
  }
  return JSON.stringify(a) === JSON.stringify(b);
}

const sameOrBothAbsent = (a: Value | undefined, b: Value | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameValue(a, b);

/** A set in its fixed order, without repetitions. */
export const sortedSet = (members: readonly string[]): readonly string[] => [...new Set(members)].sort();

/** AWS's own way to print a value inside a message: `{S:abc}`. */
export function printValue(value: Value): string {
  const code = typeOf(value);
  if ('L' in value) return `{L:[${value.L.map(printValue).join(', ')}]}`;
  if ('M' in value) {
    return `{M:{${Object.entries(value.M)
      .map(([name, member]) => `${name}=${printValue(member)}`)
      .join(', ')}}}`;
  }
  const [content] = Object.values(value);
  return `{${code}:${Array.isArray(content) ? `[${content.join(', ')}]` : String(content)}}`;
}

/** UTF-8. */
export const textBytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
export const bytesOf = (base64Text: string): Uint8Array => new Uint8Array(Buffer.from(base64Text, 'base64'));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function setOf(members: readonly string[], whenEmpty: string): readonly string[] {
  if (members.length === 0) invalid(`One or more parameter values were invalid: ${whenEmpty}`);
  const sorted = sortedSet(members);
  if (sorted.length < members.length) {
    invalid(`One or more parameter values were invalid: Input collection [${members.join(', ')}] contains duplicates.`);
  }
  return sorted;
}

const invalid = (message: string): never => refuse('ValidationException', message);

import { unreachable } from '../../../../base/index.ts';
import { bytesOf, type Item, sameValue, typeOf, type Value } from '../value.ts';
import { compareValues } from './compare-values.ts';
import { readPath } from './path.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

/** Whether the item meets the condition. An absent operand meets none but `<>`; wrong types are no error here. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.condition, item);
    case 'exists':
      return readPath(item, condition.path) !== undefined;
    case 'not-exists':
      return readPath(item, condition.path) === undefined;
    case 'attribute-type': {
      const value = readPath(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case 'compare':
      return compares(condition.comparator, read(condition.left, item), read(condition.right, item));
    case 'between': {
      const value = read(condition.operand, item);
      return compares('>=', value, read(condition.low, item)) && compares('<=', value, read(condition.high, item));
    }
    case 'in': {
      const value = read(condition.operand, item);
      return condition.options.some((option) => compares('=', value, read(option, item)));
    }
    case 'begins-with':
      return beginsWith(read(condition.operand, item), read(condition.sought, item));
    case 'contains':
      return contains(read(condition.operand, item), read(condition.sought, item));
    default:
      return unreachable(condition);
  }
}

function read(operand: Operand, item: Item): Value | undefined {
  if (operand.kind === 'value') return operand.value;
  const value = readPath(item, operand.path);
  if (operand.kind === 'path' || value === undefined) return value;
  const size = sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function compares(comparator: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) return comparator === '<>';
  if (comparator === '=') return sameValue(left, right);
  if (comparator === '<>') return !sameValue(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return unreachable(comparator);
  }
}

function beginsWith(value: Value | undefined, prefix: Value | undefined): boolean {
  if (value === undefined || prefix === undefined) return false;
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  if ('B' in value && 'B' in prefix) return indexOfBytes(value.B, prefix.B) === 0;
  return false;
}

function contains(value: Value | undefined, sought: Value | undefined): boolean {
  if (value === undefined || sought === undefined) return false;
  if ('S' in value) return 'S' in sought && value.S.includes(sought.S);
  if ('B' in value) return 'B' in sought && indexOfBytes(value.B, sought.B) >= 0;
  if ('SS' in value) return 'S' in sought && value.SS.includes(sought.S);
  if ('NS' in value) return 'N' in sought && value.NS.includes(sought.N);
  if ('BS' in value) return 'B' in sought && value.BS.includes(sought.B);
  if ('L' in value) return value.L.some((member) => sameValue(member, sought));
  return false;
}

const indexOfBytes = (base64: string, sought: string): number =>
  Buffer.from(base64, 'base64').indexOf(Buffer.from(sought, 'base64'));

function sizeOf(value: Value): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return bytesOf(value.B).length;
  if ('SS' in value) return value.SS.length;
  if ('NS' in value) return value.NS.length;
  if ('BS' in value) return value.BS.length;
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return undefined;
}

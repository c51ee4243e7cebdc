import { unreachable } from '../../../../base/index.ts';
import { refuse } from '../../../aws-error.ts';
import { addDecimals, subtractDecimals } from '../decimal.ts';
import { type Item, sortedSet, type Value } from '../value.ts';
import { member, readPath } from './path.ts';
import type { Path, UpdateAction, UpdateOperand } from './syntax.ts';

/**
 * The item after all actions; each reads the item as it was before. Elements of lists are removed last and from
 * the end, so that every index means the element that it named at the start.
 * @throws AwsError ValidationException
 */
export function applyUpdate(item: Item, actions: readonly UpdateAction[]): Item {
  const writes = actions.map((action): readonly [Path, Value | undefined] => [action.path, result(action, item)]);
  const changed = writes.filter(([, value]) => value !== undefined).sort(([a], [b]) => lastIndex(a) - lastIndex(b));
  const removed = writes.filter(([, value]) => value === undefined).sort(([a], [b]) => greaterIndexFirst(a, b));
  return [...changed, ...removed].reduce((current, [path, value]) => write(current, path, value), item);
}

/** The attribute's new value; undefined when it goes. */
function result(action: UpdateAction, item: Item): Value | undefined {
  switch (action.do) {
    case 'set':
      return evaluate(action.to, item);
    case 'remove':
      return undefined;
    case 'add':
      return added(readPath(item, action.path), action.value);
    case 'delete':
      return deleted(readPath(item, action.path), action.value);
    default:
      return unreachable(action);
  }
}

function evaluate(operand: UpdateOperand, item: Item): Value {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path':
      return (
        readPath(item, operand.path) ??
        invalid('The provided expression refers to an attribute that does not exist in the item')
      );
    case 'if-not-exists':
      return readPath(item, operand.path) ?? evaluate(operand.otherwise, item);
    case 'list-append': {
      const left = evaluate(operand.left, item);
      const right = evaluate(operand.right, item);
      return 'L' in left && 'L' in right ? { L: [...left.L, ...right.L] } : wrongType();
    }
    case 'plus':
    case 'minus': {
      const left = evaluate(operand.left, item);
      const right = evaluate(operand.right, item);
      if (!('N' in left && 'N' in right)) return wrongType();
      return { N: operand.kind === 'plus' ? addDecimals(left.N, right.N) : subtractDecimals(left.N, right.N) };
    }
    default:
      return unreachable(operand);
  }
}

function added(old: Value | undefined, value: Value): Value {
  if (old === undefined) return value;
  if ('N' in old && 'N' in value) return { N: addDecimals(old.N, value.N) };
  if ('SS' in old && 'SS' in value) return { SS: sortedSet([...old.SS, ...value.SS]) };
  if ('NS' in old && 'NS' in value) return { NS: sortedSet([...old.NS, ...value.NS]) };
  if ('BS' in old && 'BS' in value) return { BS: sortedSet([...old.BS, ...value.BS]) };
  return wrongType();
}

function deleted(old: Value | undefined, value: Value): Value | undefined {
  if (old === undefined) return undefined;
  const without = (from: readonly string[], gone: readonly string[]): readonly string[] =>
    from.filter((element) => !gone.includes(element));
  const orNone = (left: readonly string[], value: Value): Value | undefined => (left.length > 0 ? value : undefined);
  if ('SS' in old && 'SS' in value) {
    const SS = without(old.SS, value.SS);
    return orNone(SS, { SS });
  }
  if ('NS' in old && 'NS' in value) {
    const NS = without(old.NS, value.NS);
    return orNone(NS, { NS });
  }
  if ('BS' in old && 'BS' in value) {
    const BS = without(old.BS, value.BS);
    return orNone(BS, { BS });
  }
  return wrongType();
}

function write(item: Item, path: Path, value: Value | undefined): Item {
  const written = writeWithin({ M: item }, path, value);
  return 'M' in written ? written.M : item;
}

/** `container` with `value` at the end of `steps`, or without what is there. */
function writeWithin(container: Value, steps: readonly (string | number)[], value: Value | undefined): Value {
  const [step, ...rest] = steps;
  if (step === undefined) return container;
  if (typeof step === 'number' ? !('L' in container) : !('M' in container)) return noSuchPlace();
  if (rest.length > 0) {
    const inner = member(container, step) ?? noSuchPlace();
    return withMember(container, step, writeWithin(inner, rest, value));
  }
  return value === undefined ? withoutMember(container, step) : withMember(container, step, value);
}

/** An index at or beyond the end of a list appends. */
function withMember(container: Value, step: string | number, value: Value): Value {
  if (typeof step === 'string') return 'M' in container ? { M: { ...container.M, [step]: value } } : container;
  if (!('L' in container)) return container;
  return step < container.L.length ? { L: container.L.with(step, value) } : { L: [...container.L, value] };
}

function withoutMember(container: Value, step: string | number): Value {
  if (typeof step === 'number') {
    return 'L' in container ? { L: container.L.filter((_, index) => index !== step) } : container;
  }
  if (!('M' in container)) return container;
  return { M: Object.fromEntries(Object.entries(container.M).filter(([name]) => name !== step)) };
}

function lastIndex(path: Path): number {
  const last = path[path.length - 1];
  return typeof last === 'number' ? last : -1;
}

/** A total order in which, within one list, greater indexes come first. */
function greaterIndexFirst(a: Path, b: Path): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [x, y] = [a[at], b[at]];
    if (x === y || x === undefined || y === undefined) continue;
    if (typeof x === 'number' && typeof y === 'number') return y - x;
    return String(x) < String(y) ? -1 : 1;
  }
  return a.length - b.length;
}

const wrongType = (): never => invalid('An operand in the update expression has an incorrect data type');
const noSuchPlace = (): never => invalid('The document path provided in the update expression is invalid for update');
const invalid = (message: string): never => refuse('ValidationException', message);

import { createReader, fail, type Reader } from './pattern-reader.ts';
import { readRegex } from './regex.ts';
import { wildcard } from './wildcard.ts';

type Test = (root: unknown) => boolean;

/**
 * `{ ($.a.b[0] = "x*") && ($.n > 3 || $.gone NOT EXISTS) }`. Messages that are no JSON objects do not match.
 * Source: CWL/FilterAndPatternSyntaxForJSON
 * @throws AwsError InvalidParameterException
 */
export function parseJsonPattern(pattern: string): (message: string) => boolean {
  const reader = createReader(pattern);
  reader.expect('{');
  const test = either(reader);
  reader.expect('}');
  if (!reader.atEnd()) fail();
  return (message) => {
    if (!message.trimStart().startsWith('{')) return false;
    try {
      return test(JSON.parse(message));
    } catch {
      return false;
    }
  };
}

function either(reader: Reader): Test {
  let left = both(reader);
  while (reader.take('||')) left = anyOf(left, both(reader));
  return left;
}

function both(reader: Reader): Test {
  let left = single(reader);
  while (reader.take('&&')) left = allOf(left, single(reader));
  return left;
}

const anyOf =
  (left: Test, right: Test): Test =>
  (root) =>
    left(root) || right(root);
const allOf =
  (left: Test, right: Test): Test =>
  (root) =>
    left(root) && right(root);

function single(reader: Reader): Test {
  if (reader.take('(')) {
    const inner = either(reader);
    reader.expect(')');
    return inner;
  }
  const select = selector(reader);
  if (reader.take('NOT EXISTS')) return (root) => select(root) === undefined;
  if (reader.take('EXISTS')) return (root) => select(root) !== undefined;
  if (reader.take('IS')) return constant(reader, select);
  const operator = reader.read(/!=|<=|>=|=|<|>/) ?? fail();
  const regex = readRegex(reader);
  if (regex) return matching(select, operator, regex);
  const quoted = reader.read(/"(?:[^"\\]|\\.)*"/);
  const operand = quoted?.slice(1, -1).replace(/\\(.)/g, '$1') ?? reader.read(/[^\s(){}&|"]+/) ?? fail();
  const number = quoted === undefined && operand.trim() !== '' ? Number(operand) : Number.NaN;
  return comparison(select, operator, operand, number);
}

function constant(reader: Reader, select: (root: unknown) => unknown): Test {
  const wanted = reader.take('NULL') ? null : reader.take('TRUE') ? true : reader.take('FALSE') ? false : fail();
  return (root) => select(root) === wanted;
}

function selector(reader: Reader): (root: unknown) => unknown {
  reader.expect('$');
  const steps: (string | number)[] = [];
  for (;;) {
    const name = reader.read(/\.[A-Za-z0-9_-]+/)?.slice(1) ?? reader.read(/\['[^']+'\]/)?.slice(2, -2);
    const index = name === undefined ? reader.read(/\[\d+\]/)?.slice(1, -1) : undefined;
    if (name === undefined && index === undefined) break;
    steps.push(name ?? Number(index));
  }
  if (steps.length === 0) fail();
  return (root) => steps.reduce(member, root);
}

function member(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
  return Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
}

function matching(select: (root: unknown) => unknown, operator: string, regex: RegExp): Test {
  if (operator !== '=' && operator !== '!=') fail();
  return (root) => {
    const value = select(root);
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
    return text !== undefined && regex.test(text) === (operator === '=');
  };
}

/** Numbers are compared as numbers where both sides are; `*` in a text stands for anything. */
function comparison(select: (root: unknown) => unknown, operator: string, operand: string, number: number): Test {
  if (operator === '=' || operator === '!=') {
    const text = wildcard(operand);
    const equal = (value: unknown): boolean =>
      typeof value === 'number' ? value === number : typeof value === 'string' && text.test(value);
    return (root) => {
      const value = select(root);
      return value !== undefined && equal(value) === (operator === '=');
    };
  }
  if (Number.isNaN(number)) fail();
  return (root) => {
    const value = select(root);
    if (typeof value !== 'number') return false;
    if (operator === '<') return value < number;
    if (operator === '<=') return value <= number;
    return operator === '>' ? value > number : value >= number;
  };
}

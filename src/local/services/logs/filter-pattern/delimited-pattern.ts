import { createReader, fail, type Reader } from './pattern-reader.ts';
import { readRegex } from './regex.ts';
import { wildcard } from './wildcard.ts';

type Test = (field: string) => boolean;

/**
 * `[ip, user, ..., status = 4* && status != 404, bytes > 1000]`: a field for each part of the message, `...` for any
 * number of them. Parts are divided by spaces; what stands in quotes or brackets is one.
 * Source: CWL/FilterAndPatternSyntax, "space-delimited log events"
 * @throws AwsError InvalidParameterException
 */
export function parseDelimitedPattern(pattern: string): (message: string) => boolean {
  const reader = createReader(pattern);
  reader.expect('[');
  const before: Test[] = [];
  let after: Test[] | undefined;
  do {
    if (reader.take('...')) {
      if (after) fail();
      after = [];
    } else {
      (after ?? before).push(either(reader));
    }
  } while (reader.take(','));
  reader.expect(']');
  if (!reader.atEnd()) fail();

  const behind = after;
  return (message) => {
    const fields = [...message.matchAll(part)].map(([whole, quoted, bracketed]) => quoted ?? bracketed ?? whole);
    const least = before.length + (behind?.length ?? 0);
    if (behind ? fields.length < least : fields.length !== least) return false;
    const all = (tests: readonly Test[], from: number): boolean =>
      tests.every((test, index) => test(fields[from + index] ?? ''));
    return all(before, 0) && (!behind || all(behind, fields.length - behind.length));
  };
}

const part = /"([^"]*)"|\[([^\]]*)\]|\S+/g;

function either(reader: Reader): Test {
  const tests = [both(reader)];
  while (reader.take('||')) tests.push(both(reader));
  return (field) => tests.some((test) => test(field));
}

function both(reader: Reader): Test {
  const tests = [single(reader)];
  while (reader.take('&&')) tests.push(single(reader));
  return (field) => tests.every((test) => test(field));
}

function single(reader: Reader): Test {
  if (reader.take('(')) {
    const inner = either(reader);
    reader.expect(')');
    return inner;
  }
  reader.read(/[A-Za-z_][\w-]*/) ?? fail();
  const operator = reader.read(/!=|<=|>=|=|<|>/);
  if (operator === undefined) return () => true;
  const regex = readRegex(reader);
  const quoted = regex ? undefined : reader.read(/"(?:[^"\\]|\\.)*"/);
  const operand =
    quoted?.slice(1, -1).replace(/\\(.)/g, '$1') ?? (regex ? '' : (reader.read(/[^\s,&|()"\]]+/) ?? fail()));
  const equals = regex ?? wildcard(operand);
  const number = quoted === undefined && !regex ? Number(operand) : Number.NaN;
  switch (operator) {
    case '=':
      return (field) => equals.test(field) || Number(field) === number;
    case '!=':
      return (field) => !(equals.test(field) || Number(field) === number);
    default:
      return Number.isNaN(number) ? fail() : (field) => compares(operator, numberOf(field), number);
  }
}

const numberOf = (field: string): number => (field.trim() === '' ? Number.NaN : Number(field));

/** False for what is no number. */
function compares(operator: string, left: number, right: number): boolean {
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

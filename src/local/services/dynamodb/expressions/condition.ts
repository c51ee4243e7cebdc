import { printValue, typeOf, type Value } from '../value.ts';
import { compareValues } from './compare-values.ts';
import { type Parser, parseExpression } from './parser.ts';
import type { Placeholders } from './placeholders.ts';
import { type Comparator, type Condition, type Operand, type Path, printPath } from './syntax.ts';

/**
 * `or := and {OR and}`, `and := not {AND not}`, `not := {NOT} comparison`.
 * Source: DynamoDB/Expressions.OperatorsAndFunctions.
 * @throws AwsError ValidationException
 */
export function parseCondition(parameter: string, expression: string, placeholders: Placeholders): Condition {
  return parseExpression(parameter, expression, placeholders, (parser) => condition(parser, or(parser)));
}

/** A parenthesis may hold a condition or an operand; which of both is known only behind it. */
type Node =
  | { readonly is: 'condition'; readonly condition: Condition; readonly inParentheses: boolean }
  | { readonly is: 'operand'; readonly operand: Operand; readonly inParentheses: boolean };

const node = (of: Condition): Node => ({ is: 'condition', condition: of, inParentheses: false });

function condition(parser: Parser, of: Node): Condition {
  return of.is === 'condition' ? of.condition : parser.syntaxError();
}

function operand(parser: Parser, of: Node): Operand {
  return of.is === 'operand' ? of.operand : parser.syntaxError();
}

function or(parser: Parser): Node {
  let left = and(parser);
  while (parser.takeWord('OR')) {
    left = node({ kind: 'or', left: condition(parser, left), right: condition(parser, and(parser)) });
  }
  return left;
}

function and(parser: Parser): Node {
  let left = not(parser);
  while (parser.takeWord('AND')) {
    left = node({ kind: 'and', left: condition(parser, left), right: condition(parser, not(parser)) });
  }
  return left;
}

function not(parser: Parser): Node {
  if (!parser.takeWord('NOT')) return comparison(parser);
  return node({ kind: 'not', condition: condition(parser, not(parser)) });
}

const comparators: readonly Comparator[] = ['=', '<>', '<=', '>=', '<', '>'];

function comparison(parser: Parser): Node {
  const left = primary(parser);
  for (const comparator of comparators) {
    if (parser.take(comparator)) return compare(parser, comparator, operand(parser, left));
  }
  if (parser.takeWord('BETWEEN')) return between(parser, operand(parser, left));
  if (parser.takeWord('IN')) {
    const subject = operand(parser, left);
    parser.expect('(');
    const options = parser.list(() => operand(parser, primary(parser)));
    parser.expect(')');
    return node({ kind: 'in', operand: subject, options });
  }
  return left;
}

function compare(parser: Parser, comparator: Comparator, left: Operand): Node {
  const right = operand(parser, primary(parser));
  if (comparator !== '=' && comparator !== '<>') {
    for (const side of [left, right]) noteUnlessOrdered(parser, comparator, side);
  }
  if (left.kind === 'path' && right.kind === 'path' && printPath(left.path) === printPath(right.path)) {
    parser.note(
      'usage',
      'The first operand must be distinct from the remaining operands for this operator or function; ' +
        `operator: ${comparator}, first operand: ${printPath(left.path)}`,
    );
  }
  return node({ kind: 'compare', comparator, left, right });
}

function between(parser: Parser, subject: Operand): Node {
  const low = operand(parser, primary(parser));
  if (!parser.takeWord('AND')) parser.syntaxError();
  const high = operand(parser, primary(parser));
  for (const bound of [low, high]) noteUnlessOrdered(parser, 'BETWEEN', bound);
  if (low.kind === 'value' && high.kind === 'value') noteUnlessAscending(parser, low.value, high.value);
  return node({ kind: 'between', operand: subject, low, high });
}

function noteUnlessAscending(parser: Parser, low: Value, high: Value): void {
  const bounds = `lower bound operand: AttributeValue: ${printValue(low)}, upper bound operand: AttributeValue: ${printValue(high)}`;
  if (typeOf(low) !== typeOf(high)) {
    parser.note('usage', `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  } else if ((compareValues(low, high) ?? 0) > 0) {
    parser.note(
      'usage',
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
  }
}

function primary(parser: Parser): Node {
  const token = parser.peek();
  if (token.kind === 'value-placeholder') return asOperand({ kind: 'value', value: parser.value() });
  if (token.kind === 'word' && parser.peekSecond().text === '(' && !/^(AND|OR|NOT|BETWEEN|IN)$/i.test(token.text)) {
    return call(parser);
  }
  if (!parser.take('(')) return asOperand({ kind: 'path', path: parser.path() });
  const inner = or(parser);
  parser.expect(')');
  if (inner.inParentheses) parser.note('parentheses', 'The expression has redundant parentheses;');
  return { ...inner, inParentheses: true };
}

const asOperand = (of: Operand): Node => ({ is: 'operand', operand: of, inParentheses: false });

function call(parser: Parser): Node {
  const name = parser.next().text;
  parser.expect('(');
  const nodes = parser.peek().text === ')' ? [] : parser.list(() => primary(parser));
  parser.expect(')');
  const misused = nodes.some((argument) => argument.is === 'condition');
  if (misused) noteMisuse(parser, name);
  const args = nodes.flatMap((argument) => (argument.is === 'operand' ? [argument.operand] : []));
  switch (name) {
    case 'attribute_exists':
      return node({ kind: 'exists', path: pathArgument(parser, name, 1, args) });
    case 'attribute_not_exists':
      return node({ kind: 'not-exists', path: pathArgument(parser, name, 1, args) });
    case 'attribute_type':
      return attributeType(parser, args);
    case 'begins_with': {
      const [subject, sought] = twoArguments(parser, name, args);
      for (const side of [subject, sought]) noteUnlessTyped(parser, name, side, ['S', 'B']);
      return node({ kind: 'begins-with', operand: subject, sought });
    }
    case 'contains': {
      const [subject, sought] = twoArguments(parser, name, args);
      return node({ kind: 'contains', operand: subject, sought });
    }
    case 'size':
      return asOperand({ kind: 'size', path: pathArgument(parser, name, 1, args) });
    case 'if_not_exists':
    case 'list_append':
      parser.note('function', `The function is not allowed in a condition expression; function: ${name}`);
      return node({ kind: 'exists', path: [name] });
    default:
      parser.note('function', `Invalid function name; function: ${name}`);
      return node({ kind: 'exists', path: [name] });
  }
}

function attributeType(parser: Parser, args: readonly Operand[]): Node {
  const path = pathArgument(parser, 'attribute_type', 2, args);
  const type = args[1];
  if (type?.kind !== 'value' || !('S' in type.value)) {
    const found = type?.kind === 'value' ? typeOf(type.value) : 'M';
    noteOperandType(parser, 'attribute_type', found);
    return node({ kind: 'attribute-type', path, type: '' });
  }
  if (!/^(S|N|B|SS|NS|BS|BOOL|NULL|L|M)$/.test(type.value.S)) {
    parser.note(
      'usage',
      `Invalid attribute type name found; type: ${type.value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
  }
  return node({ kind: 'attribute-type', path, type: type.value.S });
}

function pathArgument(parser: Parser, name: string, count: number, args: readonly Operand[]): Path {
  noteUnlessCount(parser, name, count, args.length);
  const [first] = args;
  if (first?.kind === 'path') return first.path;
  if (first?.kind === 'size') noteMisuse(parser, 'size');
  parser.note('usage', `Operator or function requires a document path; operator or function: ${name}`);
  return [name];
}

function twoArguments(parser: Parser, name: string, args: readonly Operand[]): readonly [Operand, Operand] {
  noteUnlessCount(parser, name, 2, args.length);
  const [first, second] = args;
  if (first && second) return [first, second];
  return [
    { kind: 'path', path: [name] },
    { kind: 'path', path: [name] },
  ];
}

function noteMisuse(parser: Parser, name: string): void {
  parser.note('usage', `The function is not allowed to be used this way in an expression; function: ${name}`);
}

function noteUnlessCount(parser: Parser, name: string, wanted: number, found: number): void {
  if (wanted === found) return;
  parser.note(
    'usage',
    'Incorrect number of operands for operator or function; ' +
      `operator or function: ${name}, number of operands: ${found}`,
  );
}

const noteUnlessOrdered = (parser: Parser, operator: string, of: Operand): void =>
  noteUnlessTyped(parser, operator, of, ['S', 'N', 'B']);

function noteUnlessTyped(parser: Parser, operator: string, of: Operand, allowed: readonly string[]): void {
  if (of.kind === 'value' && !allowed.includes(typeOf(of.value))) noteOperandType(parser, operator, typeOf(of.value));
}

function noteOperandType(parser: Parser, operator: string, found: string): void {
  parser.note(
    'usage',
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${found}`,
  );
}

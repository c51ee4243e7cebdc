import { typeOf } from '../value.ts';
import { type Parser, parseExpression } from './parser.ts';
import { collidingPaths } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { type Path, printPath, type UpdateAction, type UpdateOperand } from './syntax.ts';

/**
 * `SET`, `REMOVE`, `ADD`, `DELETE`, each once at most, in any order. Source: DynamoDB/Expressions.UpdateExpressions.
 * @throws AwsError ValidationException
 */
export function parseUpdate(expression: string, placeholders: Placeholders): readonly UpdateAction[] {
  return parseExpression('UpdateExpression', expression, placeholders, (parser) => {
    const actions: UpdateAction[] = [];
    const seen = new Set<string>();
    do {
      const section = parser.peek().text.toUpperCase();
      if (parser.peek().kind !== 'word' || !sections.has(section)) parser.syntaxError();
      parser.next();
      if (seen.has(section)) {
        parser.note('function', `The "${section}" section can only be used once in an update expression;`);
      }
      seen.add(section);
      actions.push(...parser.list(() => action(parser, section)));
    } while (parser.peek().kind !== 'end');
    noteCollision(
      parser,
      actions.map(({ path }) => path),
    );
    return actions;
  });
}

const sections: ReadonlySet<string> = new Set(['SET', 'REMOVE', 'ADD', 'DELETE']);

function action(parser: Parser, section: string): UpdateAction {
  const path = parser.path();
  if (section === 'REMOVE') return { do: 'remove', path };
  if (section === 'SET') {
    parser.expect('=');
    return { do: 'set', path, to: sum(parser) };
  }
  const value = parser.value();
  const type = typeOf(value);
  const allowed = section === 'ADD' ? ['N', 'SS', 'NS', 'BS'] : ['SS', 'NS', 'BS'];
  if (!allowed.includes(type)) {
    parser.note(
      'usage',
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${typeNames[type]}`,
    );
  }
  return { do: section === 'ADD' ? 'add' : 'delete', path, value };
}

const typeNames = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  L: 'LIST',
  M: 'MAP',
} as const;

function sum(parser: Parser): UpdateOperand {
  const left = operand(parser);
  for (const [symbol, kind] of [['+', 'plus'] as const, ['-', 'minus'] as const]) {
    if (!parser.take(symbol)) continue;
    const right = operand(parser);
    for (const side of [left, right]) noteUnlessTyped(parser, symbol, side, 'N');
    return { kind, left, right };
  }
  return left;
}

function operand(parser: Parser): UpdateOperand {
  if (parser.peek().kind === 'value-placeholder') return { kind: 'value', value: parser.value() };
  if (parser.peek().kind === 'word' && parser.peekSecond().text === '(') return call(parser);
  if (!parser.take('(')) return { kind: 'path', path: parser.path() };
  const inner = sum(parser);
  parser.expect(')');
  return inner;
}

function call(parser: Parser): UpdateOperand {
  const name = parser.next().text;
  parser.expect('(');
  const args = parser.peek().text === ')' ? [] : parser.list(() => operand(parser));
  parser.expect(')');
  const [first, second] = args;
  if (name !== 'if_not_exists' && name !== 'list_append') {
    const known = /^(attribute_exists|attribute_not_exists|attribute_type|begins_with|contains|size)$/.test(name);
    parser.note(
      'function',
      known
        ? `The function is not allowed in an update expression; function: ${name}`
        : `Invalid function name; function: ${name}`,
    );
    return { kind: 'path', path: [name] };
  }
  if (!first || !second || args.length > 2) {
    parser.note(
      'usage',
      'Incorrect number of operands for operator or function; ' +
        `operator or function: ${name}, number of operands: ${args.length}`,
    );
    return { kind: 'path', path: [name] };
  }
  if (name === 'if_not_exists') {
    if (first.kind === 'path') return { kind: 'if-not-exists', path: first.path, otherwise: second };
    parser.note('usage', `Operator or function requires a document path; operator or function: ${name}`);
    return { kind: 'path', path: [name] };
  }
  for (const side of [first, second]) noteUnlessTyped(parser, name, side, 'L');
  return { kind: 'list-append', left: first, right: second };
}

function noteUnlessTyped(parser: Parser, operator: string, of: UpdateOperand, allowed: string): void {
  if (of.kind !== 'value' || typeOf(of.value) === allowed) return;
  parser.note(
    'usage',
    'Incorrect operand type for operator or function; ' +
      `operator or function: ${operator}, operand type: ${typeOf(of.value)}`,
  );
}

function noteCollision(parser: Parser, paths: readonly Path[]): void {
  const collision = collidingPaths(paths);
  if (!collision) return;
  parser.note(
    'usage',
    `Two document paths ${collision.kind} with each other; must remove or rewrite one of these paths; ` +
      `path one: ${printPath(collision.one)}, path two: ${printPath(collision.two)}`,
  );
}

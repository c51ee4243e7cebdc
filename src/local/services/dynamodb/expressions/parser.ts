import { refuse } from '../../../aws-error.ts';
import type { Value } from '../value.ts';
import type { Placeholders } from './placeholders.ts';
import { isReserved } from './reserved-words.ts';
import type { Path } from './syntax.ts';
import { type Token, tokenise } from './tokens.ts';

/** What is wrong though the syntax is right. AWS reports the first kind of this list, whatever its place. */
const problemKinds = ['parentheses', 'function', 'reserved', 'name', 'value', 'usage'] as const;
export type ProblemKind = (typeof problemKinds)[number];

/** What all four grammars share: a cursor over tokens, paths, placeholders and the errors. */
export interface Parser {
  peek(): Token;
  /** The token after the next one. */
  peekSecond(): Token;
  next(): Token;
  /** Takes the next token if it is this symbol. */
  take(symbol: string): boolean;
  /** The same for a keyword, in whatever case. */
  takeWord(keyword: string): boolean;
  expect(symbol: string): void;
  path(): Path;
  /** The value of the placeholder that comes next. */
  value(): Value;
  /** What `read` reads, one or more times, with commas between. */
  list<T>(read: () => T): [T, ...T[]];
  /** Remembers a problem; the parse goes on, since a syntax error would come first. */
  note(kind: ProblemKind, message: string): void;
  /** @throws AwsError ValidationException at the next token. */
  syntaxError(): never;
}

/**
 * Reads a whole expression. `parameter` is its name in the request.
 * @throws AwsError ValidationException with AWS's text.
 */
export function parseExpression<T>(
  parameter: string,
  expression: string,
  placeholders: Placeholders,
  grammar: (parser: Parser) => T,
): T {
  const invalid = (message: string): never => refuse('ValidationException', `Invalid ${parameter}: ${message}`);
  if (expression.trim() === '') invalid('The expression can not be empty;');
  const problems = new Map<ProblemKind, string>();
  const note = (kind: ProblemKind, message: string): void => {
    if (!problems.has(kind)) problems.set(kind, message);
  };
  const parser = createParser(expression, placeholders, note, invalid);
  const result = grammar(parser);
  if (parser.peek().kind !== 'end') parser.syntaxError();
  for (const kind of problemKinds) {
    const problem = problems.get(kind);
    if (problem !== undefined) invalid(problem);
  }
  return result;
}

function createParser(
  expression: string,
  placeholders: Placeholders,
  note: Parser['note'],
  invalid: (message: string) => never,
): Parser {
  const tokens = tokenise(expression);
  const last: Token = tokens[tokens.length - 1] ?? { kind: 'end', text: '<EOF>', from: 0, to: 0 };
  const token = (index: number): Token => tokens[index] ?? last;
  let at = 0;

  const peek = (): Token => token(at);
  const next = (): Token => {
    at++;
    return token(at - 1);
  };
  const syntaxError = (): never => {
    const near = expression.slice(token(Math.max(0, at - 1)).from, token(at + 1).to);
    return invalid(`Syntax error; token: "${peek().text}", near: "${near}"`);
  };
  const take = (symbol: string): boolean => {
    const found = peek().kind === 'symbol' && peek().text === symbol;
    if (found) at++;
    return found;
  };
  const takeWord = (keyword: string): boolean => {
    const found = peek().kind === 'word' && peek().text.toUpperCase() === keyword;
    if (found) at++;
    return found;
  };
  const attributeName = (): string => {
    const { kind, text } = peek();
    if (kind !== 'word' && kind !== 'name-placeholder') return syntaxError();
    at++;
    if (kind === 'word') {
      if (isReserved(text)) note('reserved', `Attribute name is a reserved keyword; reserved keyword: ${text}`);
      return text;
    }
    const name = placeholders.name(text);
    if (name !== undefined) return name;
    note('name', `An expression attribute name used in the document path is not defined; attribute name: ${text}`);
    return text;
  };
  const index = (): number => {
    if (peek().kind !== 'number') return syntaxError();
    return Number(next().text);
  };

  const expect = (symbol: string): void => {
    if (!take(symbol)) syntaxError();
  };

  return {
    peek,
    peekSecond: () => token(at + 1),
    next,
    take,
    takeWord,
    expect,
    path() {
      const path: [string, ...(string | number)[]] = [attributeName()];
      for (;;) {
        if (take('.')) path.push(attributeName());
        else if (take('[')) {
          path.push(index());
          expect(']');
        } else return path;
      }
    },
    value() {
      if (peek().kind !== 'value-placeholder') return syntaxError();
      const placeholder = next().text;
      const value = placeholders.value(placeholder);
      if (value !== undefined) return value;
      note('value', `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`);
      return { NULL: true };
    },
    list(read) {
      const first = read();
      const rest: (typeof first)[] = [];
      while (take(',')) rest.push(read());
      return [first, ...rest];
    },
    note,
    syntaxError,
  };
}

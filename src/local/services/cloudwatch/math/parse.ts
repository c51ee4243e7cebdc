import { MathError } from './math-error.ts';

/** A metric math expression, read. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'minus'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };

export type Operator = '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<=' | '>=' | '<' | '>' | 'AND' | 'OR';

/** From the weakest to the strongest. CW/using-metric-math, "Basic arithmetic functions", "Comparison and logical operators". */
const levels: readonly (readonly Operator[])[] = [
  ['OR'],
  ['AND'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
  ['^'],
];

type Token = { readonly kind: 'number' | 'text' | 'word' | 'sign'; readonly text: string };

const pattern =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<text>'[^']*'|"[^"]*")|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<sign>&&|\|\||==|!=|<=|>=|[-+*/^<>(),[\]]))/y;

const longest = 2048;

/** @throws MathError in words that follow "Error in expression 'e1':" */
export function parse(text: string): Expression {
  if (text.length > longest) throw new MathError(`An expression has at most ${longest} characters`);
  const tokens = tokensOf(text);
  let at = 0;
  const peek = (): Token | undefined => tokens[at];
  const takes = (...signs: readonly string[]): string | undefined => {
    const token = peek();
    if (token?.kind !== 'sign' || !signs.includes(token.text)) return undefined;
    at++;
    return token.text;
  };
  const expect = (sign: string): void => {
    if (takes(sign) === undefined) throw new MathError(`Expected '${sign}' but found ${told(peek())}`);
  };
  const until = (end: string): Expression[] => {
    const found: Expression[] = [];
    if (takes(end) !== undefined) return found;
    do found.push(level(0));
    while (takes(',') !== undefined);
    expect(end);
    return found;
  };
  const operatorAt = (depth: number): Operator | undefined => {
    const token = peek();
    if (!token || token.kind === 'number' || token.kind === 'text') return undefined;
    const words: Readonly<Record<string, string>> = { '&&': 'AND', '||': 'OR' };
    const name = token.kind === 'word' ? token.text.toUpperCase() : (words[token.text] ?? token.text);
    const operator = levels[depth]?.find((candidate) => candidate === name);
    if (operator) at++;
    return operator;
  };
  const level = (depth: number): Expression => {
    if (depth === levels.length) return signed();
    let left = level(depth + 1);
    for (let operator = operatorAt(depth); operator; operator = operatorAt(depth)) {
      left = { kind: 'binary', operator, left, right: level(depth + 1) };
    }
    return left;
  };
  const signed = (): Expression => {
    if (takes('-') !== undefined) return { kind: 'minus', of: signed() };
    if (takes('+') !== undefined) return signed();
    return simple();
  };
  const simple = (): Expression => {
    if (takes('(') !== undefined) {
      const inner = level(0);
      expect(')');
      return inner;
    }
    if (takes('[') !== undefined) return { kind: 'list', items: until(']') };
    const token = peek();
    if (!token || token.kind === 'sign') throw new MathError(`Unexpected ${told(token)}`);
    at++;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', value: token.text.slice(1, -1) };
    if (takes('(') !== undefined) return { kind: 'call', name: token.text.toUpperCase(), args: until(')') };
    return { kind: 'name', name: token.text };
  };
  const whole = level(0);
  if (at < tokens.length) throw new MathError(`Unexpected ${told(peek())}`);
  return whole;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const from = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (!groups) throw new MathError(`Unexpected '${text.slice(from).trim().charAt(0)}'`);
    for (const kind of ['number', 'text', 'word', 'sign'] as const) {
      const found = groups[kind];
      if (found !== undefined) tokens.push({ kind, text: found });
    }
  }
  return tokens;
}

const told = (token: Token | undefined): string => (token ? `'${token.text}'` : 'end of expression');

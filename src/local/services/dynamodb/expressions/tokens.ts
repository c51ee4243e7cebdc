export interface Token {
  readonly kind: 'word' | 'name-placeholder' | 'value-placeholder' | 'number' | 'symbol' | 'unknown' | 'end';
  readonly text: string;
  /** Offsets in the expression. */
  readonly from: number;
  readonly to: number;
}

const patterns = [
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['name-placeholder', /#[A-Za-z0-9_]+/y],
  ['value-placeholder', /:[A-Za-z0-9_]+/y],
  ['number', /[0-9]+/y],
  ['symbol', /<>|<=|>=|[=<>()[\].,+-]/y],
  ['unknown', /./sy],
] as const;

/** Always ends with the token `end`; what cannot be read is a token `unknown`, which no grammar takes. */
export function tokenise(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(expression[at] ?? '')) at++;
    if (at >= expression.length) break;
    const token = tokenAt(expression, at);
    tokens.push(token);
    at = token.to;
  }
  tokens.push({ kind: 'end', text: '<EOF>', from: expression.length, to: expression.length });
  return tokens;
}

function tokenAt(expression: string, from: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = from;
    const text = pattern.exec(expression)?.[0];
    if (text !== undefined) return { kind, text, from, to: from + text.length };
  }
  return { kind: 'unknown', text: expression.slice(from), from, to: expression.length };
}

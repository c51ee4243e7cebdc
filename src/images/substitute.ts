import { type Position, refuseAt } from './image-error.ts';

/** The value of an ARG or ENV; undefined when it is not set. */
export type Variables = (name: string) => string | undefined;

/**
 * Replaces `$x`, `${x}`, `${x:-default}`, `${x:+other}` (and both without the colon), and takes quotes and escapes
 * off, as BuildKit's shell lexer does. Nothing is replaced between single quotes.
 * @throws ImageError for other `${x…}` forms and for a quote without an end.
 */
export function substitute(word: string, variables: Variables, escapeChar: string, at: Position): string {
  let result = '';
  let quote = '';
  let i = 0;
  while (i < word.length) {
    const char = word[i] ?? '';
    const following = word[i + 1];
    if (quote === "'") {
      if (char === "'") quote = '';
      else result += char;
      i += 1;
    } else if (char === quote) {
      quote = '';
      i += 1;
    } else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      i += 1;
    } else if (char === escapeChar && following !== undefined) {
      // Between double quotes an escape is one only before these.
      result += quote === '"' && !['"', '$', escapeChar].includes(following) ? char + following : following;
      i += 2;
    } else if (char === '$') {
      const variable = readVariable(word.slice(i), variables, escapeChar, at);
      result += variable.value;
      i += variable.length;
    } else {
      result += char;
      i += 1;
    }
  }
  if (quote) refuseAt(at, `a ${quote} has no end in: ${word}`);
  return result;
}

function readVariable(
  text: string,
  variables: Variables,
  escapeChar: string,
  at: Position,
): { value: string; length: number } {
  const plain = /^\$([A-Za-z_]\w*|\d|[@*#])/.exec(text);
  if (plain) return { value: variables(plain[1] ?? '') ?? '', length: plain[0].length };
  if (!text.startsWith('${')) return { value: '$', length: 1 };
  const end = closingBrace(text);
  if (end < 0) refuseAt(at, `"\${" has no "}" in: ${text}`);
  const inside = text.slice(2, end);
  const [, name = '', operator = '', word = ''] = /^([A-Za-z_]\w*)(:?[-+?])?([\s\S]*)$/.exec(inside) ?? [];
  if (!name || (!operator && word)) {
    refuseAt(at, `\${${inside}} is not supported: use $x, \${x}, \${x:-default} or \${x:+other}.`);
  }
  const value = variables(name);
  const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
  const other = () => substitute(word, variables, escapeChar, at);
  const length = end + 1;
  switch (operator.slice(-1)) {
    case '-':
      return { value: isSet ? (value ?? '') : other(), length };
    case '+':
      return { value: isSet ? other() : '', length };
    case '?':
      return { value: isSet ? (value ?? '') : refuseAt(at, `${name} is not set: ${other()}`), length };
    default:
      return { value: value ?? '', length };
  }
}

function closingBrace(text: string): number {
  let depth = 0;
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '{') depth += 1;
    if (text[i] === '}') depth -= 1;
    if (depth === 0) return i;
  }
  return -1;
}

/** Splits at blanks that stand in no quotes; quotes and escapes stay, for `substitute`. */
export function splitWords(text: string, escapeChar: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === escapeChar && quote !== "'" && i + 1 < text.length) {
      word += char + text[i + 1];
      i += 1;
      continue;
    }
    if (quote === '' && /\s/.test(char)) {
      if (word) words.push(word);
      word = '';
      continue;
    }
    if (quote === char) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    word += char;
  }
  if (word) words.push(word);
  return words;
}

/** `a=1 b="2 3"`, or the old form `a the rest`, as pairs that `substitute` has not seen yet. */
export function splitPairs(text: string, escapeChar: string, at: Position): readonly (readonly [string, string])[] {
  const words = splitWords(text, escapeChar);
  const first = words[0] ?? refuseAt(at, 'a name and a value are missing.');
  if (!first.includes('=')) {
    const value = text.slice(first.length).trim();
    if (!value) refuseAt(at, `"${first}" has no value: write ${first}=value.`);
    return [[first, value]];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 1) refuseAt(at, `"${word}" is no name=value.`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}

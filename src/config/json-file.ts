import { findNodeAtLocation, type Node, type ParseError, type ParseErrorCode, parseTree } from 'jsonc-parser';
import { type Diagnostic, diagnosticAt, type SourceFile, type Span } from './diagnostic.ts';

export type JsonPath = readonly (string | number)[];

/** JSON with comments and trailing commas, and where each value stands. */
export interface JsonFile extends SourceFile {
  /** Of two equal keys the first. `undefined` when the text is not JSON. */
  readonly value: unknown;
  /** Syntax errors and repeated keys. With a syntax error `value` is a guess that nothing should be said about. */
  readonly problems: readonly Diagnostic[];
  readonly readable: boolean;
  readonly root: Node | undefined;
}

export function parseJsonFile({ path, text: given }: SourceFile): JsonFile {
  // A byte order mark would count as a character of the first line.
  const text = given.replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const file = { path, text };
  const syntax = errors
    .map(({ error, offset, length }) =>
      diagnosticAt(file, { offset, length: Math.max(length, 1) }, { message: syntaxMessages[error] ?? 'not JSON' }),
    )
    // One slip makes several errors in a row: the first of a line tells the most.
    .filter((problem, index, all) => all.findIndex(({ line }) => line === problem.line) === index);
  if (root === undefined && syntax.length === 0) {
    syntax.push(diagnosticAt(file, { offset: 0, length: 1 }, { message: 'empty: an object { … } is expected' }));
  }
  const readable = syntax.length === 0;
  const repeated: Diagnostic[] = [];
  const value = root && valueFrom(root, [], (key, keyPath) => repeated.push(repeatedKey(file, key, keyPath)));
  return { path, text, root, value: readable ? value : undefined, problems: readable ? repeated : syntax, readable };
}

/** Where the value at `path` stands; for what is missing: the bracket that opens the object it is missing from. */
export function spanOf({ root }: JsonFile, path: JsonPath): Span {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = root && findNodeAtLocation(root, [...path.slice(0, depth)]);
    if (!node) continue;
    const found = depth === path.length;
    return { offset: node.offset, length: found || node.type !== 'object' ? node.length : 1 };
  }
  return { offset: 0, length: 1 };
}

/** Where the key of the property at `path` stands. */
export function keySpanOf(file: JsonFile, path: JsonPath): Span {
  const key = file.root && findNodeAtLocation(file.root, [...path])?.parent?.children?.[0];
  return key ?? spanOf(file, path);
}

/** The value at `path` as parsed; `undefined` when there is none. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  );
}

/** `routes[0].priority`; keys that are no plain words in quotes: `environment["A-B"]`. */
export function pathText(path: JsonPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

function valueFrom(node: Node, path: JsonPath, repeat: (key: Node, path: JsonPath) => void): unknown {
  if (node.type === 'array')
    return (node.children ?? []).map((item, index) => valueFrom(item, [...path, index], repeat));
  if (node.type !== 'object') return node.value;
  const seen = new Map<string, unknown>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (!key || !value) continue;
    const name = String(key.value);
    if (seen.has(name)) repeat(key, [...path, name]);
    else seen.set(name, valueFrom(value, [...path, name], repeat));
  }
  return Object.fromEntries(seen);
}

function repeatedKey(file: SourceFile, key: Node, path: JsonPath): Diagnostic {
  return diagnosticAt(file, key, { path: pathText(path), message: 'given twice: only one of them can count' });
}

/** By `ParseErrorCode`, which is a `const enum` and so has no names at run time. */
const syntaxMessages: { readonly [code in ParseErrorCode]?: string } = {
  1: 'not JSON: something else stands here (text needs double quotes)',
  2: 'not a number',
  3: 'the name of a field is expected here, in double quotes',
  4: 'a value is expected here',
  5: 'a colon is expected here',
  6: 'a comma is expected before this',
  7: 'the closing brace } is missing',
  8: 'the closing bracket ] is missing',
  9: 'the file should end here',
  11: 'the comment does not end',
  12: 'the text does not end: a double quote is missing',
  13: 'the number does not end',
  14: 'not a Unicode escape: \\u and four hex digits',
  15: 'not an escape that JSON knows',
  16: 'a character that JSON text may not contain: write it as \\u and four hex digits',
};

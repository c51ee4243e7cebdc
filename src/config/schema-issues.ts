import type * as z from 'zod';
import { type Described, described } from './described.ts';
import { type Diagnostic, diagnosticAt } from './diagnostic.ts';
import { type JsonFile, type JsonPath, keySpanOf, pathText, spanOf, valueAt } from './json-file.ts';

type Issue = z.core.$ZodIssue;

/** What the schema has to say against a file, in words. `schema` is the one that raised the issues. */
export function schemaDiagnostics(file: JsonFile, schema: z.ZodType, issues: readonly Issue[]): Diagnostic[] {
  if (issues.length === 0) return [];
  const source = { file, described: described(schema) };
  return issues.flatMap((issue) => inWords(source, issue, []));
}

interface Source {
  readonly file: JsonFile;
  readonly described: Described;
}

function inWords(source: Source, issue: Issue, above: JsonPath): Diagnostic[] {
  const { file } = source;
  const path = [...above, ...issue.path].map((key) => (typeof key === 'number' ? key : String(key)));
  const at = (message: string) => [diagnosticAt(file, spanOf(file, path), { path: pathText(path), message })];
  const node = schemaAt(source.described, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(file, [...path, key], fieldsOf(node)));
    case 'invalid_type': {
      const value = valueAt(file.value, path);
      if (value === undefined) return [missingField(file, path, node)];
      return at(`${typeName(value)} where ${expected(node)} is expected${suchAs(node)}`);
    }
    case 'invalid_value':
      return [notAllowed(file, path, node, issue.values.map(String))];
    case 'invalid_union':
      return union(source, issue, path, node);
    case 'invalid_key':
      return [
        diagnosticAt(file, keySpanOf(file, path), {
          path: pathText(path),
          message: issue.issues[0]?.message ?? issue.message,
        }),
      ];
    case 'too_small':
    case 'too_big':
      return at(range(issue, node));
    default:
      return at(issue.message);
  }
}

function unknownField(file: JsonFile, path: JsonPath, allowed: readonly string[]): Diagnostic {
  const written = String(path.at(-1));
  return diagnosticAt(file, keySpanOf(file, path), {
    path: pathText(path),
    message: 'not a field here',
    allowed: allowed.filter((name) => name !== '$schema'),
    written,
  });
}

function missingField(file: JsonFile, path: JsonPath, node: Described | undefined): Diagnostic {
  return diagnosticAt(file, spanOf(file, path), {
    path: pathText(path),
    message: `"${String(path.at(-1))}" is missing: ${expected(node)}${suchAs(node)}`,
    missing: true,
  });
}

function notAllowed(
  file: JsonFile,
  path: JsonPath,
  node: Described | undefined,
  allowed: readonly string[],
): Diagnostic {
  const value = valueAt(file.value, path);
  const only = typeof value === 'object' && value !== null ? Object.keys(value)[0] : undefined;
  return diagnosticAt(file, spanOf(file, path), {
    path: pathText(path),
    message: `not ${node?.title ?? 'allowed'}`,
    allowed,
    // Numbers that look alike are not near.
    ...(typeof value === 'number' ? {} : { written: only ?? String(value) }),
  });
}

/**
 * What a value that fits no branch of a union was meant to be: if it has the shape of exactly one branch, that
 * branch's complaints; otherwise the names of the branches.
 */
function union(
  source: Source,
  issue: z.core.$ZodIssueInvalidUnion,
  path: JsonPath,
  node: Described | undefined,
): Diagnostic[] {
  const value = valueAt(source.file.value, path);
  if (value === undefined) return [missingField(source.file, path, node)];
  const meant = branchMeant(issue.errors, value);
  if (meant) return meant.flatMap((inner) => inWords(source, inner, path));
  return [notAllowed(source.file, path, node, branchNames(node))];
}

function branchMeant(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => !issues.some(isMismatch));
  if (fitting.length === 1) return fitting[0];
  if (typeof value !== 'object' || value === null) return undefined;
  // An object with a wrong field besides right ones: the branch that knows the most of them.
  const known = branches.map((issues) => Object.keys(value).length - unknownKeys(issues));
  const most = Math.max(...known);
  return most > 0 && known.filter((count) => count === most).length === 1 ? branches[known.indexOf(most)] : undefined;
}

function isMismatch(issue: Issue): boolean {
  const mismatches: readonly string[] = ['invalid_type', 'invalid_value', 'invalid_format', 'unrecognized_keys'];
  return issue.path.length === 0 && mismatches.includes(issue.code);
}

function unknownKeys(issues: readonly Issue[]): number {
  const own = issues.filter((issue) => issue.path.length === 0);
  if (own.some((issue) => issue.code === 'invalid_type' || issue.code === 'invalid_value')) return Infinity;
  return own.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
}

function branchNames(node: Described | undefined): string[] {
  return branchesOf(node).map((branch) => {
    if (branch.const !== undefined) return String(branch.const);
    return branch.required?.[0] ?? branch.title ?? expected(branch);
  });
}

function expected(node: Described | undefined): string {
  if (node?.title !== undefined) return node.title;
  const words = {
    string: 'text in quotes',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    array: 'a list [ … ]',
    object: 'an object { … }',
    null: 'null',
  };
  const type = typeof node?.type === 'string' ? node.type : undefined;
  return type === undefined ? 'something else' : words[type];
}

function suchAs(node: Described | undefined): string {
  const example = node?.examples?.[0];
  return example === undefined ? '' : `, such as ${JSON.stringify(example)}`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'boolean' ? String(value) : 'a number';
}

function range(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, node: Described | undefined): string {
  if (issue.origin === 'string')
    return issue.code === 'too_big' ? `longer than ${issue.maximum} characters` : issue.message;
  if (issue.origin === 'number' || issue.origin === 'int') {
    return `outside of what is allowed: ${node?.minimum ?? '…'} to ${node?.maximum ?? '…'}`;
  }
  return issue.message;
}

function fieldsOf(node: Described | undefined): string[] {
  return [...Object.keys(node?.properties ?? {}), ...branchesOf(node).flatMap(fieldsOf)];
}

function schemaAt(root: Described, path: JsonPath): Described | undefined {
  let at: Described | undefined = root;
  for (const key of path) at = at && child(at, key);
  return at;
}

function child(node: Described, key: string | number): Described | undefined {
  const direct = typeof key === 'number' ? node.items : (node.properties?.[key] ?? node.additionalProperties);
  if (typeof direct === 'object' && !Array.isArray(direct)) return direct;
  return branchesOf(node)
    .map((branch) => child(branch, key))
    .find((found) => found !== undefined);
}

const branchesOf = (node: Described | undefined): Described[] =>
  (node?.anyOf ?? []).filter((branch) => typeof branch === 'object');

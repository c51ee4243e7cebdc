import { distance } from 'fastest-levenshtein';

/** A file as it came: its path from the project's root, with `/` between names, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A part of a text. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** One problem of one file: where, what was found, what is allowed. */
export interface Diagnostic {
  /** From the project's root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The JSON path, such as `deployment.strategy`; empty for the file itself. */
  readonly path: string;
  /** What is wrong and what would be right, in one sentence. */
  readonly message: string;
  /** What stands there, as written and shortened; `null` where something is missing. */
  readonly found: string | null;
  /** The values or names that may stand there, where they can be listed. */
  readonly allowed: readonly string[];
  /** The nearest of them. */
  readonly suggestion: string | null;
  /** The line it stands on; `null` where the file is missing. */
  readonly frame: CodeFrame | null;
}

export interface CodeFrame {
  /** The whole line, tabs as one space each. */
  readonly text: string;
  /** How many characters are meant, from `column` on, on this line. */
  readonly length: number;
}

export interface Problem {
  readonly path?: string;
  readonly message: string;
  readonly allowed?: readonly string[];
  /** What was written where one of `allowed` should stand. */
  readonly written?: string;
  readonly missing?: true;
}

/** A longer list is left out of the sentence where a suggestion says more. */
const longestList = 8;

/** A problem at a place of a file. Allowed names and the nearest of them end its sentence. */
export function diagnosticAt(file: SourceFile, span: Span, problem: Problem): Diagnostic {
  const { allowed = [], written, message } = problem;
  const suggestion = written === undefined ? undefined : nearest(written, allowed);
  const before = file.text.slice(0, span.offset);
  const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  const line = file.text.slice(start).split(/\r\n|\r|\n/, 1)[0] ?? '';
  const column = span.offset - start;
  const source = file.text.slice(span.offset, span.offset + span.length);
  return {
    file: file.path,
    line: before.split(/\r\n|\r|\n/).length,
    column: column + 1,
    path: problem.path ?? '',
    message: [
      message,
      ...(allowed.length > 0 && (allowed.length <= longestList || suggestion === undefined)
        ? [`: ${allowed.join(', ')}`]
        : []),
      ...(suggestion === undefined ? [] : [`. Did you mean "${suggestion}"?`]),
    ].join(''),
    found: problem.missing ? null : shortened(source),
    allowed,
    suggestion: suggestion ?? null,
    frame: { text: line.replaceAll('\t', ' '), length: Math.max(1, Math.min(span.length, line.length - column)) },
  };
}

/** A problem of a file that is not there. */
export function missingFile(file: string, message: string): Diagnostic {
  return { file, line: 1, column: 1, path: '', message, found: null, allowed: [], suggestion: null, frame: null };
}

/** The name that was probably meant; `undefined` when none is near. */
export function nearest(written: string, names: readonly string[]): string | undefined {
  const tolerated = Math.max(2, Math.floor(written.length / 3));
  let best: { readonly name: string; readonly away: number } | undefined;
  for (const name of names) {
    const away = distance(written.toLowerCase(), name.toLowerCase());
    if (away <= tolerated && away < name.length && (best === undefined || away < best.away)) best = { name, away };
  }
  return best?.name;
}

function shortened(source: string): string {
  const flat = source.replaceAll(/\s+/g, ' ');
  return flat.length > 60 ? `${flat.slice(0, 59)}…` : flat;
}

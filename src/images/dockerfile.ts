import { ImageError, type Position, refuseAt } from './image-error.ts';

export interface Flag {
  readonly name: string;
  readonly value: string;
}

/** One instruction, continuation lines joined, flags taken off, variables not yet replaced. */
export interface Instruction extends Position {
  /** In capitals. */
  readonly name: string;
  readonly flags: readonly Flag[];
  readonly text: string;
  /** The list, where the text is a JSON list of strings. */
  readonly list: readonly string[] | undefined;
  /** A here-document follows; its body is left out. */
  readonly heredoc: boolean;
}

export interface Dockerfile {
  readonly instructions: readonly Instruction[];
  /** What continues a line and takes a character's meaning: a backslash, or a backtick by `# escape=`. */
  readonly escapeChar: string;
}

const withHeredocs = new Set(['RUN', 'COPY', 'ADD']);
const withFlags = new Set(['RUN', 'COPY', 'ADD', 'FROM', 'HEALTHCHECK']);

/**
 * Splits a Dockerfile into instructions, as "Dockerfile reference: Format" describes it. `file` is the name for messages.
 * @throws ImageError for text that is no instruction.
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escapeChar = escapeDirective(lines);
  const instructions: Instruction[] = [];
  let next = 0;
  while (next < lines.length) {
    const line = next + 1;
    const first = lines[next] ?? '';
    if (isBlankOrComment(first)) {
      next += 1;
      continue;
    }
    const joined = joinContinued(lines, next, escapeChar);
    next = joined.next;
    const instruction = parseInstruction(joined.text.trim(), { file, line });
    instructions.push(instruction);
    if (instruction.heredoc) next = afterHeredocs(lines, next, instruction);
  }
  if (instructions.length === 0) throw new ImageError(`${file} has no instructions: begin with FROM.`);
  return { instructions, escapeChar };
}

function escapeDirective(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$/.exec(line);
    if (!directive) break;
    if (directive[1]?.toLowerCase() === 'escape' && directive[2] === '`') return '`';
  }
  return '\\';
}

const isBlankOrComment = (line: string): boolean => /^\s*(#|$)/.test(line);

function joinContinued(lines: readonly string[], start: number, escapeChar: string): { text: string; next: number } {
  let text = '';
  let next = start;
  while (next < lines.length) {
    const line = lines[next] ?? '';
    next += 1;
    // Comments and blank lines inside a continued instruction are dropped, and it goes on.
    if (next > start + 1 && isBlankOrComment(line)) continue;
    const continued = withoutContinuation(line, escapeChar);
    if (continued === undefined) return { text: text + line, next };
    text += continued;
  }
  return { text, next };
}

function withoutContinuation(line: string, escapeChar: string): string | undefined {
  const trimmed = line.trimEnd();
  if (!trimmed.endsWith(escapeChar) || trimmed.endsWith(escapeChar + escapeChar)) return undefined;
  return trimmed.slice(0, -1);
}

function parseInstruction(text: string, at: Position): Instruction {
  const [, word = '', after = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  if (!/^[A-Za-z]+$/.test(word)) refuseAt(at, `"${word}" is no instruction. Is the line before it missing a "\\"?`);
  const name = word.toUpperCase();
  const flags: Flag[] = [];
  let rest = after;
  while (withFlags.has(name)) {
    const flag = /^--([a-z-]+)(?:=(\S*))?(?:\s+|$)/.exec(rest);
    if (!flag) break;
    flags.push({ name: flag[1] ?? '', value: flag[2] ?? '' });
    rest = rest.slice(flag[0].length);
  }
  const list = jsonList(rest);
  const heredoc = withHeredocs.has(name) && list === undefined && heredocNames(rest).length > 0;
  return { ...at, name, flags, text: rest, list, heredoc };
}

/** Undefined for what Docker takes for the shell form: all but a JSON list of strings, also after a bracket. */
export function jsonList(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string')) return parsed;
  } catch {
    // The shell form, then.
  }
  return undefined;
}

const heredocNames = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![<\w])<<-?(["']?)([A-Za-z_][\w.]*)\1/g)].map((found) => found[2] ?? '');

function afterHeredocs(lines: readonly string[], start: number, instruction: Instruction): number {
  let next = start;
  for (const name of heredocNames(instruction.text)) {
    while (next < lines.length && lines[next]?.replace(/^\t+/, '') !== name) next += 1;
    if (next >= lines.length) refuseAt(instruction, `the here-document <<${name} has no end.`);
    next += 1;
  }
  return next;
}

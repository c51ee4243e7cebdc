import type { Diagnostic } from './diagnostic.ts';

/**
 * What `teal validate` prints: each problem with its line of the file, and a count at the end.
 * @param fileCount how many files were looked at.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], fileCount: number): string {
  const files = new Set(diagnostics.map(({ file }) => file)).size;
  const of = `${Math.max(files, fileCount)} file${Math.max(files, fileCount) === 1 ? '' : 's'}`;
  if (diagnostics.length === 0) return `No problems in ${of}.\n`;
  const problems = `${diagnostics.length} problem${diagnostics.length === 1 ? '' : 's'}`;
  return `${diagnostics.map(renderDiagnostic).join('\n')}\n${problems} in ${files} of ${of}. Nothing was changed.\n`;
}

const gutter = 6;
/** Of a line of the file, so that the whole stays within 80 columns. */
const shown = 70;

function renderDiagnostic({ file, line, column, path, message, frame }: Diagnostic): string {
  const head = `${file}:${line}:${column}${path === '' ? '' : `  ${path}`}`;
  if (frame === null) return `${head}\n${' '.repeat(gutter)} │ ${message}`;
  const cut = windowOf(frame.text, column - 1);
  const carets = '^'.repeat(Math.max(1, Math.min(frame.length, cut.text.length - cut.offset)));
  return [
    head,
    `${String(line).padStart(gutter)} │ ${cut.text}`,
    `${' '.repeat(gutter)} │ ${' '.repeat(cut.offset)}${carets} ${message}`,
  ].join('\n');
}

/** The part of a long line around a place, and where that place is in it. */
function windowOf(text: string, offset: number): { readonly text: string; readonly offset: number } {
  if (text.length <= shown) return { text, offset };
  const start = offset < shown - 20 ? 0 : offset - 20;
  const before = start > 0 ? '…' : '';
  const after = start + shown < text.length ? '…' : '';
  return { text: `${before}${text.slice(start, start + shown)}${after}`, offset: offset - start + before.length };
}

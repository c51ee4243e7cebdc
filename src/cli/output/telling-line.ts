/** The line of a log that says most: the last of teal's own, else the last that names an error, else the last of all. */
export function tellingLine(lines: readonly string[]): string | undefined {
  const written = lines.filter((line) => line.trim() !== '');
  const saying = (pattern: RegExp): string | undefined => written.findLast((line) => pattern.test(line));
  return (
    saying(/^teal: /) ??
    saying(/^\s*(\w*(error|exception)|fatal|panic)\b/i) ??
    saying(/error|exception|fatal|panic/i) ??
    written.at(-1)
  )?.trim();
}

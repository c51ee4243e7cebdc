/** A duration as people say it: `0.4 s`, `12 s`, `3 min 10 s`, `2 h 5 min`. */
export function durationWords(durationMs: number): string {
  if (durationMs < 9_950) return `${(Math.max(0, durationMs) / 1000).toFixed(1).replace(/\.0$/, '')} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    `${big} ${bigUnit}${small > 0 ? ` ${small} ${smallUnit}` : ''}`;
  if (minutes < 60) return two(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? two(hours, 'h', minutes % 60, 'min') : two(Math.floor(hours / 24), 'days', hours % 24, 'h');
}

/** A duration in whole seconds, that grows or shrinks before one's eyes: `12 s`, `3 min 48 s`. */
export const countWords = (durationMs: number): string =>
  durationWords(Math.max(0, Math.round(durationMs / 1000)) * 1000);

/** How long ago, roughly: `4 s ago`, `4 min ago`, `3 h ago`, `2 days ago`. */
export function agoWords(sinceMs: number): string {
  const seconds = Math.max(0, Math.round(sinceMs / 1000));
  if (seconds < 1) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 48 * 3_600) return `${Math.round(seconds / 3_600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

/** `02:14`, from an hour on `1:02:14`. */
export function stopwatch(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3_600 ? rest : `${Math.floor(seconds / 3_600)}:${rest}`;
}

/** The time of day, UTC: `04:27 UTC`. */
export const timeOfDay = (at: number): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

/** `10 %`, `0.5 %`. */
export const percentWords = (value: number): string => `${Number.isInteger(value) ? value : value.toFixed(1)} %`;

/** `1 task`, `2 tasks`. */
export const counted = (count: number, what: string): string => `${groups(count)} ${what}${count === 1 ? '' : 's'}`;

/** `41,233` */
export const groups = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** The part of a deployment's id that tells it from others: its millisecond. Accepted wherever an id is. */
export const shortId = (id: string): string => id.slice(0, 10);

/** A digest that fits a line. */
export const shortDigest = (digest: string): string => (digest === '' ? '' : `${digest.slice(0, 19)}…`);

/** The last part of an ARN: `api:7`, `6a1f…`. */
export const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Breaks a text into lines of at most `width` characters, between words; further lines begin with `indent`. */
export function wrap(text: string, width = 80, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/\s*\S+/g) ?? []) {
    if (line.length + word.length > width && line.trim() !== '') {
      lines.push(line);
      line = `${indent}${word.trimStart()}`;
    } else {
      line += word;
    }
  }
  return [...lines, line].join('\n');
}

/** Cut to `width` with an ellipsis. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

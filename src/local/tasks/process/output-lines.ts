import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut into several, as Docker's log driver does. In UTF-16 units. */
const maxLine = 16_384;

/**
 * Calls `onLine` for each line of a stream; bytes that are no UTF-8 become U+FFFD. Memory is bounded: no more than
 * one line is kept. Returns the flush of a last line without an end.
 */
export function readLines(stream: Readable, onLine: (line: string) => void): () => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (rest.length > maxLine) {
      onLine(rest.slice(0, maxLine));
      rest = rest.slice(maxLine);
    }
  };
  const emit = (line: string): void => {
    for (let at = 0; at === 0 || at < line.length; at += maxLine) onLine(line.slice(at, at + maxLine));
  };
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  return () => {
    take(decoder.end());
    if (rest) emit(rest);
    rest = '';
  };
}

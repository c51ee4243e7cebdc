import { refuse } from '../../aws-error.ts';
import { sortableDecimal } from './decimal.ts';
import { bytesOf, textBytes, type Value } from './value.ts';

/**
 * One key attribute as a text whose order as a string is DynamoDB's order: strings by their UTF-8 bytes, numbers
 * by value, binary by unsigned bytes. No encoded value contains the mark that ends it, so that encoded values can
 * be put one behind the other and keep their order.
 */
export const encodeKeyValue = (value: Value): string => `${encodeKeyPrefix(value)}${end}`;

/** Without the end mark: the beginning of every value that begins with this one. */
export function encodeKeyPrefix(value: Value): string {
  if ('S' in value) return encodeBytes(textBytes(value.S));
  if ('N' in value) return sortableDecimal(value.N);
  if ('B' in value) return encodeBytes(bytesOf(value.B));
  return refuse('ValidationException', 'Member must be of type S, N or B to be part of a key');
}

/** Sorts after every text that begins with `prefix`: encoded texts have no character above U+00FF. */
export const afterPrefix = (prefix: string): string => `${prefix}\u0100`;

const end = '\u0000';

/** A character per byte; 0 and 1 are written as 1 1 and 1 2, so that 0 is free to end a value. */
function encodeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte > 1 ? String.fromCharCode(byte) : byte === 0 ? '\u0001\u0001' : '\u0001\u0002';
  return text;
}

import { compareDecimals } from '../decimal.ts';
import { bytesOf, textBytes, type Value } from '../value.ts';

/** Negative, 0 or positive; undefined where DynamoDB has no order (different types, or not S, N, B). */
export function compareValues(a: Value, b: Value): number | undefined {
  if ('S' in a && 'S' in b) return Buffer.compare(textBytes(a.S), textBytes(b.S));
  if ('N' in a && 'N' in b) return compareDecimals(a.N, b.N);
  if ('B' in a && 'B' in b) return Buffer.compare(bytesOf(a.B), bytesOf(b.B));
  return undefined;
}

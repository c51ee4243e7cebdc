import { decimalSize } from './decimal.ts';
import type { Item, Value } from './value.ts';

/** Bytes that count towards the 400 KB of an item and the 1 MB of a page. Source: DynamoDB/CapacityUnitCalculations. */
export function itemSize(item: Item): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += Buffer.byteLength(name) + valueSize(value);
  return size;
}

export const itemSizeMax = 400 * 1024;

function valueSize(value: Value): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return decimalSize(value.N);
  if ('B' in value) return binarySize(value.B);
  if ('SS' in value) return sum(value.SS.map((member) => Buffer.byteLength(member)));
  if ('NS' in value) return sum(value.NS.map(decimalSize));
  if ('BS' in value) return sum(value.BS.map(binarySize));
  if ('L' in value) return 3 + sum(value.L.map((member) => 1 + valueSize(member)));
  if ('M' in value) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

const binarySize = (base64: string): number => Buffer.byteLength(base64, 'base64');
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

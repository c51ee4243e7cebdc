import type { ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';

/**
 * Units of one read. A page of Query or Scan counts the sum of its items.
 * Source: DynamoDB/CapacityUnitCalculations.
 */
export const readUnits = (bytes: number, consistent: boolean | undefined): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

/** Units of one write: the greater of the item before and after it. */
export const writeUnits = (bytesBefore: number, bytesAfter: number): number =>
  Math.max(1, Math.ceil(Math.max(bytesBefore, bytesAfter) / 1024));

/** The member of an answer, when the request asked for it. */
export function consumed(
  asked: ReturnConsumedCapacity | undefined,
  table: string,
  units: number,
): { ConsumedCapacity?: ConsumedCapacity } {
  if (asked === 'TOTAL') return { ConsumedCapacity: { TableName: table, CapacityUnits: units } };
  if (asked === 'INDEXES') {
    return { ConsumedCapacity: { TableName: table, CapacityUnits: units, Table: { CapacityUnits: units } } };
  }
  return {};
}

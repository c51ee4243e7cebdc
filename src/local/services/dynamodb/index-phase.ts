import type { IndexRecord } from './table.ts';

/** `allocating` and `filling` are CREATING, without and with Backfilling (DynamoDB/GSI.OnlineOps). */
export type IndexPhase = 'allocating' | 'filling' | 'active' | 'deleting';

export function phaseOf({ change }: IndexRecord, now: number): IndexPhase {
  if (!change) return 'active';
  if (change.kind === 'goes') return 'deleting';
  if (now >= change.readableAt) return 'active';
  return now < change.fillsAt ? 'allocating' : 'filling';
}

import type { Random } from '../../../base/index.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { openTable, type Table, type TableRecord } from './table.ts';

/** DynamoDB in one account and region. */
export interface DynamoState {
  readonly world: World;
  readonly random: Random;
  /** By name, tables that are being deleted included. */
  readonly records: Collection<TableRecord>;
  /** Tables in use since the start: what is kept in memory beside the records. */
  readonly open: Map<string, Table>;
}

export const createDynamoState = (world: World): DynamoState => ({
  world,
  random: world.random.fork('dynamodb'),
  records: world.store.collection<TableRecord>('dynamodb/tables'),
  open: new Map(),
});

export const itemsCollection = (name: string): string => `dynamodb/items/${name}`;

/** A table's data; it is opened at its first use, which reads it once. */
export function tableOf(state: DynamoState, record: TableRecord): Table {
  const open = state.open.get(record.name);
  if (open) return open;
  const table = openTable(record, state.world.store.collection(itemsCollection(record.name)));
  state.open.set(record.name, table);
  return table;
}

/** Stores a changed record; the table's indexes are built anew when they are used next. */
export function putRecord(state: DynamoState, record: TableRecord): void {
  state.records.put(record.name, record);
  state.open.delete(record.name);
}

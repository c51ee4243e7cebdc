import type { Random } from '../../../base/index.ts';
import type { Collection } from '../../store/store.ts';
import type { World } from '../../world.ts';
import { createExpiry, type Expiry } from './expiry.ts';
import { openTable, type Table, type TableRecord } from './table.ts';
import type { Item } from './value.ts';

/** DynamoDB in one account and region. */
export interface DynamoState {
  readonly world: World;
  readonly random: Random;
  /** By name, tables that are being deleted included. */
  readonly records: Collection<TableRecord>;
  /** Tables in use since the start: what is kept in memory beside the records. */
  readonly open: Map<string, Table>;
  readonly expiry: Expiry;
}

export function createDynamoState(world: World): DynamoState {
  const state: DynamoState = {
    world,
    random: world.random.fork('dynamodb'),
    records: world.store.collection<TableRecord>('dynamodb/tables'),
    open: new Map(),
    expiry: createExpiry(world, (name) => {
      const record = state.records.get(name);
      return record && record.timeToLive !== null && record.goneAt === null ? tableOf(state, record) : undefined;
    }),
  };
  for (const [name] of state.records.entries()) state.expiry.look(name);
  return state;
}

export const itemsCollection = (name: string): string => `dynamodb/items/${name}`;

/** A table's data; it is opened at its first use, which reads it once. */
export function tableOf(state: DynamoState, record: TableRecord): Table {
  const open = state.open.get(record.name);
  if (open) return open;
  const items = state.world.store.collection<Item>(itemsCollection(record.name));
  const table = openTable(record, items, () => state.expiry.look(record.name));
  state.open.set(record.name, table);
  return table;
}

/** Without indexes whose deletion is over. */
export const withoutGone = (record: TableRecord, now: number): TableRecord => ({
  ...record,
  indexes: record.indexes.filter(({ change }) => change?.kind !== 'goes' || now < change.goneAt),
});

/** Stores a changed record; the table's indexes are built anew when they are used next. */
export function putRecord(state: DynamoState, record: TableRecord): void {
  state.records.put(record.name, withoutGone(record, state.world.clock.now()));
  state.open.delete(record.name);
  state.expiry.look(record.name);
}

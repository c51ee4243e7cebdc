import { memoryStore } from '../../store/memory-store.ts';
import type { Collection } from '../../store/store.ts';
import { itemSize } from './item-size.ts';
import { encodeKeyValue } from './key-encoding.ts';
import { primaryKeyOf, secondaryKeyOf } from './keys.ts';
import { attribute, type Item } from './value.ts';

export type KeyType = 'S' | 'N' | 'B';

/** Names of the key attributes; `range` is null where there is no sort key. */
export type KeySchema = { readonly hash: string; readonly range: string | null };

export type Projection = 'ALL' | 'KEYS_ONLY' | 'INCLUDE';

/** Instants of an index that UpdateTable makes or deletes. */
export type IndexChange =
  | { readonly kind: 'comes'; readonly fillsAt: number; readonly readableAt: number }
  | { readonly kind: 'goes'; readonly goneAt: number };

export type IndexRecord = {
  readonly name: string;
  readonly kind: 'global' | 'local';
  readonly key: KeySchema;
  readonly projection: Projection;
  /** Non-key attributes of an INCLUDE projection. */
  readonly include: readonly string[];
  /** What UpdateTable began; absent of an index that came with its table. */
  readonly change?: IndexChange;
};

export type Throughput = { readonly read: number; readonly write: number };

/** What is known of a table besides its items. Instants are milliseconds since 1970. */
export type TableRecord = {
  readonly name: string;
  readonly id: string;
  readonly createdAt: number;
  /** CREATING before, or UPDATING when `updated`. */
  readonly activeAt: number;
  readonly updated: boolean;
  /** DELETING until then; null unless deleted. */
  readonly goneAt: number | null;
  readonly attributes: { readonly [name: string]: KeyType };
  readonly key: KeySchema;
  readonly indexes: readonly IndexRecord[];
  readonly billing: 'PAY_PER_REQUEST' | 'PROVISIONED';
  readonly throughput: Throughput;
  readonly encryptedWithKms: boolean;
  /** As it was given: an ARN, an id or an alias. Absent or null: AWS's own key. */
  readonly kmsKey?: string | null;
  readonly deletionProtection: boolean;
  readonly tableClass: string | null;
  /** Since when point-in-time recovery is on; null when off. */
  readonly recoverableSince: number | null;
  readonly timeToLive: string | null;
  readonly tags: { readonly [key: string]: string };
};

/** A table's items with what is derived from them and lives in memory: secondary indexes and the size in bytes. */
export interface Table {
  readonly record: TableRecord;
  readonly items: Collection<Item>;
  /** Primary keys by the index's own key with the primary key behind it. */
  index(name: string): Collection<string>;
  sizeBytes(): number;
  /** Primary keys of items with a time to live, by that and the primary key behind it. */
  readonly expiring: Collection<string>;
  put(item: Item): void;
  /** By encoded primary key. */
  delete(key: string): void;
}

/** `onExpiring` is told when an item comes that has a time to live. */
export function openTable(record: TableRecord, items: Collection<Item>, onExpiring: () => void): Table {
  const derived = memoryStore();
  const expiring = memoryStore().collection<string>('expiring');
  let sizeBytes = 0;
  const include = (item: Item): void => {
    sizeBytes += itemSize(item);
    for (const index of record.indexes) {
      const key = secondaryKeyOf(index, record, item);
      if (key !== undefined) derived.collection<string>(index.name).put(key, primaryKeyOf(record.key, item));
    }
    const expiry = expiryKeyOf(record, item);
    if (expiry !== undefined) expiring.put(expiry, primaryKeyOf(record.key, item));
  };
  const exclude = (item: Item): void => {
    sizeBytes -= itemSize(item);
    for (const index of record.indexes) {
      const key = secondaryKeyOf(index, record, item);
      if (key !== undefined) derived.collection<string>(index.name).delete(key);
    }
    const expiry = expiryKeyOf(record, item);
    if (expiry !== undefined) expiring.delete(expiry);
  };
  for (const [, item] of items.entries()) include(item);
  return {
    record,
    items,
    index: (name) => derived.collection(name),
    sizeBytes: () => sizeBytes,
    expiring,
    put(item) {
      const key = primaryKeyOf(record.key, item);
      const old = items.get(key);
      if (old) exclude(old);
      items.put(key, item);
      include(item);
      if (expiryKeyOf(record, item) !== undefined) onExpiring();
    },
    delete(key) {
      const old = items.get(key);
      if (old) exclude(old);
      items.delete(key);
    },
  };
}

/** Of an item without a number in that attribute: undefined, and it never expires (DynamoDB/TTL). */
function expiryKeyOf({ key, timeToLive }: TableRecord, item: Item): string | undefined {
  const value = timeToLive === null ? undefined : attribute(item, timeToLive);
  return value && 'N' in value ? encodeKeyValue(value) + primaryKeyOf(key, item) : undefined;
}

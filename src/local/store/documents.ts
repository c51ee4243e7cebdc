import type { Json } from '../../base/index.ts';
import type { Collection, Store } from './store.ts';

/** A collection whose documents have a type of the SDK's shape: optional members, none of them a Date or bytes. */
export interface Documents<T> {
  get(key: string): T | undefined;
  put(key: string, document: T): void;
  delete(key: string): void;
  entries(): readonly (readonly [string, T])[];
  /** Those with `from` ≤ key < `to`, in order of keys; safe against changes during the iteration. */
  range(from: string, to: string): readonly (readonly [string, T])[];
}

/**
 * The store speaks of JSON, the SDK's types have members that may be undefined, which JSON leaves out.
 * What comes back was written by this service, so its type is known.
 */
export function documents<T extends object>(store: Store, name: string): Documents<T> {
  const collection: Collection<Json> = store.collection<Json>(name);
  return {
    get: (key) => collection.get(key) as T | undefined,
    put: (key, document) => collection.put(key, document as Json),
    delete: (key) => collection.delete(key),
    entries: () => collection.entries() as readonly (readonly [string, T])[],
    range: (from, to) => [...(collection.range(from, to) as Iterable<readonly [string, T]>)],
  };
}

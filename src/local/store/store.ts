import type { Json } from '../../base/index.ts';

/**
 * A durable sorted map of plain JSON documents. A document is replaced as a whole: never change one in place,
 * `put` a new one. Order of iteration is the order of keys as strings.
 */
export interface Collection<T extends Json> {
  get(key: string): T | undefined;
  put(key: string, document: T): void;
  delete(key: string): void;
  /** In order of keys; safe against changes during the iteration. */
  entries(): readonly (readonly [string, T])[];
  /**
   * The documents with `from` ≤ key < `to`, in order of keys or against it. Costs what it yields, not what the
   * collection holds. Lazy: change the collection after the iteration, not during it.
   */
  range(from: string, to: string, order?: 'ascending' | 'descending'): Iterable<readonly [string, T]>;
  readonly size: number;
}

export interface Store {
  /** The same name gives the same collection. Names are paths: `ecs/services`. */
  collection<T extends Json>(name: string): Collection<T>;
  /** Removes a collection and all in it. */
  drop(name: string): void;
  /** Of the collections that hold anything, in order. */
  names(): readonly string[];
}

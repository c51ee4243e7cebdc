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
  readonly size: number;
}

export interface Store {
  /** The same name gives the same collection. Names are paths: `ecs/services`. */
  collection<T extends Json>(name: string): Collection<T>;
  /** Removes a collection and all in it. */
  drop(name: string): void;
}

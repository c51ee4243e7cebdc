import type { Store } from './store.ts';

/** The part of a store whose collections begin with `prefix`. */
export function prefixedStore(store: Store, prefix: string): Store {
  return {
    collection: (name) => store.collection(prefix + name),
    drop: (name) => store.drop(prefix + name),
    names: () =>
      store
        .names()
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length)),
  };
}

import type { Json } from '../../base/index.ts';
import { SortedDocuments } from './sorted-documents.ts';
import type { Collection, Store } from './store.ts';

/** A change to a store: `document` undefined removes the key, `key` undefined the whole collection. */
export interface Change {
  readonly collection: string;
  readonly key: string | undefined;
  readonly document: Json | undefined;
}

/** The collections of a store in memory, that tells of each change once it is made. */
export interface Collections extends Store {
  /** Makes a change without telling of it. */
  apply(change: Change): void;
  /** All documents as changes that would make them. */
  contents(): readonly Change[];
}

export function createCollections(onChange: (change: Change) => void): Collections {
  const held = new Map<string, SortedDocuments>();
  const documentsOf = (name: string): SortedDocuments => {
    const known = held.get(name);
    if (known) return known;
    const made = new SortedDocuments();
    held.set(name, made);
    return made;
  };

  return {
    collection: <T extends Json>(name: string): Collection<T> => collectionOf<T>(name, documentsOf(name), onChange),
    drop(name) {
      const documents = held.get(name);
      if (!documents || documents.size === 0) return;
      documents.clear();
      onChange({ collection: name, key: undefined, document: undefined });
    },
    names: () => [...held].flatMap(([name, documents]) => (documents.size > 0 ? [name] : [])).sort(),
    apply({ collection, key, document }) {
      if (key === undefined) documentsOf(collection).clear();
      else if (document === undefined) documentsOf(collection).delete(key);
      else documentsOf(collection).put(key, document);
    },
    contents: () =>
      [...held].flatMap(([collection, documents]) =>
        documents.entries().map(([key, document]): Change => ({ collection, key, document })),
      ),
  };
}

function collectionOf<T extends Json>(
  name: string,
  documents: SortedDocuments,
  onChange: (change: Change) => void,
): Collection<T> {
  // What is in a collection was put there as a T, in this process or in one before.
  const typed = (document: Json | undefined) => document as T | undefined;
  const typedEntry = (entry: readonly [string, Json]) => entry as readonly [string, T];
  return {
    get: (key) => typed(documents.get(key)),
    put(key, document) {
      documents.put(key, document);
      onChange({ collection: name, key, document });
    },
    delete(key) {
      if (documents.delete(key)) onChange({ collection: name, key, document: undefined });
    },
    entries: () => documents.entries() as readonly (readonly [string, T])[],
    *range(from, to, order = 'ascending') {
      for (const entry of documents.range(from, to, order)) yield typedEntry(entry);
    },
    get size() {
      return documents.size;
    },
  };
}

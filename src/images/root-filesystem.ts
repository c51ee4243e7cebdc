import { posix } from 'node:path';

export type RootEntry =
  | { readonly kind: 'directory' }
  /** `source` is the absolute path of the file that holds the bytes. */
  | { readonly kind: 'file'; readonly source: string; readonly size: number; readonly executable: boolean }
  | { readonly kind: 'link'; readonly target: string };

/** The files of a stage, by absolute path in the image: what COPY brought, not what the base image has. */
export interface RootFilesystem {
  /** In order of paths. */
  entries(): readonly (readonly [string, RootEntry])[];
  get(path: string): RootEntry | undefined;
  /** Replaces what was there; folders on the way are made. A folder never replaces its content. */
  put(path: string, entry: RootEntry): void;
  /** What lies below a folder, by path relative to it. */
  below(folder: string): readonly (readonly [string, RootEntry])[];
  copy(): RootFilesystem;
}

export function createRootFilesystem(
  initial: ReadonlyMap<string, RootEntry> = new Map([['/', { kind: 'directory' }]]),
): RootFilesystem {
  const files = new Map(initial);
  const put = (path: string, entry: RootEntry): void => {
    if (path === '/') return;
    if (files.get(posix.dirname(path))?.kind !== 'directory') put(posix.dirname(path), { kind: 'directory' });
    if (entry.kind !== 'directory' && files.get(path)?.kind === 'directory') {
      for (const key of files.keys()) if (key.startsWith(`${path}/`)) files.delete(key);
    }
    files.set(path, entry);
  };
  return {
    entries: () => [...files].sort(([a], [b]) => (a < b ? -1 : 1)),
    get: (path) => files.get(path),
    put,
    below(folder) {
      const prefix = folder === '/' ? '/' : `${folder}/`;
      return [...files]
        .filter(([path]) => path.startsWith(prefix) && path !== prefix)
        .map(([path, entry]) => [path.slice(prefix.length), entry]);
    },
    copy: () => createRootFilesystem(files),
  };
}

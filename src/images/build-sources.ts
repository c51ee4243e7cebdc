import { accessSync, constants, statSync } from 'node:fs';
import { posix } from 'node:path';
import { ImageError } from './image-error.ts';
import type { RootEntry } from './root-filesystem.ts';
import type { SourceEntry, SourceTree } from './source-tree.ts';

/** What COPY reads from: the context, or its private copy after `local.build`. */
export interface BuildSources {
  readonly tree: SourceTree;
  /** Paths that `local.build` made. */
  readonly products: ReadonlySet<string>;
  /** Why a path is not in the tree, as a sentence; undefined when nothing is known. */
  readonly whyMissing: (path: string) => string | undefined;
}

/**
 * An entry of the sources as an image has it.
 * @throws ImageError for a link that leads out of the context: elsewhere it would lead to something else.
 */
export function imageEntry(sources: BuildSources, path: string, entry: SourceEntry): RootEntry {
  switch (entry.kind) {
    case 'directory':
      return entry;
    case 'file':
      return { ...entry, source: posix.join(sources.tree.folder, path) };
    case 'link': {
      const { target } = entry;
      // A Python environment links to the interpreter it was made by: interpreters are this machine's anyway.
      if (target.startsWith('/') && sources.products.has(path) && isProgram(target)) return entry;
      if (target.startsWith('/') || leadsOut(path, target)) {
        throw new ImageError(
          `${path} is a link to ${target}, which is not in the context: make it a relative link to something inside, copy the file, or leave it out by .dockerignore.`,
        );
      }
      return entry;
    }
  }
}

/** Whether a relative link leads above the folder that `path` is relative to. */
export const leadsOut = (path: string, target: string): boolean =>
  /^\.\.(\/|$)/.test(posix.join(posix.dirname(path), target));

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

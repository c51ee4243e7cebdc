import { constants, copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ignore } from './dockerignore.ts';

export type SourceEntry =
  | { readonly kind: 'directory' }
  | { readonly kind: 'file'; readonly size: number; readonly executable: boolean }
  | { readonly kind: 'link'; readonly target: string };

/** A folder as it was when it was read. Paths are relative, with slashes; the folder itself is '', and first. */
export interface SourceTree {
  /** Absolute. */
  readonly folder: string;
  readonly entries: ReadonlyMap<string, SourceEntry>;
}

/** Reads what is in a folder and not left out. Sockets, pipes and devices are no part of it. */
export async function readSourceTree(folder: string, ignore: Ignore, signal: AbortSignal): Promise<SourceTree> {
  const entries = new Map<string, SourceEntry>([['', { kind: 'directory' }]]);
  await readInto(entries, folder, '', ignore, signal);
  return { folder, entries };
}

async function readInto(
  entries: Map<string, SourceEntry>,
  folder: string,
  within: string,
  ignore: Ignore,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const found = await readdir(join(folder, within), { withFileTypes: true });
  for (const item of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = within ? `${within}/${item.name}` : item.name;
    const ignored = ignore.ruleFor(path) !== undefined;
    if (item.isDirectory()) {
      if (!ignored) entries.set(path, { kind: 'directory' });
      const before = entries.size;
      if (!ignored || ignore.hasExceptions) await readInto(entries, folder, path, ignore, signal);
      // An exception took something back: then its folder is there too.
      if (ignored && entries.size > before) entries.set(path, { kind: 'directory' });
    } else if (!ignored && item.isSymbolicLink()) {
      entries.set(path, { kind: 'link', target: await readlink(join(folder, path)) });
    } else if (!ignored && item.isFile()) {
      const { size, mode } = await lstat(join(folder, path));
      entries.set(path, { kind: 'file', size, executable: (mode & 0o111) !== 0 });
    }
  }
}

/** Copies a tree into an existing empty folder; where the file system can, without copying bytes. */
export async function copySourceTree(tree: SourceTree, to: string, signal: AbortSignal): Promise<void> {
  for (const [path, entry] of tree.entries) {
    signal.throwIfAborted();
    const target = join(to, path);
    if (entry.kind === 'link') {
      await mkdir(join(target, '..'), { recursive: true });
      await symlink(entry.target, target);
    } else if (entry.kind === 'file') {
      // Where an exception of .dockerignore took a file back, its folder is listed after it.
      await mkdir(join(target, '..'), { recursive: true });
      await copyFile(join(tree.folder, path), target, constants.COPYFILE_FICLONE);
    } else {
      await mkdir(target, { recursive: true });
    }
  }
}

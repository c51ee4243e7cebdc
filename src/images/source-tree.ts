import type { Dirent } from 'node:fs';
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
  const sorted = found.sort((a, b) => (a.name < b.name ? -1 : 1));
  const read = await Promise.all(sorted.map((item) => readEntry(join(folder, within, item.name), item)));
  for (const [index, item] of sorted.entries()) {
    const path = within ? `${within}/${item.name}` : item.name;
    const ignored = ignore.ruleFor(path) !== undefined;
    const entry = read[index];
    if (entry && !ignored) entries.set(path, entry);
    if (item.isDirectory() && (!ignored || ignore.hasExceptions)) {
      const before = entries.size;
      await readInto(entries, folder, path, ignore, signal);
      // An exception took something back: then its folder is there too.
      if (ignored && entries.size > before) entries.set(path, { kind: 'directory' });
    }
  }
}

/** Undefined for what an image cannot have. */
async function readEntry(path: string, item: Dirent): Promise<SourceEntry | undefined> {
  if (item.isDirectory()) return { kind: 'directory' };
  if (item.isSymbolicLink()) return { kind: 'link', target: await readlink(path) };
  if (!item.isFile()) return undefined;
  const { size, mode } = await lstat(path);
  return { kind: 'file', size, executable: (mode & 0o111) !== 0 };
}

/** Copies a tree into an existing empty folder; where the file system can, without copying bytes. */
export async function copySourceTree(tree: SourceTree, to: string, signal: AbortSignal): Promise<void> {
  for (const [path, entry] of tree.entries) {
    if (entry.kind === 'directory') await mkdir(join(to, path), { recursive: true });
  }
  await Promise.all(
    [...tree.entries].map(async ([path, entry]) => {
      if (entry.kind === 'link') await symlink(entry.target, join(to, path));
      if (entry.kind === 'file') await copyFile(join(tree.folder, path), join(to, path), constants.COPYFILE_FICLONE);
    }),
  );
  signal.throwIfAborted();
}

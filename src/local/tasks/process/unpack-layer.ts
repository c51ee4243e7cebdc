import { createWriteStream } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readTar, type TarEntry } from './read-tar.ts';

/**
 * Unpacks a layer into an empty folder. Nothing is written outside it: paths are checked, each parent is a folder
 * made here, and nothing is written twice or through a link.
 * @throws Error for an entry that would break this.
 */
export async function unpackLayer(layer: AsyncIterable<Uint8Array>, folder: string): Promise<void> {
  const folders = new Set(['.']);
  const others = new Set<string>();
  const writing: Promise<void>[] = [];
  const makeFolder = async (path: string): Promise<void> => {
    if (folders.has(path)) return;
    if (others.has(path)) throw new Error(`${path} is a file, and a folder too`);
    await makeFolder(posix.dirname(path));
    await mkdir(join(folder, path));
    folders.add(path);
  };
  try {
    for await (const entry of readTar(layer)) {
      const path = checkedPath(entry.path);
      if (entry.kind === 'directory') {
        await makeFolder(path);
        continue;
      }
      await makeFolder(posix.dirname(path));
      if (folders.has(path) || others.has(path)) throw new Error(`${path} comes twice`);
      others.add(path);
      const write = await writeOf(entry, path, join(folder, path));
      const written = write();
      // Its failure is thrown below, where it is awaited.
      written.catch(() => {});
      writing.push(written);
      if (writing.length >= writtenTogether) {
        await Promise.all(writing);
        writing.length = 0;
      }
    }
    await Promise.all(writing);
  } finally {
    // The caller removes the folder when this fails: nothing may be under way then.
    await Promise.allSettled(writing);
  }
}

/** Small files are written side by side, so many at a time. */
const writtenTogether = 32;

/** Bytes. Up to here a file is read whole, and written while the next one is read. */
const readWhole = 1 << 20;

/** Reads what there is of an entry, and returns how to write it; a large file has been written then. */
async function writeOf(entry: TarEntry, path: string, target: string): Promise<() => Promise<void>> {
  if (entry.kind === 'link') {
    // An absolute link (to an interpreter) is kept as it is: nothing is ever written through one.
    const outside = !entry.target.startsWith('/') && /^\.\.(\/|$)/.test(posix.join(posix.dirname(path), entry.target));
    if (outside || entry.target.includes('\0')) throw new Error(`the link ${path} leads out of the image`);
    return () => symlink(entry.target, target);
  }
  if (entry.kind !== 'file') throw new Error(`${path} is neither file, folder nor link`);
  const mode = entry.executable ? 0o755 : 0o644;
  if (entry.size > readWhole) {
    await pipeline(Readable.from(entry.body, { objectMode: false }), createWriteStream(target, { flags: 'wx', mode }));
    return async () => {};
  }
  const parts: Uint8Array[] = [];
  for await (const part of entry.body) parts.push(part);
  return () => writeFile(target, Buffer.concat(parts), { flag: 'wx', mode });
}

function checkedPath(path: string): string {
  const plain = path.replace(/\/$/, '');
  const parts = plain.split('/');
  if (!plain || plain.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new Error(`the path ${JSON.stringify(path)} is not allowed in an image`);
  }
  return plain;
}

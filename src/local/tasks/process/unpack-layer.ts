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
  const makeFolder = async (path: string): Promise<void> => {
    if (folders.has(path)) return;
    if (others.has(path)) throw new Error(`${path} is a file, and a folder too`);
    await makeFolder(posix.dirname(path));
    await mkdir(join(folder, path));
    folders.add(path);
  };
  for await (const entry of readTar(layer)) {
    const path = checkedPath(entry.path);
    if (entry.kind === 'directory') {
      await makeFolder(path);
      continue;
    }
    await makeFolder(posix.dirname(path));
    if (folders.has(path) || others.has(path)) throw new Error(`${path} comes twice`);
    others.add(path);
    await write(entry, path, join(folder, path));
  }
}

/** Bytes. Below it a file is written at once, which is faster. */
const streamedFrom = 1 << 20;

async function write(entry: TarEntry, path: string, target: string): Promise<void> {
  if (entry.kind === 'link') {
    // An absolute link (to an interpreter) is kept as it is: nothing is ever written through one.
    const outside = !entry.target.startsWith('/') && /^\.\.(\/|$)/.test(posix.join(posix.dirname(path), entry.target));
    if (outside || entry.target.includes('\0')) throw new Error(`the link ${path} leads out of the image`);
    await symlink(entry.target, target);
  } else if (entry.kind === 'file') {
    const mode = entry.executable ? 0o755 : 0o644;
    if (entry.size > streamedFrom) {
      await pipeline(
        Readable.from(entry.body, { objectMode: false }),
        createWriteStream(target, { flags: 'wx', mode }),
      );
    } else {
      const parts: Uint8Array[] = [];
      for await (const part of entry.body) parts.push(part);
      await writeFile(target, Buffer.concat(parts), { flag: 'wx', mode });
    }
  } else {
    throw new Error(`${path} is neither file, folder nor link`);
  }
}

function checkedPath(path: string): string {
  const plain = path.replace(/\/$/, '');
  const parts = plain.split('/');
  if (!plain || plain.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new Error(`the path ${JSON.stringify(path)} is not allowed in an image`);
  }
  return plain;
}

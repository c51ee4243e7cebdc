import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { tarEnd, tarHeader, tarPadding } from '../base/index.ts';
import { leadsOut } from './build-sources.ts';
import { ImageError } from './image-error.ts';
import type { RootFilesystem } from './root-filesystem.ts';

export interface Layer {
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** Writes the files of an image as a tar: sorted, without owners and times. */
export async function writeLayer(files: RootFilesystem, to: string, signal: AbortSignal): Promise<Layer> {
  const hash = createHash('sha256');
  let size = 0;
  const counted = async function* () {
    for await (const bytes of layerBytes(files)) {
      hash.update(bytes);
      size += bytes.length;
      yield bytes;
    }
  };
  await pipeline(Readable.from(counted()), createWriteStream(to), { signal });
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

async function* layerBytes(files: RootFilesystem): AsyncGenerator<Uint8Array> {
  for (const [absolute, entry] of files.entries()) {
    const path = absolute.slice(1);
    if (!path) continue;
    if (entry.kind === 'directory') {
      yield tarHeader({ path: `${path}/`, kind: 'directory', size: 0, executable: true, target: '' });
    } else if (entry.kind === 'link') {
      if (!entry.target.startsWith('/') && leadsOut(path, entry.target)) {
        throw new ImageError(
          `the link /${path} to ${entry.target} leads out of the image: copy what it means instead.`,
        );
      }
      yield tarHeader({ path, kind: 'link', size: 0, executable: true, target: entry.target });
    } else {
      yield tarHeader({ path, kind: 'file', size: entry.size, executable: entry.executable, target: '' });
      yield* fileBytes(entry.source, entry.size);
      yield tarPadding(entry.size);
    }
  }
  yield tarEnd();
}

async function* fileBytes(source: string, size: number): AsyncGenerator<Uint8Array> {
  if (size <= readWhole) {
    const bytes = await readFile(source);
    if (bytes.length !== size) throw changed(source);
    yield bytes;
    return;
  }
  let read = 0;
  for await (const chunk of createReadStream(source)) {
    read += chunk.length;
    yield chunk;
  }
  if (read !== size) throw changed(source);
}

/** Bytes. Up to here a file is read at once, which is faster. */
const readWhole = 1 << 20;

const changed = (source: string): ImageError =>
  new ImageError(`${source} changed while the image was built: build it again.`);

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageCatalog } from '../image-catalog.ts';
import { type ImageConfig, parseManifest } from './image-manifest.ts';
import { isDigest, isRepositoryName, isTag, parseReference } from './image-reference.ts';
import { readTar } from './read-tar.ts';
import { unpackLayer } from './unpack-layer.ts';

/** An upload that is not taken: an HTTP 400 with this message. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused';
}

/** What an uploaded image is to be called. */
export interface ImageName {
  /** As in ECR: lower case, `team/items-api`. */
  readonly repository: string;
  /** Moves here, if another image has it. */
  readonly tag?: string | undefined;
  /** Names the registry in the reference; us-east-1 unless given. Images are the same in all. */
  readonly region?: string | undefined;
  /** What the sender holds the digest for. */
  readonly digest?: string | undefined;
}

export interface StoredImage {
  readonly digest: string;
  readonly config: ImageConfig;
  /** Its read-only content. */
  readonly folder: string;
  /** `repository` or `repository:tag`, sorted. */
  readonly names: readonly string[];
}

/** The images that tasks can run, on disk below `<dataDir>/images`. */
export interface ImageStore extends ImageCatalog {
  /**
   * Takes an archive as `teal image build` sends it, whole or not at all.
   * @throws ImageRefused when it is damaged, not what `digest` says, or would write outside its folder.
   */
  receive(archive: AsyncIterable<Uint8Array>, name: ImageName): Promise<{ reference: string; digest: string }>;
  /** By digest, else by tag (`latest` when there is neither). The registry in the reference does not matter. */
  find(reference: string): StoredImage | undefined;
  list(): readonly StoredImage[];
  /** Tasks that run go on: each has its own copy. False when there was none. */
  remove(digest: string): Promise<boolean>;
}

interface Name {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string;
  /** Counts uploads. */
  readonly serial: number;
}

interface Held {
  readonly config: ImageConfig;
  /** Of the layer, in bytes. */
  readonly size: number;
  /** As it was sent: the digest is of these bytes. */
  readonly text: string;
}

/** Opens the store, and removes what a broken upload left. */
export async function openImageStore(options: { readonly dataDir: string }): Promise<ImageStore> {
  const folder = join(options.dataDir, 'images');
  await mkdir(folder, { recursive: true });
  const images = new Map<string, Held>();
  for (const entry of await readdir(folder)) {
    if (entry.startsWith(incoming)) await rm(join(folder, entry), { recursive: true, force: true });
    if (!/^[0-9a-f]{64}$/.test(entry)) continue;
    images.set(`sha256:${entry}`, heldOf(await readFile(join(folder, entry, 'manifest.json'), 'utf8')));
  }
  const namesFile = join(folder, 'names.json');
  let names: readonly Name[] = (await readNames(namesFile)).filter((name) => images.has(name.digest));
  const setNames = async (next: readonly Name[]): Promise<void> => {
    names = next;
    await writeFile(`${namesFile}.new`, JSON.stringify(names));
    await rename(`${namesFile}.new`, namesFile);
  };
  // Uploads arrive side by side, and are put in place one after the other.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const next = last.then(change);
    last = next.catch(() => {});
    return next;
  };
  const folderOf = (digest: string): string => join(folder, digest.slice('sha256:'.length));
  const stored = (digest: string): StoredImage | undefined => {
    const config = images.get(digest)?.config;
    const called = names.filter((name) => name.digest === digest).map(displayName);
    return config && { digest, config, folder: join(folderOf(digest), 'content'), names: [...new Set(called)].sort() };
  };

  return {
    async receive(archive, name) {
      checkName(name);
      const temporary = await mkdtemp(join(folder, incoming));
      try {
        const { held, digest } = await unpackArchive(archive, temporary);
        if (name.digest !== undefined && name.digest !== digest) {
          throw new ImageRefused(`The image is ${digest}, and not ${name.digest} as its sender says. Send it again.`);
        }
        const { repository, tag } = name;
        await inTurn(async () => {
          if (!images.has(digest)) {
            await rename(temporary, folderOf(digest));
            images.set(digest, held);
          }
          const same = (one: Name): boolean => one.repository === repository && one.tag === tag;
          // An image that loses its tag stays in its repository.
          const others = names
            .filter((one) => !same(one) || one.digest !== digest)
            .map((one) => (same(one) ? { ...one, tag: undefined } : one));
          const serial = Math.max(0, ...names.map((one) => one.serial)) + 1;
          await setNames([...others, { repository, tag, digest, serial }]);
        });
        return { reference: `${registry(name.region)}/${repository}@${digest}`, digest };
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },
    find(reference) {
      const parsed = parseReference(reference);
      if (!parsed) return undefined;
      if (parsed.digest !== undefined) return stored(parsed.digest);
      const tag = parsed.tag ?? 'latest';
      const named = names.find((name) => name.repository === parsed.repository && name.tag === tag);
      return named && stored(named.digest);
    },
    uploadedSince: (serial) =>
      names
        .filter((name) => name.serial > serial)
        .flatMap((name) => {
          const held = images.get(name.digest);
          return held ? [{ ...name, manifest: held.text, size: held.size }] : [];
        })
        .sort((a, b) => a.serial - b.serial),
    list: () => [...images.keys()].flatMap((digest) => stored(digest) ?? []),
    remove: (digest) =>
      inTurn(async () => {
        if (!images.delete(digest)) return false;
        await rm(folderOf(digest), { recursive: true, force: true });
        await setNames(names.filter((name) => name.digest !== digest));
        return true;
      }),
  };
}

const incoming = '.incoming-';

const registry = (region = 'us-east-1'): string => `000000000000.dkr.ecr.${region}.amazonaws.com`;

const displayName = (name: Name): string =>
  name.tag === undefined ? name.repository : `${name.repository}:${name.tag}`;

function checkName(name: ImageName): void {
  if (!isRepositoryName(name.repository)) {
    throw new ImageRefused(
      `"${name.repository}" is no repository name: lower-case letters, digits, and - _ . / between them.`,
    );
  }
  if (name.tag !== undefined && !isTag(name.tag)) throw new ImageRefused(`"${name.tag}" is no image tag.`);
  if (name.region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(name.region)) {
    throw new ImageRefused(`"${name.region}" is no region.`);
  }
  if (name.digest !== undefined && !isDigest(name.digest)) throw new ImageRefused(`"${name.digest}" is no digest.`);
}

async function unpackArchive(
  archive: AsyncIterable<Uint8Array>,
  folder: string,
): Promise<{ held: Held; digest: string }> {
  try {
    let held: Held | undefined;
    let wanted = '';
    let digest = '';
    let layer: { digest: string; size: number } | undefined;
    for await (const entry of readTar(archive)) {
      if (entry.path === 'manifest.json' && entry.size <= maxManifestSize) {
        const bytes = await collect(entry.body);
        held = heldOf(bytes.toString('utf8'));
        wanted = parseManifest(held.text).layer.digest;
        digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
        await writeFile(join(folder, 'manifest.json'), bytes);
      } else if (entry.path === 'layer.tar') {
        layer = await unpackAndHash(entry.body, join(folder, 'content'));
      }
    }
    if (!held || !layer) throw new Error('it has no manifest.json and layer.tar');
    if (wanted !== layer.digest) {
      throw new Error(`its layer is ${layer.digest}, its manifest says ${wanted}`);
    }
    return { held, digest };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ImageRefused(`The upload is no image of teal: ${why}. Nothing was stored.`, { cause });
  }
}

const maxManifestSize = 1 << 20;

function heldOf(text: string): Held {
  const { config, layer } = parseManifest(text);
  return { config, size: layer.size, text };
}

async function unpackAndHash(
  body: AsyncIterable<Uint8Array>,
  folder: string,
): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const chunks = body[Symbol.asyncIterator]();
  const hashed: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const next = await chunks.next();
        if (!next.done) {
          hash.update(next.value);
          size += next.value.length;
        }
        return next;
      },
    }),
  };
  await mkdir(folder);
  await unpackLayer(hashed, folder);
  for await (const _ of hashed) {
    // The digest covers the end of the archive too, which unpacking has no use for.
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

async function readNames(file: string): Promise<readonly Name[]> {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((item: unknown, index): readonly Name[] => {
    if (typeof item !== 'object' || item === null || !('repository' in item) || !('digest' in item)) return [];
    const { repository, digest } = item;
    if (typeof repository !== 'string' || typeof digest !== 'string') return [];
    const tag = 'tag' in item && typeof item.tag === 'string' ? item.tag : undefined;
    // Without one they were written before uploads were counted, in the order of the uploads.
    const serial = 'serial' in item && typeof item.serial === 'number' ? item.serial : index + 1;
    return [{ repository, tag, digest, serial }];
  });
}

import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tarEnd, tarHeader, tarPadding } from '../../../base/index.ts';
import type { ImageStore, StoredImage } from '../process/image-store.ts';
import { type Engine, type EngineAnswer, listAt, textAt } from './engine.ts';

/** An image as the engine has it. */
export interface EngineImage {
  /** What the engine calls it. */
  readonly name: string;
  readonly digest: string;
  readonly stopSignal: string;
  /** From the image's own configuration, for what the engine does not take from the image: see `ready`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string | undefined;
}

export type FoundImage =
  | { readonly kind: 'found'; readonly image: EngineImage }
  /** `reason` begins with AWS's word. */
  | { readonly kind: 'missing'; readonly reason: string };

export interface EngineImages {
  /** Makes the image of a reference ready: the runtime's own, else the engine's, else one that it can pull. */
  ready(reference: string): Promise<FoundImage>;
  /** Removes from the engine what was made of images that the runtime no longer has. */
  clear(): Promise<void>;
}

/**
 * The runtime's images are their own files alone. In an engine they are what their Dockerfile says: those files on top
 * of the base image, which the engine has or pulls. They are made there once each, under a name with their digest.
 */
export function createEngineImages(engine: Engine, store: ImageStore, owner: string): EngineImages {
  const making = new Map<string, Promise<FoundImage>>();

  const inspect = (name: string): Promise<EngineAnswer> => engine.call('GET', `/images/${name}/json`);

  /** Its description, once the engine has it. */
  const present = async (reference: string): Promise<EngineAnswer> => {
    const there = await inspect(reference);
    if (there.kind === 'done' || there.status !== 404) return there;
    const pulled = await engine.call('POST', `/images/create?fromImage=${encodeURIComponent(tagged(reference))}`);
    if (pulled.kind === 'refused') return pulled;
    const failure = textAt(pulled.body, 'errorDetail', 'message') ?? textAt(pulled.body, 'error');
    return failure === undefined ? inspect(reference) : { kind: 'refused', status: 404, message: failure };
  };

  const madeOf = async (stored: StoredImage): Promise<FoundImage> => {
    const { config, digest } = stored;
    const name = nameOf(digest);
    const image: EngineImage = { ...config, name, digest };
    if ((await inspect(name)).kind === 'done') return { kind: 'found', image };
    if (config.base !== 'scratch') {
      const base = await present(config.base);
      if (base.kind === 'refused') return { kind: 'missing', reason: cannotPull(config.base, base.message) };
    }
    const labels = encodeURIComponent(JSON.stringify({ [ownerLabel]: owner }));
    const query = `t=${encodeURIComponent(name)}&labels=${labels}&pull=0&rm=1&forcerm=1`;
    const built = await engine.call('POST', `/build?${query}`, buildContext(stored));
    if (built.kind === 'refused') return { kind: 'missing', reason: cannotPull(name, built.message) };
    if ((await inspect(name)).kind === 'done') return { kind: 'found', image };
    return { kind: 'missing', reason: cannotPull(name, textAt(built.body, 'error') ?? 'the engine did not make it') };
  };

  return {
    async ready(reference) {
      const stored = store.find(reference);
      if (stored) {
        const made = making.get(stored.digest) ?? madeOf(stored).finally(() => making.delete(stored.digest));
        making.set(stored.digest, made);
        return made;
      }
      const there = await present(reference);
      if (there.kind === 'refused') return { kind: 'missing', reason: cannotPull(reference, there.message) };
      const [own] = listAt(there.body, 'RepoDigests');
      return {
        kind: 'found',
        image: {
          name: reference,
          digest: (typeof own === 'string' ? own.split('@')[1] : undefined) ?? textAt(there.body, 'Id') ?? '',
          stopSignal: textAt(there.body, 'Config', 'StopSignal') || 'SIGTERM',
          environment: {},
          workingDirectory: undefined,
        },
      };
    },
    async clear() {
      const filters = encodeURIComponent(JSON.stringify({ label: [`${ownerLabel}=${owner}`] }));
      const found = await engine.call('GET', `/images/json?filters=${filters}`);
      if (found.kind === 'refused') return;
      const kept = new Set(store.list().map(({ digest }) => nameOf(digest)));
      for (const image of listAt(found.body)) {
        const names = listAt(image, 'RepoTags').filter((name) => typeof name === 'string');
        for (const name of names) if (!kept.has(name)) await engine.call('DELETE', `/images/${name}`);
      }
    },
  };
}

/** On all that a runtime makes in an engine: the runtime's data folder. */
export const ownerLabel = 'teal.runtime';

const nameOf = (digest: string): string => `localhost/teal-image:${digest.slice('sha256:'.length)}`;

/** Without a tag, Docker would pull all that a repository has. */
const tagged = (reference: string): string =>
  /(@sha256:|:[^/]+$)/.test(reference) ? reference : `${reference}:latest`;

/** Fargate's words, and the engine's. */
const cannotPull = (reference: string, why: string): string =>
  `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: ${why}`;

/** A Dockerfile and the image's files beside it, for the engine's classic builder: it runs nothing. */
async function* buildContext({ config, folder }: StoredImage): AsyncGenerator<Uint8Array> {
  const lines = [
    `FROM ${config.base}`,
    'COPY content/ /',
    ...(config.entryPoint ? [`ENTRYPOINT ${JSON.stringify(config.entryPoint)}`] : []),
    ...(config.command ? [`CMD ${JSON.stringify(config.command)}`] : []),
    `STOPSIGNAL ${config.stopSignal}`,
  ];
  yield* fileOf('Dockerfile', Buffer.from(`${lines.join('\n')}\n`), false);
  yield* folderOf(folder, 'content');
  yield tarEnd();
}

async function* folderOf(folder: string, path: string): AsyncGenerator<Uint8Array> {
  yield tarHeader({ path: `${path}/`, kind: 'directory', size: 0, executable: true, target: '' });
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const [from, to] = [join(folder, entry.name), `${path}/${entry.name}`];
    if (entry.isDirectory()) yield* folderOf(from, to);
    else if (entry.isSymbolicLink())
      yield tarHeader({ path: to, kind: 'link', size: 0, executable: true, target: await readlink(from) });
    else yield* fileOf(to, await readFile(from), ((await stat(from)).mode & 0o111) !== 0);
  }
}

function* fileOf(path: string, bytes: Uint8Array, executable: boolean): Generator<Uint8Array> {
  yield tarHeader({ path, kind: 'file', size: bytes.length, executable, target: '' });
  yield bytes;
  yield tarPadding(bytes.length);
}

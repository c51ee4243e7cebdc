import { createHash } from 'node:crypto';
import { type EcrState, type ImageRecord, imageKey, imageTagged, type RepositoryRecord } from './state.ts';

type Tag =
  | { readonly kind: 'free' }
  /** Another push may move it. */
  | { readonly kind: 'mutable' | 'immutable'; readonly image: ImageRecord };

export function findTag(state: EcrState, repository: RepositoryRecord, tag: string): Tag {
  const image = imageTagged(state, repository.name, tag);
  if (!image) return { kind: 'free' };
  return { kind: isImmutable(repository, tag) ? 'immutable' : 'mutable', image };
}

function isImmutable({ mutability, exclusions }: RepositoryRecord, tag: string): boolean {
  const excluded = exclusions.some((pattern) => matchesWildcard(pattern, tag));
  switch (mutability) {
    case 'MUTABLE':
      return false;
    case 'IMMUTABLE':
      return true;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !excluded;
    case 'MUTABLE_WITH_EXCLUSION':
      return excluded;
  }
}

/** `*` is any text, all else itself. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

export interface Pushed {
  readonly digest: string;
  readonly manifest: string;
  /** In bytes, with all that the manifest names. */
  readonly size: number;
  /** Moves here, if another image has it. */
  readonly tag: string | undefined;
  readonly mediaType?: string | undefined;
}

/** Keeps an image, with the tags that it has already and the new one. */
export function store(state: EcrState, repository: RepositoryRecord, pushed: Pushed): ImageRecord {
  const { digest, manifest, size, tag } = pushed;
  const { name } = repository;
  const former = tag === undefined ? undefined : imageTagged(state, name, tag);
  if (former && former.digest !== digest) {
    const left = { ...former, tags: former.tags.filter((each) => each !== tag) };
    state.images.put(imageKey(name, former.digest), left);
  }
  const known = state.images.get(imageKey(name, digest));
  const tags = known?.tags ?? [];
  const now = state.world.clock.now();
  const image: ImageRecord = {
    digest,
    manifest,
    mediaType: pushed.mediaType ?? known?.mediaType ?? defaultMediaType,
    artifactType: known?.artifactType ?? artifactTypeIn(manifest),
    size,
    pushedAt: known?.pushedAt ?? now,
    tags: tag === undefined || tags.includes(tag) ? tags : [...tags, tag],
    scannedAt: known?.scannedAt ?? (repository.scanOnPush ? now : null),
  };
  state.images.put(imageKey(name, digest), image);
  state.deleted.delete(imageKey(name, digest));
  return image;
}

const defaultMediaType = 'application/vnd.docker.distribution.manifest.v2+json';

export const digestOf = (manifest: string): string => `sha256:${createHash('sha256').update(manifest).digest('hex')}`;

interface Manifest {
  readonly mediaType?: unknown;
  readonly artifactType?: unknown;
  readonly config?: { readonly size?: unknown; readonly mediaType?: unknown };
  readonly layers?: readonly { readonly size?: unknown }[];
}

/** Undefined for what is no JSON object. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Of configuration and layers, as the manifest tells them. */
export function sizeIn({ config, layers }: Manifest): number {
  const parts = [config, ...(Array.isArray(layers) ? layers : [])];
  return parts.reduce((sum, part) => sum + (typeof part?.size === 'number' ? part.size : 0), 0);
}

function artifactTypeIn(manifest: string): string | null {
  const parsed = parseManifest(manifest);
  const type = parsed?.artifactType ?? parsed?.config?.mediaType;
  return typeof type === 'string' ? type : null;
}

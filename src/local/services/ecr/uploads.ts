import { findTag, store } from './push.ts';
import { type EcrState, imageKey, type RepositoryRecord, registryHost } from './state.ts';

/**
 * What was uploaded to the runtime since the last look counts as pushed: to a repository that is made for it where
 * there is none (as with ECR's creation on push), in every account and region, since the images are the same in all.
 * An immutable repository keeps the tags that it has.
 */
export function takeUploads(state: EcrState): void {
  const last = state.taken.get('uploads') ?? 0;
  for (const upload of state.world.images?.uploadedSince(last) ?? []) {
    const { serial, repository: name, tag, digest, manifest, size } = upload;
    const repository = state.repositories.get(name) ?? implicitRepository(state, name);
    const taken = tag !== undefined && findTag(state, repository, tag).kind === 'immutable';
    store(state, repository, { digest, manifest, size, tag: taken ? undefined : tag });
    state.taken.put('uploads', serial);
  }
}

function implicitRepository(state: EcrState, name: string): RepositoryRecord {
  const made: RepositoryRecord = {
    name,
    createdAt: state.world.clock.now(),
    mutability: 'MUTABLE',
    exclusions: [],
    scanOnPush: false,
    encryption: 'AES256',
    kmsKey: null,
    tags: {},
    policy: null,
    lifecycle: null,
    preview: null,
    implicit: true,
  };
  state.repositories.put(name, made);
  return made;
}

/**
 * What a task is to run for an image's reference: a tag's digest, where ECR knows the repository. `missing` where it
 * does not have the tag, or has deleted the digest; all else is the driver's affair.
 */
export function imageToRun(
  state: EcrState,
  reference: string,
): { readonly kind: 'as-it-is' | 'missing' } | { readonly kind: 'found'; readonly reference: string } {
  const parts = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
    reference,
  );
  const [, name, tag = 'latest', digest] = parts ?? [];
  if (name === undefined) return { kind: 'as-it-is' };
  takeUploads(state);
  const repository = state.repositories.get(name);
  if (!repository) return { kind: 'as-it-is' };
  if (digest !== undefined) {
    return { kind: state.deleted.get(imageKey(name, digest)) ? 'missing' : 'as-it-is' };
  }
  const found = findTag(state, repository, tag);
  if (found.kind === 'free') return { kind: 'missing' };
  return { kind: 'found', reference: `${registryHost(state.world)}/${name}@${found.image.digest}` };
}

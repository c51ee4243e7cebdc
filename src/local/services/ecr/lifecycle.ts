import { refuse } from '../../aws-error.ts';
import { expiring, parsePolicy } from './lifecycle-policy.ts';
import { page } from './page.ts';
import { repositoryOf } from './repository.ts';
import { deleteImage, type EcrState, imageKey, imagesOf, type Operation, type RepositoryRecord } from './state.ts';

/** Source: ECR-API/API_PutLifecyclePolicy */
export const putLifecyclePolicy: Operation<'PutLifecyclePolicy'> = (state, input) => {
  const repository = repositoryOf(state, input);
  const text = checked(input.lifecyclePolicyText);
  state.repositories.put(repository.name, { ...repository, lifecycle: { text, evaluatedAt: state.world.clock.now() } });
  watchLifecycles(state);
  return { ...of(state, repository), lifecyclePolicyText: text };
};

/** Source: ECR-API/API_GetLifecyclePolicy */
export const getLifecyclePolicy: Operation<'GetLifecyclePolicy'> = (state, input) => {
  const repository = repositoryOf(state, input);
  const { text, evaluatedAt } = repository.lifecycle ?? none(state, repository);
  return { ...of(state, repository), lifecyclePolicyText: text, lastEvaluatedAt: new Date(evaluatedAt) };
};

/** Source: ECR-API/API_DeleteLifecyclePolicy */
export const deleteLifecyclePolicy: Operation<'DeleteLifecyclePolicy'> = (state, input) => {
  const repository = repositoryOf(state, input);
  const { text, evaluatedAt } = repository.lifecycle ?? none(state, repository);
  state.repositories.put(repository.name, { ...repository, lifecycle: null });
  return { ...of(state, repository), lifecyclePolicyText: text, lastEvaluatedAt: new Date(evaluatedAt) };
};

/** Source: ECR-API/API_StartLifecyclePolicyPreview */
export const startLifecyclePolicyPreview: Operation<'StartLifecyclePolicyPreview'> = (state, input) => {
  const repository = repositoryOf(state, input);
  const text =
    input.lifecyclePolicyText === undefined
      ? (repository.lifecycle ?? none(state, repository)).text
      : checked(input.lifecyclePolicyText);
  if (repository.preview && !isComplete(state, repository.preview.startedAt)) {
    refuse(
      'LifecyclePolicyPreviewInProgressException',
      `Lifecycle policy preview is already in progress for the repository with name '${repository.name}' in the registry with id '${state.world.account}'`,
    );
  }
  const found = wouldExpire(state, repository.name, text);
  const preview = {
    text,
    startedAt: state.world.clock.now(),
    expiring: found.map(({ image: { digest, tags }, rule }) => ({ digest, tags, rule })),
  };
  state.repositories.put(repository.name, { ...repository, preview });
  return { ...of(state, repository), lifecyclePolicyText: text, status: 'IN_PROGRESS' };
};

/** Source: ECR-API/API_GetLifecyclePolicyPreview */
export const getLifecyclePolicyPreview: Operation<'GetLifecyclePolicyPreview'> = (state, input) => {
  const repository = repositoryOf(state, input);
  const { preview } = repository;
  if (!preview) {
    return refuse(
      'LifecyclePolicyPreviewNotFoundException',
      `Lifecycle policy preview does not exist for the repository with name '${repository.name}' in the registry with id '${state.world.account}'`,
    );
  }
  const told = { ...of(state, repository), lifecyclePolicyText: preview.text };
  if (!isComplete(state, preview.startedAt)) return { ...told, status: 'IN_PROGRESS' };
  const { items, nextToken } = page(preview.expiring, ({ digest }) => digest, input);
  return {
    ...told,
    status: 'COMPLETE',
    nextToken,
    previewResults: items.map(({ digest, tags, rule }) => ({
      imageDigest: digest,
      imageTags: [...tags],
      imagePushedAt: pushedAt(state, repository.name, digest),
      action: { type: 'EXPIRE' as const },
      appliedRulePriority: rule,
    })),
    summary: { expiringImageTotalCount: preview.expiring.length },
  };
};

/** Evaluates policies from time to time, as long as there are any. */
export function watchLifecycles(state: EcrState): void {
  if (state.lifecycles.watched || !state.repositories.entries().some(([, { lifecycle }]) => lifecycle)) return;
  state.lifecycles.watched = true;
  const { clock, timing } = state.world;
  clock.after(
    timing.imageLifecycle,
    () => {
      state.lifecycles.watched = false;
      applyLifecyclePolicies(state);
      watchLifecycles(state);
    },
    { unref: true },
  );
}

/** Deletes what the policies of all repositories expire now. */
function applyLifecyclePolicies(state: EcrState): void {
  for (const [name, repository] of state.repositories.entries()) {
    if (!repository.lifecycle) continue;
    const { text } = repository.lifecycle;
    const found = wouldExpire(state, name, text);
    for (const { image } of found) deleteImage(state, name, image.digest);
    // Not written at every tick: only when something came of it.
    if (found.length > 0) {
      state.repositories.put(name, { ...repository, lifecycle: { text, evaluatedAt: state.world.clock.now() } });
    }
  }
}

function wouldExpire(state: EcrState, repository: string, text: string): ReturnType<typeof expiring> {
  const rules = parsePolicy(text);
  return rules.ok ? expiring(rules.value, imagesOf(state, repository), state.world.clock.now()) : [];
}

const isComplete = ({ world }: EcrState, startedAt: number): boolean =>
  world.clock.now() - startedAt >= world.timing.pending;

function pushedAt(state: EcrState, repository: string, digest: string): Date | undefined {
  const image = state.images.get(imageKey(repository, digest));
  return image && new Date(image.pushedAt);
}

const of = ({ world }: EcrState, { name }: RepositoryRecord) => ({ registryId: world.account, repositoryName: name });

function none({ world }: EcrState, { name }: RepositoryRecord): never {
  return refuse(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${world.account}'`,
  );
}

function checked(text = ''): string {
  const parsed = parsePolicy(text);
  if (parsed.ok) return text;
  return refuse(
    'InvalidParameterException',
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${parsed.error}'`,
  );
}

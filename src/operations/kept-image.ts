import { imageDigest, registryImage, tagImage } from '../aws/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import type { Plan, ResolvedImage } from '../deployment/index.ts';
import type { Context } from './context.ts';
import type { OperationRefusal } from './refusal.ts';

/** What keeps an image: an ECR lifecycle policy expires others, and leaves `deployed-*` alone. */
export const deployedTag = (environment: string, service: string, digest: string): string =>
  `deployed-${environment}-${service}-${digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;

/** A tag of this account's ECR, resolved once to the digest that it names now. */
export async function resolveTag(
  context: Pick<Context, 'aws' | 'environment' | 'signal'>,
  reference: string,
): Promise<Result<ResolvedImage, OperationRefusal>> {
  const image = registryImage(reference, context.environment);
  if (!image) return err({ kind: 'foreign-image', reference });
  const digest = await imageDigest(context.aws, image, context.signal);
  if (!digest.ok) return err({ kind: 'call', what: `resolve ${reference}`, error: digest.error });
  if (digest.value === undefined) return err({ kind: 'no-image', reference });
  return ok({ reference: `${image.registry}/${image.repository}@${digest.value}`, digest: digest.value });
}

/**
 * Before the deployment opens: a tag on the image of a plan, so that it is still there when a task has to be replaced
 * or a rollback wants it. Images elsewhere are others' to keep.
 */
export async function keepImage(context: Context, plan: Plan): Promise<void> {
  if (plan.wish.kind !== 'register') return;
  const image = registryImage(plan.wish.definition.container.image, context.environment);
  if (!image) return;
  const tag = deployedTag(context.environment.name, plan.site.service, plan.revision.digest);
  const tagged = await tagImage(context.aws, image, tag, context.signal);
  if (!tagged.ok)
    context.note(`The image could not be tagged ${tag}: a lifecycle policy may expire it while it is in use.`);
}

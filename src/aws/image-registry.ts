import { err, ok, type Result } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';
import { type Aws, change, read } from './aws.ts';

/** An image in a registry of ECR, of the environment's account and region. */
export interface RegistryImage {
  /** `123456789012.dkr.ecr.eu-west-1.amazonaws.com` */
  readonly registry: string;
  readonly repository: string;
  readonly id: { readonly tag: string } | { readonly digest: string };
}

/**
 * Where a reference points, if that is this account's and region's ECR: its registry spelt out, or a bare `name:tag`,
 * which is resolved there. A bare name with a digest is what ECS pulls from Docker Hub. Undefined for images of others.
 */
export function registryImage(
  reference: string,
  { account, region }: { readonly account: string; readonly region: string },
): RegistryImage | undefined {
  const own = `${account}.dkr.ecr.${region}.amazonaws.com`;
  const parts = /^(?:([^/]+\.[^/]+|[^/]+:\d+|localhost)\/)?([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
    reference,
  );
  const [, given, repository, tag, digest] = parts ?? [];
  const registry = given ?? own;
  if (repository === undefined || registry !== own) return undefined;
  if (digest !== undefined && given === undefined) return undefined;
  if (digest !== undefined) return { registry, repository, id: { digest } };
  return tag === undefined ? undefined : { registry, repository, id: { tag } };
}

/** The digest of an image in ECR; undefined where there is no such image or repository. */
export async function imageDigest(
  aws: Aws,
  image: RegistryImage,
  signal: AbortSignal,
): Promise<Result<string | undefined, CallError>> {
  const { client, sdk } = await aws.clients.ecr();
  const command = () => new sdk.DescribeImagesCommand({ repositoryName: image.repository, imageIds: [imageId(image)] });
  const found = await read(aws, client, command, signal, (output) => output.imageDetails);
  if (found.ok) return ok(found.value[0]?.imageDigest);
  return isAbsent(found.error) ? ok(undefined) : found;
}

/** Puts one more tag on an image, unless it has it: lifecycle policies go by tags. */
export async function tagImage(
  aws: Aws,
  image: RegistryImage,
  tag: string,
  signal: AbortSignal,
): Promise<Result<void, CallError>> {
  const { client, sdk } = await aws.clients.ecr();
  const get = () => new sdk.BatchGetImageCommand({ repositoryName: image.repository, imageIds: [imageId(image)] });
  const found = await read(aws, client, get, signal, (output) => output.images);
  if (!found.ok) return found;
  const [there] = found.value;
  if (there?.imageManifest === undefined)
    return err({ kind: 'refused', code: 'ImageNotFound', message: `no such image in ${image.repository}` });
  const put = new sdk.PutImageCommand({
    repositoryName: image.repository,
    imageManifest: there.imageManifest,
    imageManifestMediaType: there.imageManifestMediaType,
    imageTag: tag,
  });
  const tagged = await change(aws, client, put, signal, (output) => output.image);
  if (tagged.ok || (tagged.error.kind === 'refused' && tagged.error.code === 'ImageAlreadyExistsException'))
    return ok(undefined);
  return tagged;
}

const imageId = ({ id }: RegistryImage) => ('tag' in id ? { imageTag: id.tag } : { imageDigest: id.digest });

const isAbsent = (error: CallError): boolean =>
  error.kind === 'refused' && ['ImageNotFoundException', 'RepositoryNotFoundException'].includes(error.code);

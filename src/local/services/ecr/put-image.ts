import { refuse } from '../../aws-error.ts';
import { digestOf, findTag, parseManifest, sizeIn, store } from './push.ts';
import { repositoryOf } from './repository.ts';
import { type ImageRecord, imageKey, type Operation } from './state.ts';

/** Source: ECR-API/API_PutImage. Layers are not looked for: what a task runs is uploaded to the runtime. */
export const putImage: Operation<'PutImage'> = (state, input) => {
  const repository = repositoryOf(state, input);
  const manifest = input.imageManifest ?? '';
  const parsed = parseManifest(manifest) ?? invalid('imageManifest', 'Invalid JSON syntax');
  const digest = digestOf(manifest);
  const { imageTag: tag } = input;
  if (tag !== undefined && !/^\w[\w.-]{0,299}$/.test(tag)) invalid('imageTag', 'must be a valid image tag');
  if (input.imageDigest !== undefined && input.imageDigest !== digest) {
    refuse(
      'ImageDigestDoesNotMatchException',
      `The provided image digest '${input.imageDigest}' does not match the computed digest '${digest}'`,
    );
  }
  const where = `in the repository with name '${repository.name}' in registry with id '${state.world.account}'`;
  const known = state.images.get(imageKey(repository.name, digest));
  if (known && (tag === undefined || known.tags.includes(tag))) {
    refuse(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists ${where}`,
    );
  }
  if (tag !== undefined && findTag(state, repository, tag).kind === 'immutable') {
    refuse(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the repository is immutable.`,
    );
  }
  const told = input.imageManifestMediaType ?? parsed.mediaType;
  const mediaType = typeof told === 'string' ? told : undefined;
  const image = store(state, repository, { digest, manifest, tag, mediaType, size: known?.size ?? sizeIn(parsed) });
  return { image: describeImage(state.world.account, repository.name, image, tag) };
};

/** An image with its manifest, under one of its tags. */
export const describeImage = (registryId: string, repositoryName: string, image: ImageRecord, tag?: string) => ({
  registryId,
  repositoryName,
  imageId: { imageDigest: image.digest, imageTag: tag },
  imageManifest: image.manifest,
  imageManifestMediaType: image.mediaType,
});

function invalid(parameter: string, constraint: string): never {
  return refuse(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  );
}

import type { ImageFailure, ImageIdentifier } from '@aws-sdk/client-ecr';
import { refuse } from '../../aws-error.ts';
import { findImage, idText } from './image-ids.ts';
import { page } from './page.ts';
import { describeImage } from './put-image.ts';
import { repositoryOf } from './repository.ts';
import { deleteImage, type EcrState, type ImageRecord, imageKey, imagesOf, type Operation } from './state.ts';

/** Source: ECR-API/API_BatchGetImage. What is not there is an answer, not an error. */
export const batchGetImage: Operation<'BatchGetImage'> = (state, input) => {
  const { name } = repositoryOf(state, input);
  const found = (input.imageIds ?? []).map((imageId) => ({ imageId, found: findImage(state, name, imageId) }));
  return {
    images: found.flatMap(({ imageId, found }) =>
      found.kind === 'found' ? [describeImage(state.world.account, name, found.image, imageId.imageTag)] : [],
    ),
    failures: found.flatMap(({ imageId, found }) =>
      found.kind === 'failed' ? [{ imageId, failureCode: found.code, failureReason: found.reason }] : [],
    ),
  };
};

/** Source: ECR-API/API_DescribeImages */
export const describeImages: Operation<'DescribeImages'> = (state, input) => {
  const { name } = repositoryOf(state, input);
  const { imageIds } = input;
  if (imageIds && (input.nextToken !== undefined || input.maxResults !== undefined)) {
    refuse('InvalidParameterException', 'maxResults and nextToken can not be used with imageIds');
  }
  const all = imageIds ? named(state, name, imageIds) : filtered(imagesOf(state, name), input.filter?.tagStatus);
  const { items, nextToken } = imageIds
    ? { items: all, nextToken: undefined }
    : page(all, ({ digest }) => digest, input);
  return {
    imageDetails: items.map((image) => ({
      registryId: state.world.account,
      repositoryName: name,
      imageDigest: image.digest,
      imageTags: image.tags.length > 0 ? [...image.tags] : undefined,
      imageSizeInBytes: image.size,
      imagePushedAt: new Date(image.pushedAt),
      imageManifestMediaType: image.mediaType,
      artifactMediaType: image.artifactType ?? undefined,
    })),
    nextToken,
  };
};

/** An identifier for each tag, and one for an image without any. Source: ECR-API/API_ListImages */
export const listImages: Operation<'ListImages'> = (state, input) => {
  const { name } = repositoryOf(state, input);
  const all = filtered(imagesOf(state, name), input.filter?.tagStatus).flatMap(({ digest, tags }): ImageIdentifier[] =>
    tags.length > 0 ? tags.map((imageTag) => ({ imageDigest: digest, imageTag })) : [{ imageDigest: digest }],
  );
  const { items, nextToken } = page(all, ({ imageDigest, imageTag }) => `${imageDigest}:${imageTag ?? ''}`, input);
  return { imageIds: [...items], nextToken };
};

/** By tag: takes the tag, and the image with its last one. By digest: all of it. Source: ECR-API/API_BatchDeleteImage */
export const batchDeleteImage: Operation<'BatchDeleteImage'> = (state, input) => {
  const { name } = repositoryOf(state, input);
  const deleted: ImageIdentifier[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of input.imageIds ?? []) {
    const found = findImage(state, name, imageId);
    if (found.kind === 'failed') {
      failures.push({ imageId, failureCode: found.code, failureReason: found.reason });
      continue;
    }
    const { digest, tags } = found.image;
    const gone = imageId.imageDigest === undefined ? tags.filter((tag) => tag === imageId.imageTag) : tags;
    const left = tags.filter((tag) => !gone.includes(tag));
    if (left.length > 0) state.images.put(imageKey(name, digest), { ...found.image, tags: left });
    else deleteImage(state, name, digest);
    if (gone.length === 0) deleted.push({ imageDigest: digest });
    for (const imageTag of gone) deleted.push({ imageDigest: digest, imageTag });
  }
  return { imageIds: deleted, failures };
};

function named(state: EcrState, name: string, ids: readonly ImageIdentifier[]): readonly ImageRecord[] {
  const images = ids.map((id) => {
    const found = findImage(state, name, id);
    return found.kind === 'found' ? found.image : imageNotFound(state, name, id);
  });
  return images.filter((image, index) => images.findIndex(({ digest }) => digest === image.digest) === index);
}

/** @throws AwsError ImageNotFoundException always */
export function imageNotFound(state: EcrState, name: string, id: ImageIdentifier): never {
  return refuse(
    'ImageNotFoundException',
    `The image with imageId ${idText(id)} does not exist within the repository with name '${name}' in the registry with id '${state.world.account}'`,
  );
}

const filtered = (images: readonly ImageRecord[], status: string | undefined): readonly ImageRecord[] =>
  images.filter(({ tags }) => status === undefined || status === 'ANY' || (status === 'TAGGED') === tags.length > 0);

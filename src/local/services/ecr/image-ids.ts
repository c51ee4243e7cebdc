import type { ImageIdentifier } from '@aws-sdk/client-ecr';
import { type EcrState, type ImageRecord, imageKey, imageTagged } from './state.ts';

export type ImageFound =
  | { readonly kind: 'found'; readonly image: ImageRecord }
  | {
      readonly kind: 'failed';
      readonly code: 'ImageNotFound' | 'InvalidImageDigest' | 'ImageTagDoesNotMatchDigest' | 'MissingDigestAndTag';
      readonly reason: string;
    };

/** An image by digest, by tag, or by both where they agree. Source: ECR-API/API_ImageFailure */
export function findImage(state: EcrState, repository: string, { imageDigest, imageTag }: ImageIdentifier): ImageFound {
  if (imageDigest === undefined && imageTag === undefined) {
    return failed('MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null');
  }
  if (imageDigest !== undefined && !/^[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+$/.test(imageDigest)) {
    return failed(
      'InvalidImageDigest',
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    );
  }
  const image =
    imageDigest === undefined
      ? imageTagged(state, repository, imageTag ?? '')
      : state.images.get(imageKey(repository, imageDigest));
  if (!image) return failed('ImageNotFound', 'Requested image not found');
  if (imageTag !== undefined && !image.tags.includes(imageTag)) {
    return failed('ImageTagDoesNotMatchDigest', 'The specified tag does not match the specified digest');
  }
  return { kind: 'found', image };
}

/** As AWS names it in texts. */
export const idText = ({ imageDigest, imageTag }: ImageIdentifier): string =>
  `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;

const failed = (code: (ImageFound & { kind: 'failed' })['code'], reason: string): ImageFound => ({
  kind: 'failed',
  code,
  reason,
});

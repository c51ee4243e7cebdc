import type { ImageIdentifier } from '@aws-sdk/client-ecr';
import { refuse } from '../../aws-error.ts';
import { findImage, idText } from './image-ids.ts';
import { imageNotFound } from './images.ts';
import { repositoryOf } from './repository.ts';
import { type EcrState, type ImageRecord, imageKey, type Operation } from './state.ts';

/** A waiter for a scan ends; whoever reads the answer is told why it is empty. */
const nothing = 'The local runtime looks into no image: there are no findings because nothing was searched.';

/** Source: ECR-API/API_StartImageScan */
export const startImageScan: Operation<'StartImageScan'> = (state, input) => {
  const { name } = repositoryOf(state, input);
  const image = imageOf(state, name, input.imageId ?? {});
  state.images.put(imageKey(name, image.digest), { ...image, scannedAt: state.world.clock.now() });
  return {
    registryId: state.world.account,
    repositoryName: name,
    imageId: input.imageId,
    imageScanStatus: { status: 'COMPLETE', description: nothing },
  };
};

/** Source: ECR-API/API_DescribeImageScanFindings */
export const describeImageScanFindings: Operation<'DescribeImageScanFindings'> = (state, input) => {
  const { name } = repositoryOf(state, input);
  const imageId = input.imageId ?? {};
  const image = imageOf(state, name, imageId);
  if (image.scannedAt === null) {
    return refuse(
      'ScanNotFoundException',
      `Image scan does not exist for the image with '${idText(imageId)}' in the repository with name '${name}' in the registry with id '${state.world.account}'`,
    );
  }
  return {
    registryId: state.world.account,
    repositoryName: name,
    imageId: { ...imageId, imageDigest: image.digest },
    imageScanStatus: { status: 'COMPLETE', description: nothing },
    imageScanFindings: {
      imageScanCompletedAt: new Date(image.scannedAt),
      findings: [],
      findingSeverityCounts: {},
    },
  };
};

function imageOf(state: EcrState, name: string, id: ImageIdentifier): ImageRecord {
  const found = findImage(state, name, id);
  return found.kind === 'found' ? found.image : imageNotFound(state, name, id);
}

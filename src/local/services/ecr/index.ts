import * as sdk from '@aws-sdk/client-ecr';
import type { ServiceDefinition } from '../../service.ts';
import type { World } from '../../world.ts';
import { getAuthorizationToken } from './authorization-token.ts';
import { batchDeleteImage, batchGetImage, describeImages, listImages } from './images.ts';
import {
  deleteLifecyclePolicy,
  getLifecyclePolicy,
  getLifecyclePolicyPreview,
  putLifecyclePolicy,
  startLifecyclePolicyPreview,
  watchLifecycles,
} from './lifecycle.ts';
import { putImage } from './put-image.ts';
import {
  createRepository,
  deleteRepository,
  describeRepositories,
  putImageScanningConfiguration,
  putImageTagMutability,
} from './repositories.ts';
import { deleteRepositoryPolicy, getRepositoryPolicy, setRepositoryPolicy } from './repository-policies.ts';
import { describeImageScanFindings, startImageScan } from './scans.ts';
import type { EcrState } from './state.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

export { imageToRun } from './uploads.ts';

/** Elastic Container Registry: what is known of images. Their bytes are in the runtime's image store. Source: ECR-API */
export const ecr: ServiceDefinition<EcrState> = {
  name: 'ecr',
  sdk,
  create(world) {
    const state = createEcrState(world);
    watchLifecycles(state);
    return state;
  },
  operations: {
    BatchDeleteImage: batchDeleteImage,
    BatchGetImage: batchGetImage,
    CreateRepository: createRepository,
    DeleteLifecyclePolicy: deleteLifecyclePolicy,
    DeleteRepository: deleteRepository,
    DeleteRepositoryPolicy: deleteRepositoryPolicy,
    DescribeImages: describeImages,
    DescribeImageScanFindings: describeImageScanFindings,
    DescribeRepositories: describeRepositories,
    GetAuthorizationToken: getAuthorizationToken,
    GetLifecyclePolicy: getLifecyclePolicy,
    GetLifecyclePolicyPreview: getLifecyclePolicyPreview,
    GetRepositoryPolicy: getRepositoryPolicy,
    ListImages: listImages,
    ListTagsForResource: listTagsForResource,
    PutImage: putImage,
    PutImageScanningConfiguration: putImageScanningConfiguration,
    PutImageTagMutability: putImageTagMutability,
    PutLifecyclePolicy: putLifecyclePolicy,
    SetRepositoryPolicy: setRepositoryPolicy,
    StartImageScan: startImageScan,
    StartLifecyclePolicyPreview: startLifecyclePolicyPreview,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
};

const createEcrState = (world: World): EcrState => ({
  world,
  random: world.random.fork('ecr'),
  repositories: world.store.collection('ecr/repositories'),
  images: world.store.collection('ecr/images'),
  deleted: world.store.collection('ecr/deleted'),
  taken: world.store.collection('ecr/taken'),
  lifecycles: { watched: false },
});

import * as sdk from '@aws-sdk/client-application-auto-scaling';
import type { ServiceDefinition } from '../../service.ts';
import { deregisterScalableTarget } from './deregister-scalable-target.ts';
import { describeScalableTargets } from './describe-scalable-targets.ts';
import { describeScalingActivities } from './describe-scaling-activities.ts';
import type { Neighbours } from './neighbours.ts';
import { registerScalableTarget } from './register-scalable-target.ts';
import { closeScalingState, createScalingState, type ScalingState } from './scaling-state.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

const operations = {
  DeregisterScalableTarget: deregisterScalableTarget,
  DescribeScalableTargets: describeScalableTargets,
  DescribeScalingActivities: describeScalingActivities,
  ListTagsForResource: listTagsForResource,
  RegisterScalableTarget: registerScalableTarget,
  TagResource: tagResource,
  UntagResource: untagResource,
};

/** Application Auto Scaling of ECS services. `neighbours` joins it to the other services of its world. */
export function createApplicationAutoScaling(
  neighbours: Neighbours,
): ServiceDefinition<ScalingState> & { operations: typeof operations } {
  return {
    name: 'application-autoscaling',
    sdk,
    create: (world) => createScalingState(world, neighbours),
    close: closeScalingState,
    operations,
  };
}

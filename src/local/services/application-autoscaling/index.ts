import * as sdk from '@aws-sdk/client-application-auto-scaling';
import type { ServiceDefinition } from '../../service.ts';
import { deleteScalingPolicy } from './delete-scaling-policy.ts';
import { deleteScheduledAction } from './delete-scheduled-action.ts';
import { deregisterScalableTarget } from './deregister-scalable-target.ts';
import { describeScalableTargets } from './describe-scalable-targets.ts';
import { describeScalingActivities } from './describe-scaling-activities.ts';
import { describeScalingPolicies } from './describe-scaling-policies.ts';
import { describeScheduledActions } from './describe-scheduled-actions.ts';
import type { Neighbours } from './neighbours.ts';
import { putScalingPolicy } from './put-scaling-policy.ts';
import { putScheduledAction } from './put-scheduled-action.ts';
import { registerScalableTarget } from './register-scalable-target.ts';
import { createScalingState, type ScalingService } from './scaling-state.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

const operations = {
  DeleteScalingPolicy: deleteScalingPolicy,
  DeleteScheduledAction: deleteScheduledAction,
  DeregisterScalableTarget: deregisterScalableTarget,
  DescribeScalableTargets: describeScalableTargets,
  DescribeScalingActivities: describeScalingActivities,
  DescribeScalingPolicies: describeScalingPolicies,
  DescribeScheduledActions: describeScheduledActions,
  ListTagsForResource: listTagsForResource,
  PutScalingPolicy: putScalingPolicy,
  PutScheduledAction: putScheduledAction,
  RegisterScalableTarget: registerScalableTarget,
  TagResource: tagResource,
  UntagResource: untagResource,
};

/** Application Auto Scaling of ECS services. `neighbours` joins it to the other services of its world. */
export function createApplicationAutoScaling(
  neighbours: Neighbours,
): ServiceDefinition<ScalingService> & { operations: typeof operations } {
  return {
    name: 'application-autoscaling',
    sdk,
    create: (world) => createScalingState(world, neighbours),
    close: (state) => state.close(),
    operations,
  };
}

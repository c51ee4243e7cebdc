import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import { page } from './page.ts';
import type { ScalingHandler, ScalingState, TargetDocument } from './scaling-state.ts';
import { checkFilters, ecsTarget } from './target-key.ts';

/** AAS-API/API_DescribeScalableTargets. A resource that has no target is left out without a word. */
export const describeScalableTargets: ScalingHandler<'DescribeScalableTargets'> = (state, input) => {
  const ids = input.ResourceIds ?? [];
  checkFilters(input.ServiceNamespace, input.ScalableDimension, ids, 'ResourceIds');
  const found = state.targets.entries().filter(([resourceId]) => ids.length === 0 || ids.includes(resourceId));
  const { items, next } = page(found, { ...input, query: `targets ${[...ids].sort()}`, most: 50 });
  return { ScalableTargets: items.map((target) => describe(state, target)), ...next };
};

function describe({ world }: ScalingState, target: TargetDocument): ScalableTarget {
  return {
    ...ecsTarget,
    ResourceId: target.resourceId,
    MinCapacity: target.minCapacity,
    MaxCapacity: target.maxCapacity,
    // ECS is always scaled by the service-linked role, whatever role was given.
    RoleARN: `arn:aws:iam::${world.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    CreationTime: new Date(target.createdAt),
    SuspendedState: {
      DynamicScalingInSuspended: target.suspended.in,
      DynamicScalingOutSuspended: target.suspended.out,
      ScheduledScalingSuspended: target.suspended.scheduled,
    },
    ScalableTargetARN: target.arn,
  };
}

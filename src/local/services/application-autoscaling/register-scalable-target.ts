import { refuse } from '../../aws-error.ts';
import type { ScalingHandler, ScalingState, TargetDocument } from './scaling-state.ts';
import { checkedTags } from './tags.ts';
import { partsOf, resourceIdOf } from './target-key.ts';

/** Of scalable targets in an account and region (AAS/application-auto-scaling-limits). */
const mostTargets = 3_000;

/**
 * Creates a target or changes it: what is not given stays. Either way the service is brought between the limits,
 * also when only `SuspendedState` was given (AAS-API/API_RegisterScalableTarget). Suspension does not prevent that.
 */
export const registerScalableTarget: ScalingHandler<'RegisterScalableTarget'> = (state, input) => {
  const resourceId = resourceIdOf(input);
  if (input.RoleARN !== undefined && !/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(input.RoleARN))
    invalid(`'${input.RoleARN}' is not a valid ARN`);
  const tags = input.Tags && checkedTags(input.Tags);
  const former = state.targets.get(resourceId);
  if (former && tags)
    invalid(
      'The scalable target that you tried to tag already exists. To update tags on an existing scalable target, use the TagResource API.',
    );
  const minCapacity = input.MinCapacity ?? former?.minCapacity ?? invalid('Minimum capacity must be specified');
  const maxCapacity = input.MaxCapacity ?? former?.maxCapacity ?? invalid('Maximum capacity must be specified');
  if (minCapacity < 0) invalid('Minimum capacity cannot be less than 0');
  if (maxCapacity < minCapacity) invalid('Maximum capacity cannot be less than minimum capacity');
  const { cluster, service } = partsOf(resourceId);
  if (!state.neighbours.service(state.world, cluster, service)) invalid(`ECS service doesn't exist: ${resourceId}`);
  if (!former && state.targets.size >= mostTargets)
    refuse(
      'LimitExceededException',
      `Your account can't have more than ${mostTargets} scalable targets for ECS services`,
    );

  const target: TargetDocument = {
    ...(former ?? created(state, resourceId)),
    minCapacity,
    maxCapacity,
    suspended: {
      in: input.SuspendedState?.DynamicScalingInSuspended ?? former?.suspended.in ?? false,
      out: input.SuspendedState?.DynamicScalingOutSuspended ?? former?.suspended.out ?? false,
      scheduled: input.SuspendedState?.ScheduledScalingSuspended ?? former?.suspended.scheduled ?? false,
    },
    ...(tags && { tags }),
  };
  state.targets.put(resourceId, target);
  state.bounds.enforce(resourceId);
  return { ScalableTargetARN: target.arn };
};

function created({ world, random }: ScalingState, resourceId: string) {
  const id = random.uuid();
  return {
    id,
    // `0ec5` begins the ids of ECS services' targets.
    arn: `arn:aws:application-autoscaling:${world.region}:${world.account}:scalable-target/0ec5${id.replaceAll('-', '')}`,
    resourceId,
    createdAt: world.clock.now(),
    tags: {},
    boundsPending: false,
  };
}

const invalid = (message: string): never => refuse('ValidationException', message);

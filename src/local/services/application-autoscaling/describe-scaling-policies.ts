import type { Alarm, ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import { alarmArn } from '../cloudwatch/index.ts';
import { page } from './page.ts';
import type { PolicyDocument } from './policies.ts';
import type { ScalingHandler, ScalingState } from './scaling-state.ts';
import { checkFilters, ecsTarget } from './target-key.ts';

/** AAS-API/API_DescribeScalingPolicies: at most ten at a time. */
export const describeScalingPolicies: ScalingHandler<'DescribeScalingPolicies'> = (state, input) => {
  const { PolicyNames: names = [], ResourceId: resourceId } = input;
  checkFilters(
    input.ServiceNamespace,
    input.ScalableDimension,
    resourceId === undefined ? [] : [resourceId],
    'ResourceId',
  );
  const found = state.policies
    .entries()
    .filter(([, policy]) => resourceId === undefined || policy.resourceId === resourceId)
    .filter(([, policy]) => names.length === 0 || names.includes(policy.name));
  const query = `policies ${resourceId ?? ''} ${JSON.stringify([...names].sort())}`;
  const { items, next } = page(found, { ...input, query, most: 10 });
  return { ScalingPolicies: items.map((policy) => describe(state, policy)), ...next };
};

function describe(state: ScalingState, policy: PolicyDocument): ScalingPolicy {
  const { configuration } = policy;
  return {
    ...ecsTarget,
    PolicyARN: policy.arn,
    PolicyName: policy.name,
    ResourceId: policy.resourceId,
    PolicyType: configuration.type,
    ...(configuration.type === 'StepScaling'
      ? { StepScalingPolicyConfiguration: configuration.step }
      : { TargetTrackingScalingPolicyConfiguration: configuration.tracking }),
    Alarms: alarmsOf(state, policy),
    CreationTime: new Date(policy.createdAt),
  };
}

/** A target tracking policy's own alarms, the high one first; of a step policy those that call it. */
export function alarmsOf({ neighbours, world }: ScalingState, { arn, configuration }: PolicyDocument): Alarm[] {
  const names =
    configuration.type === 'TargetTrackingScaling'
      ? [configuration.alarms.high, ...(configuration.alarms.low === null ? [] : [configuration.alarms.low])]
      : neighbours
          .cloudwatch(world)
          .alarms.all()
          .filter(({ configuration: { AlarmActions = [] } }) => AlarmActions.includes(arn))
          .map(({ name }) => name);
  return names.map((name) => ({ AlarmName: name, AlarmARN: alarmArn(world, name) }));
}

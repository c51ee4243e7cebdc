import { refuse } from '../../aws-error.ts';
import { checkConstraints, enumProblem, lengthProblem } from './constraints.ts';
import { alarmsOf } from './describe-scaling-policies.ts';
import { type PolicyConfiguration, type PolicyDocument, policyArn, policyTypes } from './policies.ts';
import { checkedStep, checkedTracking } from './policy-checks.ts';
import type { ScalingHandler, ScalingState } from './scaling-state.ts';
import { findTarget } from './target-key.ts';
import { deleteTrackingAlarms, putTrackingAlarms } from './tracking-alarms.ts';

/** Of a scalable target (AAS/application-auto-scaling-limits). */
const mostPolicies = 50;

type Input = Parameters<ScalingHandler<'PutScalingPolicy'>>[1];

/** AAS-API/API_PutScalingPolicy. Each change of a target tracking policy makes new alarms; its ARN stays. */
export const putScalingPolicy: ScalingHandler<'PutScalingPolicy'> = (state, input) => {
  const name = input.PolicyName ?? '';
  checkConstraints([
    lengthProblem('policyName', name, 1, 256),
    enumProblem('policyType', input.PolicyType, policyTypes),
  ]);
  const target = findTarget(state, input, 'registered');
  const former = state.policies.get(target.resourceId, name);
  const type = input.PolicyType ?? former?.configuration.type ?? invalid('PolicyType must be specified');
  if (former && type !== former.configuration.type)
    invalid('The policy type of an existing scaling policy can not be changed');
  if (!former && state.policies.of(target.resourceId).length >= mostPolicies)
    refuse('LimitExceededException', `A scalable target can't have more than ${mostPolicies} scaling policies`);

  const document = former ?? {
    arn: policyArn(state.world, target, name),
    name,
    resourceId: target.resourceId,
    createdAt: state.world.clock.now(),
    createdBy: state.random.uuid(),
    lastScaling: null,
  };
  const policy = { ...document, configuration: configured(state, input, document, former?.configuration) };
  if (former?.configuration.type === 'TargetTrackingScaling') deleteTrackingAlarms(state, former.configuration.alarms);
  state.policies.put(policy);
  return { PolicyARN: policy.arn, Alarms: alarmsOf(state, policy) };
};

function configured(
  state: ScalingState,
  input: Input,
  policy: Pick<PolicyDocument, 'arn' | 'name' | 'createdBy' | 'resourceId'>,
  former: PolicyConfiguration | undefined,
): PolicyConfiguration {
  const {
    StepScalingPolicyConfiguration: step,
    TargetTrackingScalingPolicyConfiguration: tracking,
    PolicyType: type = former?.type,
  } = input;
  switch (type) {
    case 'StepScaling':
      if (tracking)
        invalid('TargetTrackingScalingPolicyConfiguration can not be specified for policy type StepScaling');
      return { type, step: checkedStep(step, former?.type === type ? former.step : undefined) };
    case 'TargetTrackingScaling': {
      if (step) invalid('StepScalingPolicyConfiguration can not be specified for policy type TargetTrackingScaling');
      const checked = checkedTracking(
        tracking,
        former?.type === type ? former.tracking : undefined,
        policy.resourceId,
        state.changes.service(policy.resourceId)?.targetGroupArns ?? [],
      );
      const metric = metricIdentity(checked);
      const twin = state.policies.of(policy.resourceId).some(({ name, configuration }) => {
        return (
          name !== policy.name &&
          configuration.type === 'TargetTrackingScaling' &&
          metricIdentity(configuration.tracking) === metric
        );
      });
      if (twin) invalid('Only one TargetTrackingScaling policy for a given metric specification is allowed.');
      return { type, tracking: checked, alarms: putTrackingAlarms(state, policy, checked) };
    }
    case 'PredictiveScaling':
    case undefined:
      return invalid('The local runtime does not imitate predictive scaling.');
  }
}

const metricIdentity = (tracking: {
  readonly PredefinedMetricSpecification?: object | undefined;
  readonly CustomizedMetricSpecification?: object | undefined;
}): string => JSON.stringify([tracking.PredefinedMetricSpecification, tracking.CustomizedMetricSpecification]);

const invalid = (message: string): never => refuse('ValidationException', message);

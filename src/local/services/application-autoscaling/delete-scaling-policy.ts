import { refuse } from '../../aws-error.ts';
import type { PolicyDocument } from './policies.ts';
import type { ScalingHandler, ScalingState } from './scaling-state.ts';
import { namesOf, resourceIdOf } from './target-key.ts';
import { deleteTrackingAlarms } from './tracking-alarms.ts';

/** AAS-API/API_DeleteScalingPolicy */
export const deleteScalingPolicy: ScalingHandler<'DeleteScalingPolicy'> = (state, input) => {
  const resourceId = resourceIdOf(input);
  const policy =
    state.policies.get(resourceId, input.PolicyName ?? '') ??
    refuse(
      'ObjectNotFoundException',
      `No scaling policy found for ${namesOf(resourceId)}, policy name: ${input.PolicyName}`,
    );
  removePolicy(state, policy);
  return {};
};

/** A target tracking policy's alarms go with it; one that called a step policy stays, without that action. */
export function removePolicy(state: ScalingState, policy: PolicyDocument): void {
  state.policies.delete(policy);
  if (policy.configuration.type === 'TargetTrackingScaling') {
    deleteTrackingAlarms(state, policy.configuration.alarms);
    return;
  }
  const { alarms } = state.neighbours.cloudwatch(state.world);
  for (const alarm of alarms.all()) {
    const AlarmActions = alarm.configuration.AlarmActions?.filter((action) => action !== policy.arn);
    if (!AlarmActions || AlarmActions.length === alarm.configuration.AlarmActions?.length) continue;
    if (alarm.kind === 'metric') alarms.put({ ...alarm, configuration: { ...alarm.configuration, AlarmActions } });
    else alarms.put({ ...alarm, configuration: { ...alarm.configuration, AlarmActions } });
  }
}

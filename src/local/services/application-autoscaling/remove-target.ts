import { removePolicy } from './delete-scaling-policy.ts';
import type { ScalingState } from './scaling-state.ts';

/** With its policies and scheduled actions. */
export function removeTarget(state: ScalingState, resourceId: string): void {
  for (const policy of state.policies.of(resourceId)) removePolicy(state, policy);
  for (const action of state.scheduledActions.of(resourceId)) state.scheduledActions.delete(action);
  state.targets.delete(resourceId);
}

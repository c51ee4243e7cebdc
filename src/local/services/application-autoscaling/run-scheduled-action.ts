import type { ScalingState } from './scaling-state.ts';
import type { ScheduledActionDocument } from './scheduled-actions.ts';

/**
 * Sets the limits and brings the service between them. While scheduled scaling is suspended it does not, and does not
 * make up for it later (AAS/application-auto-scaling-suspend-resume-scaling).
 */
export function runScheduledAction(state: ScalingState, action: ScheduledActionDocument): void {
  const target = state.targets.get(action.resourceId);
  if (!target || target.suspended.scheduled) return;
  const minCapacity = action.minCapacity ?? target.minCapacity;
  const maxCapacity = action.maxCapacity ?? target.maxCapacity;
  const limits = [
    ...(action.minCapacity === null ? [] : [`min capacity to ${action.minCapacity}`]),
    ...(action.maxCapacity === null ? [] : [`max capacity to ${action.maxCapacity}`]),
  ].join(' and ');
  const activity = {
    resourceId: action.resourceId,
    description: `Setting ${limits}`,
    cause: `scheduled action name ${action.name} was triggered`,
  };
  if (minCapacity > maxCapacity) {
    state.activities.add({
      ...activity,
      endedAt: state.world.clock.now(),
      status: 'Failed',
      message: `Failed to set ${limits}. Reason: Maximum capacity cannot be less than minimum capacity`,
      desired: null,
      notScaled: null,
    });
    return;
  }
  state.targets.put(action.resourceId, { ...target, minCapacity, maxCapacity });
  state.activities.addDone({ ...activity, message: `Successfully set ${limits}` });
  state.bounds.enforce(action.resourceId);
}

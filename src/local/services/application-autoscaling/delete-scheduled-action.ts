import { refuse } from '../../aws-error.ts';
import type { ScalingHandler } from './scaling-state.ts';
import { namesOf, resourceIdOf } from './target-key.ts';

/** AAS-API/API_DeleteScheduledAction */
export const deleteScheduledAction: ScalingHandler<'DeleteScheduledAction'> = (state, input) => {
  const resourceId = resourceIdOf(input);
  const action =
    state.scheduledActions.get(resourceId, input.ScheduledActionName ?? '') ??
    refuse(
      'ObjectNotFoundException',
      `No scheduled action found for ${namesOf(resourceId)}, scheduled action name: ${input.ScheduledActionName}`,
    );
  state.scheduledActions.delete(action);
  return {};
};

import { removeTarget } from './remove-target.ts';
import type { ScalingHandler } from './scaling-state.ts';
import { findTarget } from './target-key.ts';

/** Its policies and scheduled actions go with it; the service keeps its desired count (AAS-API/API_DeregisterScalableTarget). */
export const deregisterScalableTarget: ScalingHandler<'DeregisterScalableTarget'> = (state, input) => {
  const { resourceId } = findTarget(state, input);
  removeTarget(state, resourceId);
  return {};
};

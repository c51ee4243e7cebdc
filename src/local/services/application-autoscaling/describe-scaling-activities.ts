import { describeActivity } from './activities.ts';
import { page } from './page.ts';
import type { ScalingHandler } from './scaling-state.ts';
import { checkFilters } from './target-key.ts';

/** The newest first, also of targets that are gone by now (AAS-API/API_DescribeScalingActivities). */
export const describeScalingActivities: ScalingHandler<'DescribeScalingActivities'> = (state, input) => {
  const { ResourceId: resourceId } = input;
  checkFilters(
    input.ServiceNamespace,
    input.ScalableDimension,
    resourceId === undefined ? [] : [resourceId],
    'ResourceId',
  );
  const found = state.activities
    .list(resourceId)
    .filter(([, activity]) => input.IncludeNotScaledActivities === true || activity.notScaled === null);
  const { items, next } = page(found, {
    ...input,
    query: `activities ${resourceId ?? ''}`,
    most: 50,
    order: 'descending',
  });
  return { ScalingActivities: items.map(describeActivity), ...next };
};

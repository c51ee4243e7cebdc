import type { ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import { page } from './page.ts';
import type { ScalingHandler } from './scaling-state.ts';
import type { ScheduledActionDocument } from './scheduled-actions.ts';
import { checkFilters, ecsTarget } from './target-key.ts';

/** AAS-API/API_DescribeScheduledActions */
export const describeScheduledActions: ScalingHandler<'DescribeScheduledActions'> = (state, input) => {
  const { ScheduledActionNames: names = [], ResourceId: resourceId } = input;
  checkFilters(
    input.ServiceNamespace,
    input.ScalableDimension,
    resourceId === undefined ? [] : [resourceId],
    'ResourceId',
  );
  const found = state.scheduledActions
    .entries()
    .filter(([, action]) => resourceId === undefined || action.resourceId === resourceId)
    .filter(([, action]) => names.length === 0 || names.includes(action.name));
  const query = `scheduled ${resourceId ?? ''} ${JSON.stringify([...names].sort())}`;
  const { items, next } = page(found, { ...input, query, most: 50 });
  return { ScheduledActions: items.map(describe), ...next };
};

const describe = (action: ScheduledActionDocument): ScheduledAction => ({
  ...ecsTarget,
  ScheduledActionName: action.name,
  ScheduledActionARN: action.arn,
  Schedule: action.schedule,
  ...(action.timezone !== null && { Timezone: action.timezone }),
  ResourceId: action.resourceId,
  ...(action.startTime !== null && { StartTime: new Date(action.startTime) }),
  ...(action.endTime !== null && { EndTime: new Date(action.endTime) }),
  ScalableTargetAction: {
    ...(action.minCapacity !== null && { MinCapacity: action.minCapacity }),
    ...(action.maxCapacity !== null && { MaxCapacity: action.maxCapacity }),
  },
  CreationTime: new Date(action.createdAt),
});

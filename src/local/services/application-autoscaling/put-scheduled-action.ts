import { refuse } from '../../aws-error.ts';
import { checkConstraints, lengthProblem } from './constraints.ts';
import type { ScalingHandler } from './scaling-state.ts';
import { parseSchedule } from './schedule.ts';
import type { ScheduledActionDocument } from './scheduled-actions.ts';
import { ecsTarget, findTarget } from './target-key.ts';
import { timeZone } from './time-zone.ts';

/** Of a scalable target (AAS/application-auto-scaling-limits). */
const mostActions = 200;

/** What is not given stays, but start and end time: those are deleted (AAS-API/API_PutScheduledAction). */
export const putScheduledAction: ScalingHandler<'PutScheduledAction'> = (state, input) => {
  const name = input.ScheduledActionName ?? '';
  checkConstraints([lengthProblem('scheduledActionName', name, 1, 256), nameProblem(name)]);
  const target = findTarget(state, input, 'registered');
  const former = state.scheduledActions.get(target.resourceId, name);
  const schedule = input.Schedule ?? former?.schedule ?? invalid('Schedule must be specified');
  const timezone = input.Timezone ?? former?.timezone ?? null;
  if (timezone !== null && !timeZone(timezone)) invalid(`Invalid timezone: ${timezone}`);
  if (!parseSchedule(schedule, timezone ?? 'UTC')) invalid(`Invalid schedule expression: ${schedule}`);
  const limits = input.ScalableTargetAction
    ? {
        minCapacity: input.ScalableTargetAction.MinCapacity ?? null,
        maxCapacity: input.ScalableTargetAction.MaxCapacity ?? null,
      }
    : (former ?? invalid('ScalableTargetAction must be specified'));
  checkLimits(limits);
  const startTime = input.StartTime?.getTime() ?? null;
  const endTime = input.EndTime?.getTime() ?? null;
  if (startTime !== null && endTime !== null && endTime <= startTime) invalid('EndTime must be after StartTime');
  if (!former && state.scheduledActions.of(target.resourceId).length >= mostActions)
    refuse('LimitExceededException', `A scalable target can't have more than ${mostActions} scheduled actions`);

  const { world } = state;
  const now = world.clock.now();
  state.scheduledActions.put({
    arn:
      former?.arn ??
      `arn:aws:autoscaling:${world.region}:${world.account}:scheduledAction:${target.id}:resource/${ecsTarget.ServiceNamespace}/${target.resourceId}:scheduledActionName/${name}`,
    name,
    resourceId: target.resourceId,
    schedule,
    timezone,
    startTime,
    endTime,
    minCapacity: limits.minCapacity,
    maxCapacity: limits.maxCapacity,
    createdAt: former?.createdAt ?? now,
    putAt: now,
  });
  return {};
};

function checkLimits({
  minCapacity: min,
  maxCapacity: max,
}: Pick<ScheduledActionDocument, 'minCapacity' | 'maxCapacity'>) {
  if (min === null && max === null) invalid('At least one of minimum capacity and maximum capacity must be specified');
  if ((min ?? 0) < 0 || (max ?? 0) < 0) invalid('Minimum and maximum capacity cannot be less than 0');
  if (min !== null && max !== null && max < min) invalid('Maximum capacity cannot be less than minimum capacity');
}

/** The model's pattern: no blanks around it, no control characters, no `:`, `/` or `|`. */
function nameProblem(name: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the model forbids just these
  return name === '' || !/^\s|\s$|[:/|\u0000-\u001f\u007f-\u009f]/.test(name)
    ? undefined
    : `Value '${name}' at 'scheduledActionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!((^[ ]+.*)|(.*([\\u0000-\\u001f]|[\\u007f-\\u009f]|[:/|])+.*)|(.*[ ]+$))).+`;
}

const invalid = (message: string): never => refuse('ValidationException', message);

import { refuse } from '../../../aws-error.ts';
import { alarmArn } from '../alarm-arn.ts';
import { invalid, invalidValue, oneOf, optionalText, requiredText } from '../refusals.ts';
import type { CloudWatchState, Operation } from '../state.ts';

/** CW-API/API_DeleteAlarms: names that are not there are passed over. */
export const deleteAlarms: Operation<'DeleteAlarms'> = (state, input) => {
  const names = checkedNames(input.AlarmNames);
  if (names.filter((name) => state.alarms.get(name)?.kind === 'composite').length > 1) {
    invalid('Only one composite alarm can be deleted at a time.');
  }
  for (const name of names) {
    if (state.alarms.parents(name).some((parent) => !names.includes(parent))) {
      invalid(`Cannot delete ${name} as there are composite alarm(s) depending on it.`);
    }
  }
  for (const name of names) {
    state.tags.delete(alarmArn(state.world, name));
    state.alarms.delete(name);
  }
  return {};
};

/** CW-API/API_SetAlarmState: until the next evaluation. */
export const setAlarmState: Operation<'SetAlarmState'> = (state, input) => {
  const name = requiredText(input.AlarmName, 'alarmName', 255);
  const value = oneOf(input.StateValue ?? '', 'stateValue', ['OK', 'ALARM', 'INSUFFICIENT_DATA']);
  const reason = input.StateReason ?? '';
  if (reason.length > 1023) optionalText(reason, 'stateReason', 1023);
  const data = optionalText(input.StateReasonData, 'stateReasonData', 4000) ?? null;
  if (data !== null && !isJson(data)) {
    return refuse('InvalidFormatFault', 'StateReasonData is not valid JSON.');
  }
  if (!state.alarms.get(name)) return refuse('ResourceNotFound', `Alarm ${name} does not exist.`, 404);
  state.alarms.setState(name, value, reason, data);
  return {};
};

/** CW-API/API_EnableAlarmActions */
export const enableAlarmActions: Operation<'EnableAlarmActions'> = (state, input) => {
  switchActions(state, input.AlarmNames, true);
  return {};
};

/** CW-API/API_DisableAlarmActions */
export const disableAlarmActions: Operation<'DisableAlarmActions'> = (state, input) => {
  switchActions(state, input.AlarmNames, false);
  return {};
};

function switchActions(state: CloudWatchState, names: readonly string[] | undefined, enabled: boolean): void {
  for (const name of checkedNames(names)) {
    const alarm = state.alarms.get(name);
    if (!alarm || alarm.configuration.ActionsEnabled === enabled) continue;
    const configuredAt = state.world.clock.now();
    state.alarms.put(
      alarm.kind === 'metric'
        ? { ...alarm, configuredAt, configuration: { ...alarm.configuration, ActionsEnabled: enabled } }
        : { ...alarm, configuredAt, configuration: { ...alarm.configuration, ActionsEnabled: enabled } },
    );
  }
}

function checkedNames(names: readonly string[] | undefined): readonly string[] {
  const given = names ?? invalid('The parameter AlarmNames is required.');
  if (given.length > 100) return invalidValue('The collection AlarmNames must not have a size greater than 100.');
  return given.map((name) => requiredText(name, 'alarmNames', 255));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

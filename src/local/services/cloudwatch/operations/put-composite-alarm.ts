import { alarmArn } from '../alarm-arn.ts';
import { type CompositeAlarmRecord, initialState, stored } from '../alarm-record.ts';
import { alarmsIn, parseAlarmRule, RuleError } from '../alarm-rule.ts';
import { checkedActions } from '../check-actions.ts';
import { invalid, requiredText } from '../refusals.ts';
import type { CloudWatchState, Operation } from '../state.ts';
import { tagNew } from './tags.ts';

/** CW-API/API_PutCompositeAlarm: its state follows its rule at once. Suppressors of actions are kept, and suppress nothing. */
export const putCompositeAlarm: Operation<'PutCompositeAlarm'> = (state, input) => {
  const { Tags, ...configuration } = input;
  const name = requiredText(input.AlarmName, 'alarmName', 255);
  const text = requiredText(input.AlarmRule, 'alarmRule', 10_240);
  checkedActions(input);
  checkRule(state, text);
  const known = state.alarms.get(name);
  if (known?.kind === 'metric') invalid(`An alarm of another type has the name ${name}.`);
  const now = state.world.clock.now();
  if (!known) tagNew(state, alarmArn(state.world, name), Tags);
  const alarm: CompositeAlarmRecord = {
    kind: 'composite',
    name,
    configuration: stored({ ...configuration, ActionsEnabled: configuration.ActionsEnabled ?? true }),
    configuredAt: now,
    state: known?.state ?? initialState(now),
  };
  state.alarms.put(alarm);
  return {};
};

function checkRule(state: CloudWatchState, text: string): void {
  try {
    const children = alarmsIn(parseAlarmRule(text));
    const absent = children.filter((child) => !state.alarms.get(child));
    if (absent.length > 0) {
      invalid(`Could not save the composite alarm as alarms [${absent.join(', ')}] in the alarm rule do not exist.`);
    }
    if (children.length > 100) invalid('A composite alarm can have at most 100 alarms in its rule.');
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    invalid(`AlarmRule must not contain syntax errors: ${error.message}.`);
  }
}

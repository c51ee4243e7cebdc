import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { World } from '../../../world.ts';
import { alarmArn } from '../alarm-arn.ts';
import type { AlarmRecord, CompositeAlarmRecord, MetricAlarmRecord } from '../alarm-record.ts';
import { pageOf } from '../page.ts';
import { invalidCombination, invalidValue, oneOf, optionalText, within } from '../refusals.ts';
import type { CloudWatchState, Operation } from '../state.ts';

/**
 * CW-API/API_DescribeAlarms. Composite alarms come only when they are asked for; names that are not there are passed
 * over in silence.
 */
export const describeAlarms: Operation<'DescribeAlarms'> = (state, input) => {
  const { AlarmNames: names, AlarmNamePrefix: prefix, ActionPrefix: action, StateValue: value } = input;
  if (names !== undefined && names.length > 100) {
    return invalidValue('The collection AlarmNames must not have a size greater than 100.');
  }
  if (names !== undefined && names.length > 0 && prefix !== undefined) {
    return invalidCombination('AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.');
  }
  optionalText(prefix, 'alarmNamePrefix', 255);
  if (value !== undefined) oneOf(value, 'stateValue', ['OK', 'ALARM', 'INSUFFICIENT_DATA']);
  const types = (input.AlarmTypes ?? []).map((type) =>
    oneOf(type, 'alarmTypes', ['CompositeAlarm', 'MetricAlarm', 'LogAlarm']),
  );
  const limit = within(input.MaxRecords ?? 50, 'maxRecords', 1, 100);
  const wanted: readonly string[] = types.length === 0 ? ['MetricAlarm'] : types;
  const family = relativesOf(state, input.ChildrenOfAlarmName, input.ParentsOfAlarmName);
  const found = state.alarms
    .all()
    .filter((alarm) => family?.has(alarm.name) ?? wanted.includes(typeOf(alarm)))
    .filter(({ name }) => names === undefined || names.length === 0 || names.includes(name))
    .filter(({ name }) => name.startsWith(prefix ?? ''))
    .filter((alarm) => value === undefined || alarm.state.value === value)
    .filter((alarm) => action === undefined || hasAction(alarm, action));
  const { page, ...more } = pageOf(found, ({ name }) => name, limit, input.NextToken);
  return {
    MetricAlarms: page.flatMap((alarm) => (alarm.kind === 'metric' ? describeMetricAlarm(state.world, alarm) : [])),
    CompositeAlarms: page.flatMap((alarm) => (alarm.kind === 'composite' ? describeComposite(state.world, alarm) : [])),
    ...more,
  };
};

export function describeMetricAlarm(world: World, alarm: MetricAlarmRecord): MetricAlarm {
  return {
    ...copied<MetricAlarm>({ ...listsOf(alarm), Dimensions: [], ...alarm.configuration }),
    ...stateOf(world, alarm),
  };
}

function describeComposite(world: World, alarm: CompositeAlarmRecord): CompositeAlarm {
  return { ...copied<CompositeAlarm>({ ...listsOf(alarm), ...alarm.configuration }), ...stateOf(world, alarm) };
}

function stateOf(world: World, { name, state, configuredAt }: AlarmRecord) {
  return {
    AlarmArn: alarmArn(world, name),
    AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData === null ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.updatedAt),
    StateTransitionedTimestamp: new Date(state.transitionedAt),
  };
}

/** Lists that are empty are told as such. */
const listsOf = (_alarm: AlarmRecord) => ({ OKActions: [], AlarmActions: [], InsufficientDataActions: [] });

/** What is stored has the SDK's shape but for being read-only. */
const copied = <T>(value: unknown): T => structuredClone(value) as T;

const typeOf = (alarm: AlarmRecord): 'MetricAlarm' | 'CompositeAlarm' =>
  alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';

const hasAction = ({ configuration }: AlarmRecord, prefix: string): boolean =>
  [configuration.AlarmActions, configuration.OKActions, configuration.InsufficientDataActions].some((actions) =>
    actions?.some((action) => action.startsWith(prefix)),
  );

/** The alarms that a composite one names, or the composite ones that name an alarm; undefined when not asked for. */
function relativesOf(
  { alarms }: CloudWatchState,
  childrenOf: string | undefined,
  parentsOf: string | undefined,
): ReadonlySet<string> | undefined {
  if (childrenOf !== undefined && parentsOf !== undefined) {
    return invalidCombination('ChildrenOfAlarmName and ParentsOfAlarmName are mutually exclusive.');
  }
  if (childrenOf !== undefined) return new Set(alarms.children(childrenOf));
  return parentsOf === undefined ? undefined : new Set(alarms.parents(parentsOf));
}

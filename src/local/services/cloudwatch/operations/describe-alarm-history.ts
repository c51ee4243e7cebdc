import { pageOf } from '../page.ts';
import { invalidValue, oneOf, optionalText, within } from '../refusals.ts';
import type { Operation } from '../state.ts';

const types = [
  'ConfigurationUpdate',
  'StateUpdate',
  'Action',
  'AlarmContributorStateUpdate',
  'AlarmContributorAction',
] as const;

/** CW-API/API_DescribeAlarmHistory: the newest first, unless told; of alarms that are gone, too. */
export const describeAlarmHistory: Operation<'DescribeAlarmHistory'> = (state, input) => {
  const name = optionalText(input.AlarmName, 'alarmName', 255);
  const kinds = (input.AlarmTypes ?? []).map((type) =>
    oneOf(type, 'alarmTypes', ['CompositeAlarm', 'MetricAlarm', 'LogAlarm']),
  );
  const type = input.HistoryItemType === undefined ? undefined : oneOf(input.HistoryItemType, 'historyItemType', types);
  const limit = within(input.MaxRecords ?? 100, 'maxRecords', 1, 100);
  const [from, to] = [input.StartDate?.getTime() ?? 0, input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY];
  if (from > to) return invalidValue('The parameter StartDate must be less than the parameter EndDate.');
  const order = oneOf(input.ScanBy ?? 'TimestampDescending', 'scanBy', ['TimestampDescending', 'TimestampAscending']);
  const wanted: readonly string[] = kinds.length === 0 ? ['MetricAlarm'] : kinds;
  const found = state.alarms.history
    .all()
    .filter(([, item]) => name === undefined || item.alarm === name)
    .filter(([, item]) => wanted.includes(item.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'))
    .filter(([, item]) => type === undefined || item.type === type)
    .filter(([, { at }]) => at >= from && at <= to);
  const ordered = found.map((item, index) => ({ item, place: order === 'TimestampDescending' ? -index : index }));
  ordered.sort((a, b) => a.place - b.place);
  const keyOf = ({ item: [key] }: (typeof ordered)[number]): string =>
    order === 'TimestampDescending' ? reversed(key) : key;
  const { page, ...more } = pageOf(ordered, keyOf, limit, input.NextToken);
  return {
    AlarmHistoryItems: page.map(({ item: [, { alarm, kind, at, type: HistoryItemType, summary, data }] }) => ({
      AlarmName: alarm,
      AlarmType: kind === 'metric' ? ('MetricAlarm' as const) : ('CompositeAlarm' as const),
      Timestamp: new Date(at),
      HistoryItemType,
      HistorySummary: summary,
      HistoryData: data,
    })),
    ...more,
  };
};

/** Sorts the other way round: each digit becomes its complement. */
const reversed = (key: string): string => key.replace(/\d/g, (digit) => String(9 - Number(digit)));

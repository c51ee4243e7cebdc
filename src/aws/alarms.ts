import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { ok } from '../base/index.ts';
import type { AlarmReading, Alarms } from '../deployment/index.ts';
import { type Aws, read } from './aws.ts';

/** DescribeAlarms takes this many names, and answers with so many where it is told (CW-API/API_DescribeAlarms). */
const alarmsPerCall = 100;

/** CloudWatch's alarms by name, metric and composite. Those that do not exist are absent from the answer. */
export function cloudWatchAlarms(aws: Aws): Alarms {
  return {
    async read(names, signal) {
      const { client, sdk } = await aws.clients.cloudwatch();
      const found: AlarmReading[] = [];
      for (let from = 0; from < names.length; from += alarmsPerCall) {
        const command = () =>
          new sdk.DescribeAlarmsCommand({
            AlarmNames: names.slice(from, from + alarmsPerCall),
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            MaxRecords: alarmsPerCall,
          });
        const page = await read(aws, client, command, signal, (output) => output.MetricAlarms && output);
        if (!page.ok) return page;
        found.push(...[...(page.value.MetricAlarms ?? []), ...(page.value.CompositeAlarms ?? [])].map(toReading));
      }
      return ok(found);
    },
  };
}

const toReading = (alarm: MetricAlarm | CompositeAlarm): AlarmReading => ({
  name: alarm.AlarmName ?? '',
  state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
  reason: alarm.StateReason ?? '',
  since: alarm.StateUpdatedTimestamp?.toISOString() ?? '',
});

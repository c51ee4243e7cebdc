import * as sdk from '@aws-sdk/client-cloudwatch';
import type { ServiceDefinition } from '../../service.ts';
import { deleteAlarms, disableAlarmActions, enableAlarmActions, setAlarmState } from './operations/change-alarms.ts';
import { describeAlarms } from './operations/describe-alarms.ts';
import { putMetricAlarm } from './operations/put-metric-alarm.ts';
import { putMetricData } from './operations/put-metric-data.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';
import { type CloudWatchState, createCloudWatchState } from './state.ts';

export type { AlarmChange, AlarmNotice, AlarmWatch } from './alarm-watch.ts';
export { storeMetricAlarm } from './operations/put-metric-alarm.ts';
export { alarmArn, type CloudWatchState } from './state.ts';

/**
 * Amazon CloudWatch: metrics and alarms. Dashboards, anomaly detection, Metrics Insights and streams are not imitated.
 * Source: CW-API
 */
export const cloudwatch: ServiceDefinition<CloudWatchState> = {
  name: 'monitoring',
  sdk,
  create: createCloudWatchState,
  close(state) {
    state.alarms.close();
    state.data.close();
  },
  operations: {
    DeleteAlarms: deleteAlarms,
    DescribeAlarms: describeAlarms,
    DisableAlarmActions: disableAlarmActions,
    EnableAlarmActions: enableAlarmActions,
    ListTagsForResource: listTagsForResource,
    PutMetricAlarm: putMetricAlarm,
    PutMetricData: putMetricData,
    SetAlarmState: setAlarmState,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
};

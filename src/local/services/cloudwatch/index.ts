import * as sdk from '@aws-sdk/client-cloudwatch';
import type { ServiceDefinition } from '../../service.ts';
import { deleteAlarms, disableAlarmActions, enableAlarmActions, setAlarmState } from './operations/change-alarms.ts';
import { describeAlarmHistory } from './operations/describe-alarm-history.ts';
import { describeAlarms } from './operations/describe-alarms.ts';
import { describeAlarmsForMetric } from './operations/describe-alarms-for-metric.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { getMetricStatistics } from './operations/get-metric-statistics.ts';
import { listMetrics } from './operations/list-metrics.ts';
import { putCompositeAlarm } from './operations/put-composite-alarm.ts';
import { putMetricAlarm } from './operations/put-metric-alarm.ts';
import { putMetricData } from './operations/put-metric-data.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';
import { type CloudWatchState, createCloudWatchState, type Source } from './state.ts';

export { alarmArn } from './alarm-arn.ts';
export type { AlarmNotice } from './alarm-watch.ts';
export { measureLoadBalancers } from './load-balancer-metrics.ts';
export { putMetricAlarm, storeMetricAlarm } from './operations/put-metric-alarm.ts';
export type { CloudWatchState } from './state.ts';
export { measureTasks } from './task-metrics.ts';
export { watchedAlarm } from './watched-alarm.ts';

/**
 * Amazon CloudWatch: metrics and alarms. Dashboards, anomaly detection, Metrics Insights and streams are not imitated.
 * Source: CW-API
 */
export const createCloudWatch = (sources: readonly Source[]): ServiceDefinition<CloudWatchState> => ({
  name: 'monitoring',
  sdk,
  create: (world) => createCloudWatchState(world, sources),
  watchesOthers: true,
  close(state) {
    state.alarms.close();
    state.data.close();
  },
  operations: {
    DeleteAlarms: deleteAlarms,
    DescribeAlarmHistory: describeAlarmHistory,
    DescribeAlarmsForMetric: describeAlarmsForMetric,
    GetMetricData: getMetricData,
    GetMetricStatistics: getMetricStatistics,
    ListMetrics: listMetrics,
    DescribeAlarms: describeAlarms,
    DisableAlarmActions: disableAlarmActions,
    EnableAlarmActions: enableAlarmActions,
    ListTagsForResource: listTagsForResource,
    PutCompositeAlarm: putCompositeAlarm,
    PutMetricAlarm: putMetricAlarm,
    PutMetricData: putMetricData,
    SetAlarmState: setAlarmState,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
});

import type {
  CustomizedMetricSpecification,
  PredefinedMetricSpecification,
  TargetTrackingMetricDataQuery,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { Dimension, MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { AwsError, refuse } from '../../aws-error.ts';
import { putMetricAlarm, storeMetricAlarm } from '../cloudwatch/index.ts';
import { ownAction, type PolicyDocument } from './policies.ts';
import type { ScalingState } from './scaling-state.ts';
import { partsOf } from './target-key.ts';
import { lowThreshold, trackingPeriods } from './target-tracking.ts';

/** CloudWatch's, for the metrics of target tracking (ECS-DG/service-autoscaling-targettracking). */
const awsPeriod = 60;

/**
 * Makes the two alarms of a target tracking policy, under new names at each change of the policy. Where CloudWatch
 * refuses what a customized metric says, so does PutScalingPolicy.
 */
export function putTrackingAlarms(
  state: ScalingState,
  policy: Pick<PolicyDocument, 'arn' | 'createdBy' | 'resourceId'>,
  tracking: TargetTrackingScalingPolicyConfiguration,
): { readonly high: string; readonly low: string | null } {
  const cloudwatch = state.neighbours.cloudwatch(state.world);
  const put = (kind: 'AlarmHigh' | 'AlarmLow'): string => {
    const name = `TargetTracking-${policy.resourceId}-${kind}-${state.random.uuid()}`;
    const alarmOf = (period: number) => alarm(policy, name, kind, tracking, period);
    try {
      putMetricAlarm(cloudwatch, alarmOf(awsPeriod), { requestId: '', host: '' });
    } catch (error) {
      if (error instanceof AwsError) refuse('FailedResourceAccessException', error.message);
      throw error;
    }
    const period = periodOf(state, tracking);
    if (period !== awsPeriod) storeMetricAlarm(cloudwatch, alarmOf(period));
    return name;
  };
  const high = put('AlarmHigh');
  return { high, low: tracking.DisableScaleIn === true ? null : put('AlarmLow') };
}

export function deleteTrackingAlarms(state: ScalingState, alarms: { high: string; low: string | null }): void {
  const { alarms: watch } = state.neighbours.cloudwatch(state.world);
  watch.delete(alarms.high);
  if (alarms.low !== null) watch.delete(alarms.low);
}

/** What a period adds up counts for a minute in the target's value, however long the timing's periods are. */
export const perMinute = (tracking: TargetTrackingScalingPolicyConfiguration, periodSeconds: number): number =>
  addsUp(tracking) ? awsPeriod / periodSeconds : 1;

/** In seconds: AWS's own metrics come at the timing's rhythm, a user's own are theirs. */
export function periodOf({ world }: ScalingState, tracking: TargetTrackingScalingPolicyConfiguration): number {
  const custom = tracking.CustomizedMetricSpecification;
  const namespaces = custom?.Metrics
    ? custom.Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric?.Namespace ?? [])
    : [custom?.Namespace ?? 'AWS/ECS'];
  return namespaces.every((namespace) => namespace.startsWith('AWS/')) ? world.timing.metricPeriod / 1000 : awsPeriod;
}

function alarm(
  policy: Pick<PolicyDocument, 'arn' | 'createdBy' | 'resourceId'>,
  name: string,
  kind: 'AlarmHigh' | 'AlarmLow',
  tracking: TargetTrackingScalingPolicyConfiguration,
  period: number,
): PutMetricAlarmInput {
  const action = ownAction(policy);
  const target = (tracking.TargetValue ?? 0) / perMinute(tracking, period);
  return {
    AlarmName: name,
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${action}.`,
    ActionsEnabled: true,
    AlarmActions: [action],
    ...(kind === 'AlarmHigh'
      ? {
          ComparisonOperator: 'GreaterThanThreshold',
          EvaluationPeriods: trackingPeriods.high,
          Threshold: target,
        }
      : {
          ComparisonOperator: 'LessThanThreshold',
          EvaluationPeriods: trackingPeriods.low,
          Threshold: lowThreshold(target),
        }),
    ...metricOf(policy.resourceId, tracking, period),
  };
}

function metricOf(
  resourceId: string,
  {
    PredefinedMetricSpecification: predefined,
    CustomizedMetricSpecification: custom,
  }: TargetTrackingScalingPolicyConfiguration,
  period: number,
): Partial<PutMetricAlarmInput> {
  if (custom?.Metrics) return { Metrics: custom.Metrics.map((query) => queryOf(query, period)) };
  if (custom) return { ...customMetric(custom), Period: period };
  return { ...predefinedMetric(resourceId, predefined), Period: period };
}

function predefinedMetric(
  resourceId: string,
  predefined: PredefinedMetricSpecification | undefined,
): Partial<PutMetricAlarmInput> {
  const label = albLabel(predefined?.ResourceLabel);
  if (label)
    return {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCountPerTarget',
      Statistic: 'Sum',
      Dimensions: [
        { Name: 'LoadBalancer', Value: label.loadBalancer },
        { Name: 'TargetGroup', Value: label.targetGroup },
      ],
    };
  const { cluster, service } = partsOf(resourceId);
  const memory = predefined?.PredefinedMetricType === 'ECSServiceAverageMemoryUtilization';
  return {
    Namespace: 'AWS/ECS',
    MetricName: memory ? 'MemoryUtilization' : 'CPUUtilization',
    Statistic: 'Average',
    Unit: 'Percent',
    Dimensions: [
      { Name: 'ClusterName', Value: cluster },
      { Name: 'ServiceName', Value: service },
    ],
  };
}

function customMetric(custom: CustomizedMetricSpecification): Partial<PutMetricAlarmInput> {
  const { Namespace, MetricName, Statistic, Unit, Dimensions = [] } = custom;
  return {
    Namespace,
    MetricName,
    Statistic,
    Dimensions: dimensionsOf(Dimensions),
    // A text of the user's; CloudWatch says what units there are.
    ...(Unit !== undefined && { Unit: Unit as PutMetricAlarmInput['Unit'] }),
  };
}

function queryOf(query: TargetTrackingMetricDataQuery, period: number): MetricDataQuery {
  const { Id, Label, Expression, MetricStat, ReturnData = true } = query;
  const { Metric, Stat, Unit } = MetricStat ?? {};
  return {
    Id,
    ...(Label !== undefined && { Label }),
    ReturnData,
    ...(Expression !== undefined && { Expression, Period: period }),
    ...(MetricStat && {
      MetricStat: {
        Metric: {
          Namespace: Metric?.Namespace,
          MetricName: Metric?.MetricName,
          Dimensions: dimensionsOf(Metric?.Dimensions ?? []),
        },
        Stat,
        Period: period,
        ...(Unit !== undefined && { Unit: Unit as PutMetricAlarmInput['Unit'] }),
      },
    }),
  };
}

const dimensionsOf = (
  dimensions: readonly { readonly Name: string | undefined; readonly Value: string | undefined }[],
): Dimension[] => dimensions.map(({ Name, Value }) => ({ Name, Value }));

/** Whether the metric's value grows with the period. */
function addsUp({
  PredefinedMetricSpecification: predefined,
  CustomizedMetricSpecification: custom,
}: TargetTrackingScalingPolicyConfiguration): boolean {
  if (predefined) return predefined.PredefinedMetricType === 'ALBRequestCountPerTarget';
  return custom?.Statistic === 'Sum' || custom?.Statistic === 'SampleCount';
}

/** `app/<balancer>/<id>/targetgroup/<group>/<id>` */
export function albLabel(
  label: string | undefined,
): { readonly loadBalancer: string; readonly targetGroup: string } | undefined {
  const found = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label ?? '');
  return found ? { loadBalancer: found[1] ?? '', targetGroup: found[2] ?? '' } : undefined;
}

import type {
  CustomizedMetricSpecification,
  PredefinedMetricSpecification,
  StepAdjustment,
  StepScalingPolicyConfiguration,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { refuse } from '../../aws-error.ts';
import { ecsTarget } from './target-key.ts';
import { albLabel } from './tracking-alarms.ts';

/** Of a step policy (AAS/application-auto-scaling-limits). */
const mostSteps = 20;

/** What is left out of an update stays as it was (AAS-API/API_PutScalingPolicy). */
export function checkedStep(
  given: StepScalingPolicyConfiguration | undefined,
  former: StepScalingPolicyConfiguration | undefined,
): StepScalingPolicyConfiguration {
  if (!given) return former ?? invalid('StepScalingPolicyConfiguration must be specified');
  const AdjustmentType = given.AdjustmentType ?? former?.AdjustmentType ?? invalid('AdjustmentType must be specified');
  const StepAdjustments = given.StepAdjustments ?? former?.StepAdjustments ?? [];
  if ((given.Cooldown ?? 0) < 0) invalid('Cooldown must be greater than or equal to 0');
  const least = given.MinAdjustmentMagnitude;
  if (least !== undefined && AdjustmentType !== 'PercentChangeInCapacity')
    invalid('MinAdjustmentMagnitude can only be specified for adjustment type PercentChangeInCapacity');
  if (least !== undefined && least < 1) invalid('MinAdjustmentMagnitude must be greater than 0');
  if (StepAdjustments.length === 0) invalid('At least one step adjustment must be specified');
  if (StepAdjustments.length > mostSteps)
    refuse('LimitExceededException', `A step scaling policy can't have more than ${mostSteps} step adjustments`);
  if (AdjustmentType === 'ExactCapacity' && StepAdjustments.some((step) => (step.ScalingAdjustment ?? 0) < 0))
    invalid('ScalingAdjustment must be a non-negative value for adjustment type ExactCapacity');
  checkIntervals(StepAdjustments);
  return { ...given, AdjustmentType, StepAdjustments };
}

/** AAS/step-scaling-policy-overview: no overlap and no gap, and what reaches beyond 0 must be open at its end. */
function checkIntervals(steps: readonly StepAdjustment[]): void {
  const intervals = steps
    .map((step) => {
      if (step.MetricIntervalLowerBound === undefined && step.MetricIntervalUpperBound === undefined)
        invalid('At least one of MetricIntervalLowerBound and MetricIntervalUpperBound must be specified');
      return {
        lower: step.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY,
        upper: step.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY,
      };
    })
    .sort((a, b) => a.lower - b.lower);
  for (const [index, { lower, upper }] of intervals.entries()) {
    if (upper <= lower) invalid('MetricIntervalUpperBound must be greater than MetricIntervalLowerBound');
    const before = intervals[index - 1];
    if (before && before.upper > lower) invalid('StepAdjustment intervals can not overlap');
    if (before && before.upper < lower) invalid('StepAdjustment intervals can not have gaps between them');
  }
  const lowest = intervals[0]?.lower ?? 0;
  const highest = intervals[intervals.length - 1]?.upper ?? 0;
  if (lowest < 0 && lowest !== Number.NEGATIVE_INFINITY)
    invalid('There must be a step adjustment with a null lower bound when one has a negative lower bound');
  if (highest > 0 && highest !== Number.POSITIVE_INFINITY)
    invalid('There must be a step adjustment with a null upper bound when one has a positive upper bound');
}

/** `targetGroups`: those of the service, as resource labels end. */
export function checkedTracking(
  given: TargetTrackingScalingPolicyConfiguration | undefined,
  former: TargetTrackingScalingPolicyConfiguration | undefined,
  resourceId: string,
  targetGroupArns: readonly string[],
): TargetTrackingScalingPolicyConfiguration {
  if (!given) return former ?? invalid('TargetTrackingScalingPolicyConfiguration must be specified');
  const noMetric = !given.PredefinedMetricSpecification && !given.CustomizedMetricSpecification;
  const tracking: TargetTrackingScalingPolicyConfiguration =
    noMetric && former ? { ...metricsOf(former), ...given } : given;
  if (!((tracking.TargetValue ?? 0) > 0)) invalid('TargetValue must be greater than 0');
  if ((tracking.ScaleInCooldown ?? 0) < 0 || (tracking.ScaleOutCooldown ?? 0) < 0)
    invalid('Cooldown must be greater than or equal to 0');
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: custom } = tracking;
  if (predefined && custom)
    invalid('Only one of PredefinedMetricSpecification and CustomizedMetricSpecification can be specified');
  if (predefined) checkPredefined(predefined, resourceId, targetGroupArns);
  else if (custom) checkCustom(custom);
  else invalid('One of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified');
  return tracking;
}

const metricsOf = (tracking: TargetTrackingScalingPolicyConfiguration) => ({
  ...(tracking.PredefinedMetricSpecification && {
    PredefinedMetricSpecification: tracking.PredefinedMetricSpecification,
  }),
  ...(tracking.CustomizedMetricSpecification && {
    CustomizedMetricSpecification: tracking.CustomizedMetricSpecification,
  }),
});

function checkPredefined(
  { PredefinedMetricType: type, ResourceLabel: label }: PredefinedMetricSpecification,
  resourceId: string,
  targetGroupArns: readonly string[],
): void {
  switch (type) {
    case 'ECSServiceAverageCPUUtilization':
    case 'ECSServiceAverageMemoryUtilization':
      if (label !== undefined) invalid(`Resource label should not be specified for predefined metric type ${type}`);
      return;
    case 'ALBRequestCountPerTarget': {
      if (label === undefined) invalid(`Resource label should be specified for predefined metric type ${type}`);
      const group =
        albLabel(label)?.targetGroup ?? invalid(`Invalid resource label '${label}' for predefined metric type ${type}`);
      if (!targetGroupArns.some((arn) => arn.endsWith(`:${group}`)))
        invalid(`Target group ${group} is not attached to resource ${resourceId}`);
      return;
    }
    default:
      invalid(`Predefined metric type ${type} is not supported for scalable dimension ${ecsTarget.ScalableDimension}`);
  }
}

function checkCustom(custom: CustomizedMetricSpecification): void {
  const { Metrics, MetricName, Namespace, Statistic } = custom;
  const single = MetricName !== undefined || Namespace !== undefined || Statistic !== undefined;
  if (Metrics && single) invalid('Metrics can not be specified together with a single metric');
  if (Metrics) {
    if (Metrics.length === 0) invalid('Metrics must have at least one query');
    return;
  }
  if (!MetricName || !Namespace || !Statistic)
    invalid('MetricName, Namespace and Statistic must be specified for a customized metric');
}

const invalid = (message: string): never => refuse('ValidationException', message);

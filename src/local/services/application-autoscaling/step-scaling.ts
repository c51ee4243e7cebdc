import type { StepScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling';
import type { AlarmSignal } from './alarm-signal.ts';

/**
 * The capacity that a step policy asks for from `running`; undefined where no step matches the breach.
 * Sources: AAS-API/API_StepAdjustment (which bounds are inclusive), AAS/step-scaling-policy-overview (rounding).
 */
export function stepCapacity(
  configuration: StepScalingPolicyConfiguration,
  running: number,
  { points, threshold, below }: AlarmSignal,
): number | undefined {
  const breach = aggregate(configuration, points) - threshold;
  const step = configuration.StepAdjustments?.find((one) => {
    const lower = one.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY;
    const upper = one.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY;
    return below ? breach > lower && breach <= upper : breach >= lower && breach < upper;
  });
  if (step?.ScalingAdjustment === undefined) return undefined;
  const adjustment = step.ScalingAdjustment;
  switch (configuration.AdjustmentType) {
    case 'ExactCapacity':
      return adjustment;
    case 'PercentChangeInCapacity':
      return running + percentChange(running, adjustment, configuration.MinAdjustmentMagnitude ?? 1);
    case 'ChangeInCapacity':
    case undefined:
      return running + adjustment;
  }
}

function aggregate({ MetricAggregationType }: StepScalingPolicyConfiguration, points: readonly number[]): number {
  switch (MetricAggregationType) {
    case 'Minimum':
      return Math.min(...points);
    case 'Maximum':
      return Math.max(...points);
    case 'Average':
    case undefined:
      return points.reduce((sum, point) => sum + point, 0) / points.length;
  }
}

/** Towards zero, but by `least` at least. */
function percentChange(running: number, percent: number, least: number): number {
  if (percent === 0) return 0;
  const change = Math.trunc((running * percent) / 100);
  return Math.abs(change) < least ? Math.sign(percent) * least : change;
}

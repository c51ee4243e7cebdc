/**
 * The capacity that would bring the metric to its target, were the load spread evenly: from `running` tasks, rounded
 * up. ECS-DG/service-autoscaling-targettracking: scaling out is proportional, scaling in rounds so that it removes
 * too little rather than too much. From 0 tasks the first one tells how many are needed.
 */
export function trackingCapacity(targetValue: number, running: number, metric: number): number {
  if (running === 0) return metric > targetValue ? 1 : 0;
  return Math.max(0, Math.ceil((running * metric) / targetValue - rounding));
}

/** 3 × 0.1 / 0.3 must not become 4 - 3 because of what a float cannot say. */
const rounding = 1e-9;

/** AlarmLow lies a tenth below the target, so that what scaling out has reached does not scale in at once. */
export const lowThreshold = (targetValue: number): number => targetValue * 0.9;

/** How many periods AlarmHigh and AlarmLow look at (ECS-DG/service-autoscaling-targettracking). */
export const trackingPeriods = { high: 3, low: 15 } as const;

import type { Color } from './color.ts';

/** What Application Auto Scaling may choose between for one colour, and whether its scheduled actions take place. */
export interface ScalingLimits {
  readonly min: number;
  readonly max: number;
  readonly schedules: 'active' | 'suspended';
}

/** Undefined for a colour without a scalable target. */
export type ScalingReading = Readonly<Record<Color, ScalingLimits | undefined>>;

/** What the live colour's limits are when nothing is under way. */
export interface PlannedScaling {
  /** Of the colour that is live when the deployment opens: it gets them back when the deployment is taken back. */
  readonly before: ScalingLimits;
  /** Of the new colour, once the deployment has succeeded. */
  readonly after: ScalingLimits;
}

import type { Ms } from '../base/index.ts';
import type { Color } from './color.ts';
import type { PendingRequest } from './lease-reading.ts';
import type { FleetReading, TrafficReading } from './readings.ts';
import type { ScalingReading } from './scaling.ts';
import type { AlarmReading, MetricWindow } from './watched.ts';

/** What probes heard of one colour within the window. */
export interface ProbeWindow {
  readonly answers: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How long these answers took to come in: the window, or less where probing began within it. */
  readonly overMs: number;
  /** What the latest failure looked like: `500 from GET /version`; '' while there is none. */
  readonly example: string;
}

/** One look at the world, begun after the last mutating call of this driver. */
export interface Observation {
  readonly traffic: TrafficReading;
  readonly fleet: FleetReading;
  /** Undefined where nothing scales, or no read was answered yet. */
  readonly scaling: ScalingReading | undefined;
  /** Undefined where none are watched, or they could not be read lately. */
  readonly alarms: readonly AlarmReading[] | undefined;
  /** Of the new colour; undefined until CloudWatch was asked, and where it did not answer lately. */
  readonly metrics: MetricWindow | undefined;
  readonly requests: readonly PendingRequest[];
  /** Of the new colour: over the test rule and, told by identity, through the public route. */
  readonly probes: ProbeWindow;
  /** Time that this driver has watched the present hold: gaps longer than three polling periods are left out. */
  readonly watchedMs: Ms;
  /** Time that this driver has been in the present phase and step. */
  readonly phaseMs: Ms;
  /** Since this driver's last mutating call began; infinite before the first. */
  readonly sinceActMs: Ms;
  /** Since the last call that got no answer, or since the takeover; infinite when there was neither. */
  readonly quietMs: Ms;
  /** How long the weights have differed from all that this journal explains, over consecutive looks. */
  readonly strangeMs: Ms;
  /** How long each colour has been seen at weight 0 by this driver without a break; undefined while it has weight. */
  readonly atZeroMs: Readonly<Record<Color, Ms | undefined>>;
  /** By this driver's wall clock, ISO. */
  readonly at: string;
  /** The driver's own epoch: what it journalled itself has no clock skew. */
  readonly epoch: number;
  /** Since a probe was last answered by the colour; infinite where none was or where no probes run. */
  readonly sinceAnswerMs: Readonly<Record<Color, Ms>>;
}

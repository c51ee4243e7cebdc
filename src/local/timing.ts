import { type Ms, ms } from '../base/index.ts';

/**
 * AWS's own latencies, as the runtime imitates them. What a user configures (intervals, deregistration delay,
 * stop time-outs) is never part of it: that is kept to the letter under both timings.
 */
export interface Timing {
  readonly name: 'aws-like' | 'instant';
  /** How long after ModifyRule returns new requests follow it; the API shows the new weights at once. */
  readonly weightLag: Ms;
  /** What an engine should allow for `weightLag` and for AWS's slower nodes: `trafficSettleSeconds` of discovery. */
  readonly trafficSettle: Ms;
  /** Task states: how long each lasts at least. */
  readonly provisioning: Ms;
  readonly pending: Ms;
  readonly activating: Ms;
  readonly deprovisioning: Ms;
  /** From a decision of the service scheduler to its effect; also its tick. */
  readonly schedulerTick: Ms;
  /** From RegisterTargets to the first health check. */
  readonly registration: Ms;
  /** How long a task without any health check must be RUNNING to count as healthy. */
  readonly settling: Ms;
  /** From new limits of a scalable target, or from an alarm of its policy, to the service's new desired count. */
  readonly scalingReaction: Ms;
  /** Between two evaluations of ECR's lifecycle policies. */
  readonly imageLifecycle: Ms;
  /** From the instant in an item's time-to-live attribute until it is deleted: "within a few days" (DynamoDB/TTL). */
  readonly itemExpiry: Ms;
  /** First and greatest delay before a crashing task is started again (ECS-DG/service-throttle-logic: up to 27 min). */
  readonly restartBackOff: { readonly first: Ms; readonly most: Ms };
  /** How far apart the points are that load balancers and tasks tell CloudWatch. */
  readonly metricPeriod: Ms;
  /** From the end of such a point's period until the point can be seen. */
  readonly metricLag: { readonly least: Ms; readonly most: Ms };
  /** How often an alarm is evaluated. One with a period below a minute: every 10 s, or as often as this if that is shorter. */
  readonly alarmEvaluation: Ms;
}

/** Sources: the observed traces in AWS's documentation and public reports, as middle values. */
export const awsLike: Timing = {
  name: 'aws-like',
  weightLag: ms(2_000),
  trafficSettle: ms(60_000),
  provisioning: ms(12_000),
  pending: ms(1_000),
  activating: ms(12_000),
  deprovisioning: ms(5_000),
  schedulerTick: ms(5_000),
  registration: ms(1_000),
  settling: ms(40_000),
  imageLifecycle: ms(86_400_000),
  itemExpiry: ms(86_400_000),
  scalingReaction: ms(1_000),
  restartBackOff: { first: ms(5_000), most: ms(1_620_000) },
  metricPeriod: ms(60_000),
  metricLag: { least: ms(60_000), most: ms(120_000) },
  alarmEvaluation: ms(60_000),
};

/** As fast as a machine allows; no figure measured under it is AWS's. */
export const instant: Timing = {
  name: 'instant',
  weightLag: ms(0),
  trafficSettle: ms(0),
  provisioning: ms(20),
  pending: ms(5),
  activating: ms(10),
  deprovisioning: ms(10),
  schedulerTick: ms(20),
  registration: ms(5),
  settling: ms(50),
  imageLifecycle: ms(1_000),
  itemExpiry: ms(1_000),
  scalingReaction: ms(10),
  restartBackOff: { first: ms(500), most: ms(30_000) },
  metricPeriod: ms(1_000),
  metricLag: { least: ms(0), most: ms(0) },
  alarmEvaluation: ms(1_000),
};

/** By name, as options and the health answer give it. */
export const timings = { 'aws-like': awsLike, instant } as const satisfies Record<Timing['name'], Timing>;

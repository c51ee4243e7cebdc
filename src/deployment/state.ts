import { type Carried, nothingCarried } from './carried.ts';
import type { Color } from './color.ts';
import type { Act, Outcome, Verdict } from './entry.ts';
import type { Phase } from './phase.ts';
import type { Plan } from './plan.ts';
import type { Reason } from './reason.ts';
import type { ScalingLimits } from './scaling.ts';

/** One deployment, folded from its entries. */
export interface DeploymentState {
  readonly plan: Plan;
  readonly phase: Phase;
  readonly openedAt: string;
  /** ARN, once registered or given by the plan. */
  readonly taskDefinition: string | undefined;
  /** An UpdateService for our task definition was intended. */
  readonly provisioned: boolean;
  /** The most tasks that were asked for in the new colour. */
  readonly asked: number;
  /** Limits of autoscaling that were written and answered. */
  readonly limits: Readonly<Partial<Record<Color, ScalingLimits>>>;
  /** The highest minimum that was intended to hold a colour. */
  readonly floors: Readonly<Partial<Record<Color, number>>>;
  /** AWS refused to let limits go back: the outcome did not wait for it. */
  readonly limitsRefused: boolean;
  /** A write that gives the new colour traffic was intended, and not refused. */
  readonly carried: boolean;
  /** Such a write was done. */
  readonly raised: boolean;
  /** Healthy tasks that the last raise rested on. */
  readonly raisedWith: number;
  readonly verdict: Verdict | undefined;
  readonly paused: boolean;
  /** The hold that a person ended: `shifting/0`. */
  readonly promoted: string | undefined;
  /** Ids of the requests that were journalled. */
  readonly requests: readonly string[];
  /** Why it must be taken back: set by a request or a refusal, acted on by `decide`. */
  readonly undo: Reason | undefined;
  /** A refusal that leaves nothing to try: of the write that takes back, or of the scale-down. */
  readonly stuck: Reason | undefined;
  /** Why it is being taken back. */
  readonly because: Reason | undefined;
  /** Intended, neither done nor refused. */
  readonly unanswered: readonly Act[];
  readonly outcome: Outcome | undefined;
  readonly closedAt: string | undefined;
  /** Colours scaled to 0 since the outcome. */
  readonly scaledDown: readonly Color[];
}

/** A service's journal, folded: the present or last deployment, and what outlives it. */
export interface StreamState extends Carried {
  readonly nextSeq: number;
  readonly epoch: number;
  readonly deployment: DeploymentState | undefined;
}

export const emptyStream: StreamState = { ...nothingCarried, nextSeq: 0, epoch: 0, deployment: undefined };

/** True while a deployment has no outcome. */
export const isRunning = (state: StreamState): boolean =>
  state.deployment !== undefined && state.deployment.outcome === undefined;

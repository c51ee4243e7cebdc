import type { Color } from './color.ts';
import type { Act, Outcome, PhaseName, Verdict } from './entry.ts';
import type { Plan } from './plan.ts';
import type { Reason } from './reason.ts';
import type { Weights } from './weights.ts';

/** Since when a colour has had no production traffic, as far as the journal knows. */
export type Rest =
  | { readonly kind: 'never-carried' }
  | { readonly kind: 'carrying' }
  /** Read back at weight 0. `at` is ISO time by the clock of the driver of `epoch`. */
  | { readonly kind: 'resting'; readonly at: string; readonly epoch: number };

/** A revision in a colour that had all of the traffic before. */
export interface Former {
  readonly color: Color;
  readonly taskDefinition: string;
  readonly revision: string;
}

/** What outlives a deployment: each `opened` entry carries it, so that folding can start there. */
export interface Carried {
  /** The weights last read back; null before the first deployment. */
  readonly weights: Weights | null;
  /** Weights intended by a driver that got no answer: their effect may still come. */
  readonly unansweredWeights: readonly Weights[];
  readonly rest: Readonly<Record<Color, Rest>>;
  /** What runs in the live colour, as the journal knows it. */
  readonly live: Former | null;
  /** What a rollback would return to: null when the other colour holds nothing that was live. */
  readonly former: Former | null;
  /** How each colour's answers name their revision, where that was learned and tells them apart. */
  readonly identities: Readonly<Partial<Record<Color, string>>>;
}

export const nothingCarried: Carried = {
  weights: null,
  unansweredWeights: [],
  rest: { blue: { kind: 'never-carried' }, green: { kind: 'never-carried' } },
  live: null,
  former: null,
  identities: {},
};

export interface Phase {
  readonly name: PhaseName;
  /** Index into the plan's steps while shifting, else 0. */
  readonly step: number;
}

/** How a request names the hold that it is about. */
export const holdOf = (phase: Phase): string => `${phase.name}/${phase.step}`;

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

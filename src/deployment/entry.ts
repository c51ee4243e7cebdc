import type { Carried } from './carried.ts';
import type { Color } from './color.ts';
import type { Holder, PendingRequest } from './lease-reading.ts';
import type { Measured } from './measured.ts';
import type { PhaseName } from './phase.ts';
import type { Plan } from './plan.ts';
import type { Reason } from './reason.ts';
import type { ScalingLimits } from './scaling.ts';
import type { Weights } from './weights.ts';

export type OutcomeName = 'succeeded' | 'rolled-back' | 'failed' | 'halted';

export type Outcome =
  | { readonly name: 'succeeded' }
  | { readonly name: 'rolled-back' | 'failed' | 'halted'; readonly because: Reason };

/** What a driver does to the world. Each is safe to repeat. */
export type Act =
  | { readonly do: 'register' }
  /** `taskDefinition` null changes the count alone. */
  | {
      readonly do: 'update-service';
      readonly color: Color;
      readonly taskDefinition: string | null;
      readonly desiredCount: number;
    }
  | { readonly do: 'set-test-weights'; readonly color: Color }
  | { readonly do: 'verify' }
  /** `idle` is the share of the deployment's new colour in percent; `healthy` what that share rests on. */
  | { readonly do: 'set-weights'; readonly idle: number; readonly healthy: number }
  /** Limits of autoscaling; both and the schedules' state are always written together. */
  | ({ readonly do: 'set-limits'; readonly color: Color } & ScalingLimits);

export type Verdict =
  | { readonly passed: true; readonly identities: Readonly<Partial<Record<Color, string>>> }
  /** `output` is the end of what a command wrote; empty for other checks. */
  | { readonly passed: false; readonly check: string; readonly found: string; readonly output: readonly string[] };

/** What came of an act: `null` where there is nothing to tell. */
export type ActResult = { readonly taskDefinition: string } | { readonly verdict: Verdict } | null;

export type EntryBody =
  | { readonly kind: 'opened'; readonly body: { readonly plan: Plan; readonly before: Carried; readonly by: Holder } }
  | { readonly kind: 'took-over'; readonly body: { readonly by: Holder } }
  | {
      readonly kind: 'entered';
      readonly body: { readonly phase: PhaseName; readonly step: number; readonly because: Reason | null };
    }
  | { readonly kind: 'intended'; readonly body: Act }
  | { readonly kind: 'done'; readonly body: { readonly act: Act; readonly result: ActResult } }
  /** No answer: it may have happened. */
  | { readonly kind: 'unanswered'; readonly body: { readonly act: Act; readonly cause: string } }
  /** AWS said no: nothing has changed, or, of several places, those before the one that was refused (`partly`). */
  | {
      readonly kind: 'refused';
      readonly body: {
        readonly act: Act;
        readonly code: string;
        readonly message: string;
        readonly partly: boolean;
      };
    }
  | { readonly kind: 'requested'; readonly body: PendingRequest }
  /** A rollback that was done by names while the journal did not answer, told to it later. `at` is when it was done. */
  | {
      readonly kind: 'reported';
      readonly body: { readonly weights: Weights; readonly by: string; readonly at: string };
    }
  | { readonly kind: 'closed'; readonly body: { readonly outcome: Outcome; readonly measured: Measured } };

/** One line of the journal. `seq` runs on across deployments; order is `seq`, never `at`. */
export type Entry = EntryBody & {
  readonly schema: 1;
  readonly seq: number;
  readonly epoch: number;
  readonly deployment: string;
  /** ISO 8601, by the writer's clock: for people. */
  readonly at: string;
};

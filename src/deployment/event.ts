import type { WaitReason } from './action.ts';
import type { Color } from './color.ts';
import type { Outcome, Verdict } from './entry.ts';
import type { PendingRequest } from './lease-reading.ts';
import type { Measured } from './measured.ts';
import type { ProbeWindow } from './observation.ts';
import type { Outline } from './outline.ts';
import type { PhaseName } from './phase.ts';
import type { DeploymentKind } from './plan.ts';
import type { Reason } from './reason.ts';
import type { ScalingLimits } from './scaling.ts';
import type { Weights } from './weights.ts';

/** One colour as the live view shows it. */
export interface ColorStatus {
  /** Id of the revision that runs there, as far as the journal knows. */
  readonly revision: string | null;
  /** What its answers call themselves; null where that is not known. */
  readonly name: string | null;
  /** Percent of production traffic. */
  readonly weight: number;
  readonly healthy: number;
  readonly desired: number;
  readonly probes: ProbeWindow;
}

/** What happens, for people and machines alike: the terminal view, the plain lines and `--json` all consume these. */
export type EventBody =
  | {
      readonly type: 'opened';
      readonly body: {
        readonly kind: DeploymentKind;
        readonly from: Color;
        readonly to: Color;
        readonly revision: string;
        readonly steps: readonly number[];
        readonly by: string;
      };
    }
  /** A driver begins, or goes on with what another began. */
  | { readonly type: 'driving'; readonly body: Outline }
  | {
      readonly type: 'phase';
      readonly body: { readonly phase: PhaseName; readonly step: number; readonly because: Reason | null };
    }
  | { readonly type: 'registered'; readonly body: { readonly taskDefinition: string } }
  | { readonly type: 'scaled'; readonly body: { readonly color: Color; readonly desired: number } }
  /** Limits of a colour's autoscaling were written. */
  | { readonly type: 'limits'; readonly body: ScalingLimits & { readonly color: Color } }
  | { readonly type: 'verified'; readonly body: Verdict }
  /** Sent right before the call; `weights` is what is about to be written. */
  | { readonly type: 'writing-weights'; readonly body: Weights }
  /** Written and read back. `sentAt` is the ISO time of the call; `tookMs` from there to the read-back. */
  | { readonly type: 'weights'; readonly body: Weights & { readonly sentAt: string; readonly tookMs: number } }
  /** Of clients that come anew, and of those that the load balancer kept at the former colour. */
  | { readonly type: 'cutover'; readonly body: { readonly clients: 'new' | 'sticky'; readonly firstAnswerMs: number } }
  | { readonly type: 'request'; readonly body: PendingRequest }
  | { readonly type: 'unanswered'; readonly body: { readonly act: string; readonly cause: string } }
  | {
      readonly type: 'refused';
      readonly body: { readonly act: string; readonly code: string; readonly message: string };
    }
  | { readonly type: 'reading-failed'; readonly body: { readonly cause: string } }
  /** Every tick. */
  | {
      readonly type: 'status';
      readonly body: {
        readonly phase: PhaseName;
        readonly step: number;
        readonly paused: boolean;
        readonly waitingFor: WaitReason | null;
        readonly heldMs: number;
        readonly holdMs: number;
        readonly required: number;
        readonly colors: Readonly<Record<Color, ColorStatus>>;
      };
    }
  | {
      readonly type: 'outcome';
      readonly body: { readonly outcome: Outcome; readonly weights: Weights | null; readonly measured: Measured };
    };

/** The envelope of the `--json` stream. */
export type DeploymentEvent = EventBody & {
  readonly schema: 1;
  /** ISO 8601. */
  readonly at: string;
  readonly environment: string;
  readonly service: string;
  readonly deployment: string;
};

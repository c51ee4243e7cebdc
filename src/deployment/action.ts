import type { Act, Outcome } from './entry.ts';
import type { PendingRequest } from './lease-reading.ts';
import type { PhaseName } from './phase.ts';
import type { Reason } from './reason.ts';

/** What a driver waits for, as people are told. */
export type WaitReason =
  | 'weights-to-show'
  | 'weights-to-be-explained'
  | 'traffic-to-settle'
  | 'service-update-to-show'
  | 'healthy-tasks'
  | 'hold'
  | 'pause'
  | 'probe-answers'
  | 'first-answer'
  | 'unanswered-calls'
  | 'keep-warm';

/** The one thing to do next. */
export type Action =
  | Act
  | { readonly do: 'enter'; readonly phase: PhaseName; readonly step: number; readonly because: Reason | null }
  | { readonly do: 'accept'; readonly request: PendingRequest }
  | { readonly do: 'close'; readonly outcome: Outcome }
  | { readonly do: 'wait'; readonly for: WaitReason; readonly ms: number }
  /** Nothing is left, not even due work. */
  | { readonly do: 'rest' };

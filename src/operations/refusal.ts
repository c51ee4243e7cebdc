import type { NotYet } from '../config/index.ts';
import type {
  AlarmReading,
  CallError,
  Color,
  Holder,
  OutcomeName,
  PhaseName,
  Refusal,
  SecretNow,
} from '../deployment/index.ts';
import type { SiteError } from './site.ts';

/** Why an operation did nothing at all. */
export type OperationRefusal =
  | { readonly kind: 'plan'; readonly refusal: Refusal }
  | { readonly kind: 'not-yet'; readonly what: readonly NotYet[] }
  | { readonly kind: 'site'; readonly error: SiteError }
  | { readonly kind: 'wrong-account'; readonly expected: string; readonly found: string }
  | { readonly kind: 'terraform-first' }
  | { readonly kind: 'alarms-missing'; readonly names: readonly string[] }
  /** They could not tell when the new revision makes them fire. */
  | { readonly kind: 'alarms-firing'; readonly alarms: readonly AlarmReading[] }
  /** A task would start without them, or not at all. */
  | { readonly kind: 'secrets-unreadable'; readonly secrets: readonly SecretNow[] }
  /** Nothing makes it when a task writes. */
  | { readonly kind: 'no-log-group'; readonly name: string }
  /** They are gone, or not ready. */
  | { readonly kind: 'no-tables'; readonly names: readonly string[] }
  /** ECS takes no role of another account. */
  | { readonly kind: 'foreign-role'; readonly role: string; readonly account: string }
  /** Without them no task starts, or it may do nothing. */
  | { readonly kind: 'no-roles'; readonly roles: readonly string[] }
  /** ECS would wait for vCPUs that it never gets. */
  | { readonly kind: 'too-few-cpus'; readonly wanted: number; readonly most: number }
  | { readonly kind: 'too-many-targets'; readonly wanted: number; readonly most: number }
  /** All that preflight found. */
  | { readonly kind: 'several'; readonly refusals: readonly OperationRefusal[] }
  /** Another driver is at work. */
  | { readonly kind: 'busy'; readonly holder: Holder; readonly doing: Doing | null }
  /** A deployment without a driver. */
  | { readonly kind: 'orphan'; readonly holder: Holder; readonly doing: Doing }
  | { readonly kind: 'nothing-runs' }
  /** The last deployment halted: it is repaired, not resumed. */
  | { readonly kind: 'halted' }
  /** A promote, and no step is held. */
  | { readonly kind: 'no-hold'; readonly phase: PhaseName }
  /** A rollback of a running deployment goes to the colour that it came from. */
  | { readonly kind: 'not-the-former'; readonly former: Color }
  | { readonly kind: 'journal'; readonly error: CallError }
  /** No deployment or more than one begins so. */
  | { readonly kind: 'which-deployment'; readonly given: string; readonly matching: readonly string[] }
  /** What never had all of the traffic is nothing to return to. */
  | { readonly kind: 'was-not-live'; readonly deployment: string; readonly outcome: OutcomeName | null }
  /** The former task definition was deregistered or deleted, or is none of teal's. */
  | { readonly kind: 'definition-gone'; readonly taskDefinition: string; readonly isThere: boolean }
  /** Not in this account's ECR, where alone a tag can be resolved. */
  | { readonly kind: 'foreign-image'; readonly reference: string }
  | { readonly kind: 'no-image'; readonly reference: string }
  | { readonly kind: 'call'; readonly what: string; readonly error: CallError };

export interface Doing {
  readonly deployment: string;
  readonly phase: PhaseName;
  readonly step: number;
}

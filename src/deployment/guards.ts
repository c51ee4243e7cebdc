/**
 * What stands between a decision and an act, one guard for each invariant of the design. The simulation leaves out
 * one at a time and must then report its invariant broken: that is what they are a list for.
 */
export const allGuards = [
  /** 1: weight is given only to capacity that was seen since the last write. */
  'capacity',
  /** 2: the last healthy capacity stays in traffic; what has weight is neither shrunk nor replaced. */
  'last-capacity',
  /** 3: a colour is shrunk or replaced only when its traffic has settled elsewhere. */
  'settled',
  /** 4: a mutating call starts only with a call's deadline of the lease left, and not within one of a takeover. */
  'lease',
  /** 5: a durable intent precedes each mutating call. */
  'intent',
  /** 6: an outcome that says the former revision has all of the weight is written only when a read shows it. */
  'restored',
  /** 7: only time that this driver watched fulfils a hold. */
  'watched',
  /** 8: a rollback by names acts only where tags and account confirm them. */
  'confirmed',
  /** 9: autoscaling's minimum holds whatever a colour may have to carry. */
  'limits',
] as const;

export type Guard = (typeof allGuards)[number];

export type Guards = ReadonlySet<Guard>;

export const everyGuard: Guards = new Set(allGuards);

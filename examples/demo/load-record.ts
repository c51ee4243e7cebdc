/** One request of the load, as its client saw it. Times in milliseconds since 1970, with fractions. */
export interface LoadRecord {
  /** Unique: it stands in the query string, and so in the balancer's access log. */
  readonly rid: string;
  readonly kind: RequestKind;
  /** `fresh`: on a connection of its own. `kept`: on one that earlier requests had used. */
  readonly connection: 'fresh' | 'kept';
  /** When the schedule wanted it sent: latencies count from here, so that a late client hides nothing. */
  readonly dueAt: number;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly outcome: RequestOutcome;
}

export type RequestKind = 'read' | 'list' | 'add' | 'rename' | 'stream' | 'upload';

export type RequestOutcome =
  /** A whole answer. `correct`: status and body were the expected ones. */
  | {
      readonly kind: 'answered';
      /** When its head arrived. */
      readonly answeredAt: number;
      readonly status: number;
      readonly version: string;
      readonly colour: string;
      readonly correct: boolean;
    }
  /** None, or half of one: refused, reset, cut off, or out of time. */
  | { readonly kind: 'broken'; readonly error: string };

export function failed(record: LoadRecord): boolean {
  return record.outcome.kind === 'broken' || !record.outcome.correct;
}

/** Slow on purpose: in flight while weights change. */
export function isLong(record: LoadRecord): boolean {
  return record.kind === 'stream' || record.kind === 'upload';
}

/** The colour that answered; undefined where none did. */
export function colourOf(record: LoadRecord): string | undefined {
  return record.outcome.kind === 'answered' ? record.outcome.colour : undefined;
}

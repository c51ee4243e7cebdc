import type { PhaseName } from './phase.ts';

/** Answers that teal's own probes got from one colour. */
export interface ProbeCount {
  readonly answers: number;
  readonly failed: number;
}

/** What a deployment measured of itself, for `history`. */
export interface Measured {
  /** Milliseconds spent in each phase by the driver that closed it. */
  readonly phases: Readonly<Partial<Record<PhaseName, number>>>;
  readonly from: ProbeCount;
  readonly to: ProbeCount;
  /** From the first write that gave it traffic to the new colour's first answer; null where not measured. */
  readonly cutoverMs: number | null;
  /** From the write of a rollback to the last answer of the new colour; null where not measured. */
  readonly rollbackMs: number | null;
  /** The same for clients that the load balancer keeps at the colour that answered them first; null where there are none. */
  readonly stickyCutoverMs: number | null;
  readonly stickyRollbackMs: number | null;
}

export const nothingMeasured: Measured = {
  phases: {},
  from: { answers: 0, failed: 0 },
  to: { answers: 0, failed: 0 },
  cutoverMs: null,
  rollbackMs: null,
  stickyCutoverMs: null,
  stickyRollbackMs: null,
};

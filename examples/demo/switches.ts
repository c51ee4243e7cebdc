import { colourOf, type LoadRecord } from './load-record.ts';

/** One write of the weights, as teal's event stream tells it. */
export interface WeightWrite {
  /** When the call was sent, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly weights: Weights;
}

export type Weights = { readonly blue: number; readonly green: number };

/** A write that took all traffic from a colour that had some. */
export interface Switch {
  readonly sentAt: number;
  readonly from: 'blue' | 'green';
  /** From the write until no request sent later was answered by the old colour; at most this. Infinity: it went on. */
  readonly cutoverMs: number;
}

/** The switches among `writes`, measured with the load's answers. `before`: the weights before the first write. */
export function switches(writes: readonly WeightWrite[], before: Weights, records: readonly LoadRecord[]): Switch[] {
  const bySending = records.toSorted((a, b) => a.sentAt - b.sentAt);
  return writes.flatMap((write, index) => {
    const earlier = writes[index - 1]?.weights ?? before;
    return (['blue', 'green'] as const)
      .filter((colour) => earlier[colour] > 0 && write.weights[colour] === 0)
      .map((from) => {
        const back = writes.slice(index + 1).find((later) => later.weights[from] > 0);
        return {
          sentAt: write.sentAt,
          from,
          cutoverMs: cutoverMs(bySending, from, write.sentAt, back?.sentAt ?? Infinity),
        };
      });
  });
}

/**
 * From the write to the first request after which none was answered by `from` any more. That request was sent a little
 * later than the true end of the old colour: the figure errs upwards, by the time between two requests. What was still
 * unanswered when the old colour got traffic again (`until`) tells nothing.
 */
function cutoverMs(bySending: readonly LoadRecord[], from: string, writtenAt: number, until: number): number {
  const later = bySending.filter(
    ({ sentAt, outcome }) => sentAt >= writtenAt && outcome.kind === 'answered' && outcome.answeredAt < until,
  );
  const lastOld = later.findLastIndex((record) => colourOf(record) === from);
  const firstNew = later[lastOld + 1];
  return firstNew ? firstNew.sentAt - writtenAt : Infinity;
}

/** How many slow uploads and streams were in flight at this instant. */
export function longInFlight(records: readonly LoadRecord[], at: number): { streams: number; uploads: number } {
  const open = records.filter((record) => record.sentAt < at && record.endedAt > at);
  return {
    streams: open.filter(({ kind }) => kind === 'stream').length,
    uploads: open.filter(({ kind }) => kind === 'upload').length,
  };
}

import { type Clock, isoTime, ms } from '../base/index.ts';
import type { Entry, EntryBody } from './entry.ts';
import { evolve, fold } from './evolve.ts';
import { type Lease, LeaseLost } from './lease.ts';
import type { CallError, Journal } from './ports.ts';
import type { StreamState } from './state.ts';

/** A service's journal as its driver keeps it: the fold, and the only way to add to it. */
export interface JournalRecord {
  readonly state: StreamState;
  /**
   * Adds one entry durably. Rejects with the lease's `LeaseLost` when another driver has written there: a stale
   * driver's end.
   */
  append(deployment: string, body: EntryBody): Promise<void>;
}

/** Reads the tail of the journal and goes on writing after it. Rejects when the journal can't be read. */
export async function openRecord(
  journal: Journal,
  lease: Lease,
  clock: Clock,
  signal: AbortSignal,
): Promise<JournalRecord> {
  let state = fold(await readTail(journal, clock, signal));
  if (state.epoch > lease.epoch) throw overtaken(lease, `epoch ${state.epoch} has written to the journal`);
  return {
    get state() {
      return state;
    },
    async append(deployment, body) {
      const entry: Entry = {
        schema: 1,
        seq: state.nextSeq,
        epoch: lease.epoch,
        deployment,
        at: isoTime(clock.now()),
        ...body,
      };
      await appendOnce(journal, lease, clock, entry);
      state = evolve(state, entry);
    },
  };
}

/** Journals that the lease was taken over: a stale driver collides with this entry and exits. Returns the record read anew. */
export async function occupy(
  journal: Journal,
  lease: Lease,
  clock: Clock,
  signal: AbortSignal,
  body: EntryBody,
): Promise<JournalRecord> {
  for (;;) {
    const record = await openRecord(journal, lease, clock, signal);
    try {
      await record.append(record.state.deployment?.plan.id ?? '-', body);
      return record;
    } catch (error) {
      // The stale driver was there first, with what it had under way: read that too, and go after it.
      if (!(error instanceof Occupied)) throw error;
    }
  }
}

class Occupied extends Error {
  override readonly name = 'Occupied';
  readonly by: Entry;

  constructor(by: Entry) {
    super(`entry ${by.seq} was written by the driver of epoch ${by.epoch}`);
    this.by = by;
  }
}

/** Until it is answered: an unanswered put is repeated, and finds itself there if it had happened. */
async function appendOnce(journal: Journal, lease: Lease, clock: Clock, entry: Entry): Promise<void> {
  const signal = lease.lost;
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    const appended = await journal.append(entry, signal);
    if (appended.ok) return;
    const { error } = appended;
    if (error.kind === 'occupied') {
      if (error.by.epoch === entry.epoch) return;
      if (entry.kind === 'took-over' && error.by.epoch < entry.epoch) throw new Occupied(error.by);
      throw overtaken(lease, `entry ${entry.seq} of the journal was written by another driver`);
    }
    if (error.kind === 'refused') throw new JournalError(error);
    await clock.sleep(ms(Math.min(100 * 2 ** attempt, 1_000)), signal);
  }
}

/** A later epoch has written: going on would make its rightful driver collide. */
function overtaken(lease: Lease, message: string): LeaseLost {
  const lost = new LeaseLost(message);
  lease.lose(lost);
  return lost;
}

/** The journal does not do its service: nothing can be driven. */
export class JournalError extends Error {
  override readonly name = 'JournalError';

  constructor(error: CallError) {
    super(
      error.kind === 'refused'
        ? `the journal refused: ${error.code}: ${error.message}`
        : `the journal does not answer (${error.kind})`,
    );
  }
}

async function readTail(journal: Journal, clock: Clock, signal: AbortSignal): Promise<readonly Entry[]> {
  for (let attempt = 0; ; attempt++) {
    const read = await journal.readTail(signal);
    if (read.ok) return read.value;
    if (read.error.kind === 'refused' || attempt >= 8) throw new JournalError(read.error);
    await clock.sleep(ms(Math.min(100 * 2 ** attempt, 1_000)), signal);
  }
}

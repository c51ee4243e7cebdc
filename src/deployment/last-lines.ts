import type { Outcome } from './entry.ts';
import type { Fleet } from './ports.ts';
import type { StoppedTask } from './readings.ts';
import type { Reason } from './reason.ts';

/** At most this many lines of at most so many characters: a reason is read by a person and stored in one item. */
const mostLines = 5;
const mostCharacters = 300;

/**
 * The outcome with the last lines that its first stopped task wrote. Read once everything else is done, so that no
 * roll-back waits for a log; none where they can't be read.
 */
export async function withLastLines(outcome: Outcome, fleet: Fleet, signal: AbortSignal): Promise<Outcome> {
  if (outcome.name === 'succeeded') return outcome;
  const task = stoppedTaskOf(outcome.because);
  if (task === undefined) return outcome;
  const lines = await fleet.lastLogLines(task, mostLines, signal);
  const lastLines = lines.map((line) => line.slice(0, mostCharacters));
  return { name: outcome.name, because: withLines(outcome.because, lastLines) };
}

function stoppedTaskOf(reason: Reason): StoppedTask | undefined {
  if (reason.kind === 'nothing-to-return-to') return reason.first ? stoppedTaskOf(reason.first) : undefined;
  return 'evidence' in reason ? reason.evidence.stopped[0] : undefined;
}

function withLines(reason: Reason, lastLines: readonly string[]): Reason {
  if (reason.kind === 'nothing-to-return-to')
    return { ...reason, first: reason.first && withLines(reason.first, lastLines) };
  return 'evidence' in reason ? { ...reason, evidence: { ...reason.evidence, lastLines } } : reason;
}

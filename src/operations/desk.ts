import { readParameters } from '../aws/index.ts';
import type { Clock } from '../base/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import { discoveryPath, parseEnvironmentDiscovery } from '../config/index.ts';
import {
  fold,
  type Insistence,
  isRunning,
  type Journal,
  type JournalRecord,
  type Lease,
  type LeaseReading,
  leaseSeconds,
  occupy,
  openRecord,
  type StreamState,
  takeLease,
} from '../deployment/index.ts';
import type { Context } from './context.ts';
import type { Doing, OperationRefusal } from './refusal.ts';
import { type Discovered, readPublished, type SiteError } from './site.ts';
import { reconcile } from './unjournalled.ts';

/** A service's lease and journal in one's own hands. Disposing of it gives the lease back. */
export interface Desk extends AsyncDisposable {
  readonly journal: Journal;
  readonly lease: Lease;
  readonly record: JournalRecord;
}

/** The journal of a service, found through the environment's discovery document. */
export async function findJournal(
  context: Context,
  service: string,
  signal: AbortSignal,
): Promise<Result<Journal, OperationRefusal>> {
  const parameter = discoveryPath(context.environment.name);
  const found = await readParameters(context.aws, [parameter], signal);
  if (!found.ok) return err({ kind: 'site', error: { kind: 'call', error: found.error } });
  const value = found.value.get(parameter)?.value;
  if (value === undefined) return err({ kind: 'site', error: { kind: 'missing', parameter } });
  const document = parseEnvironmentDiscovery(value);
  if (!document.ok) return err({ kind: 'site', error: { kind: 'unreadable', parameter, why: document.error } });
  return ok(context.journalOf(document.value.journalTable, service));
}

/** A service's journal, and where the service is. */
export interface Whereabouts {
  readonly journal: Journal;
  readonly site: Result<Discovered, SiteError>;
}

/** The same with where the service is, in one call. */
export async function findService(
  context: Context,
  service: string,
  signal: AbortSignal,
): Promise<Result<Whereabouts, OperationRefusal>> {
  const found = await readPublished(context.aws, context.environment.name, service, signal);
  if (!found.ok) return err({ kind: 'site', error: found.error });
  const { environment, service: site } = found.value;
  return ok({ journal: context.journalOf(environment.journalTable, service), site });
}

/**
 * Takes the lease, reads the journal and tells it what was done without it; refused with who holds it. Where a deployment
 * has ended and its driver died before it gave the lease back, that is waited for, for as long as a lease lasts at most.
 * `meanwhile` is called once the lease is held: what need not know the journal is read while the journal is.
 */
export async function sitDown(
  context: Context,
  service: string,
  journal: Journal,
  insistence: Insistence,
  meanwhile: () => void = () => undefined,
): Promise<Result<Desk, OperationRefusal>> {
  const { clock, holder, signal } = context;
  let taken = await takeLease(journal, clock, holder, insistence, signal);
  if (!taken.ok && 'held' in taken) {
    const refusal = await whoDrives(journal, taken.held, clock, signal);
    if (insistence !== 'ask' || refusal.doing !== null) return err(refusal);
    const { who, where } = taken.held.holder;
    context.note(
      `${service}: nothing is deployed, and ${who} at ${where} has the lease: waiting ${leaseSeconds} s at most.`,
    );
    taken = await takeLease(journal, clock, holder, 'patient', signal);
    if (!taken.ok && 'held' in taken) return err(await whoDrives(journal, taken.held, clock, signal));
  }
  if (!taken.ok) return err({ kind: 'journal', error: taken.error });
  const { lease } = taken;
  meanwhile();
  const record = lease.takenOver
    ? await occupy(journal, lease, clock, signal, { kind: 'took-over', body: { by: holder } })
    : await openRecord(journal, lease, clock, signal);
  await reconcile(context, service, record);
  return ok({ journal, lease, record, [Symbol.asyncDispose]: () => lease.release() });
}

/** A holder that has not renewed for longer than its lease lasts is lost, as far as wall clocks can tell. */
export const seemsLost = (lease: LeaseReading, clock: Clock): boolean =>
  !lease.released && clock.now() - lease.renewedAt > leaseSeconds * 1000;

async function whoDrives(
  journal: Journal,
  held: LeaseReading,
  clock: Clock,
  signal: AbortSignal,
): Promise<Extract<OperationRefusal, { kind: 'busy' | 'orphan' }>> {
  const tail = await journal.readTail(signal);
  const state = tail.ok ? fold(tail.value) : undefined;
  const doing = state ? doingOf(state) : null;
  return doing && seemsLost(held, clock)
    ? { kind: 'orphan', holder: held.holder, doing }
    : { kind: 'busy', holder: held.holder, doing };
}

/** What the running deployment does, or null when none runs. */
export function doingOf(state: StreamState): Doing | null {
  const { deployment } = state;
  if (!deployment || !isRunning(state)) return null;
  return { deployment: deployment.plan.id, phase: deployment.phase.name, step: deployment.phase.step };
}

/** Why there is nothing to resume, ask or take back: a halt wants another command than the end of a deployment. */
export const nothingRuns = (state: StreamState): OperationRefusal =>
  state.deployment?.outcome?.name === 'halted' ? { kind: 'halted' } : { kind: 'nothing-runs' };

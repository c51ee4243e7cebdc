import { err, ok, type Result } from '../base/index.ts';
import type { WebService } from '../config/index.ts';
import { fold, holdOf, isRunning, type RequestKind } from '../deployment/index.ts';
import { checkAccount } from './account.ts';
import type { Context } from './context.ts';
import { type Driven, driveOn, release } from './deploy.ts';
import { type Desk, findJournal, nothingRuns, seemsLost, sitDown } from './desk.ts';
import type { OperationRefusal } from './refusal.ts';

export type Resumed =
  | { readonly kind: 'driven'; readonly driven: Driven }
  | { readonly kind: 'asked'; readonly driver: string };

/**
 * Ends a pause of a deployment whose driver lives, or drives on one whose driver is lost. A lease that another holds
 * is waited out, watched by our own clock.
 */
export async function resume(context: Context, service: WebService): Promise<Result<Resumed, OperationRefusal>> {
  const journal = await findJournal(context, service.name, context.signal);
  if (!journal.ok) return journal;
  const lease = await journal.value.readLease(context.signal);
  if (!lease.ok) return err({ kind: 'journal', error: lease.error });
  const tail = await journal.value.readTail(context.signal);
  if (!tail.ok) return err({ kind: 'journal', error: tail.error });
  const state = fold(tail.value);
  if (!isRunning(state)) return err(nothingRuns(state));
  if (state.deployment?.paused && lease.value && !lease.value.released && !seemsLost(lease.value, context.clock)) {
    return ask(context, service, 'resume');
  }
  const account = await checkAccount(context);
  if (account) return err(account);
  if (lease.value && !lease.value.released)
    context.note(`Waiting for the lease of ${lease.value.holder.who} at ${lease.value.holder.where} to expire.`);
  const desk = await sitDown(context, service.name, journal.value, 'wait');
  if (!desk.ok) return desk;
  await using held = desk.value;
  if (!isRunning(held.record.state)) return err(nothingRuns(held.record.state));
  await endPauses(context, held);
  return ok({ kind: 'driven', driven: await driveOn(context, held) });
}

/** Who drives on what lost its driver wants it to go on: pauses asked for before, heard or not, are over. */
async function endPauses(context: Context, { journal, lease, record }: Desk): Promise<void> {
  const reading = await journal.readLease(context.signal);
  const pending = reading.ok ? (reading.value?.requests ?? []) : [];
  for (const request of pending.filter((candidate) => candidate.kind === 'pause')) {
    await journal.forget(lease.epoch, request.id, context.signal);
  }
  const { deployment } = record.state;
  if (!deployment?.paused) return;
  const body = { id: `resume-${context.newId()}`, deployment: deployment.plan.id, hold: '', by: context.holder.who };
  await record.append(deployment.plan.id, { kind: 'requested', body: { ...body, kind: 'resume' } });
}

/** After `halted`: takes the weights as found, or writes the last that teal knew. */
export async function repair(
  context: Context,
  service: WebService,
  how: 'accept' | 'restore',
): Promise<Result<Driven, OperationRefusal>> {
  return release(context, service, { kind: 'repair', how });
}

/** Asks the living driver for something; refused when nothing runs. */
export async function ask(
  context: Context,
  service: WebService,
  kind: RequestKind,
): Promise<Result<Resumed, OperationRefusal>> {
  const journal = await findJournal(context, service.name, context.signal);
  if (!journal.ok) return journal;
  const tail = await journal.value.readTail(context.signal);
  if (!tail.ok) return err({ kind: 'journal', error: tail.error });
  const state = fold(tail.value);
  if (!state.deployment || !isRunning(state)) return err(nothingRuns(state));
  const lease = await journal.value.readLease(context.signal);
  if (!lease.ok) return err({ kind: 'journal', error: lease.error });
  if (lease.value && (lease.value.released || seemsLost(lease.value, context.clock))) {
    const { plan, phase } = state.deployment;
    return err({
      kind: 'orphan',
      holder: lease.value.holder,
      doing: { deployment: plan.id, phase: phase.name, step: phase.step },
    });
  }
  const { phase, plan } = state.deployment;
  const holds = phase.name === 'shifting' || phase.name === 'baking';
  if (kind === 'promote' && !holds) return err({ kind: 'no-hold', phase: phase.name });
  const account = await checkAccount(context);
  if (account) return err(account);
  const asked = await journal.value.request(
    {
      id: `${kind}-${context.newId()}`,
      deployment: plan.id,
      hold: kind === 'promote' ? holdOf(phase) : '',
      kind,
      by: context.holder.who,
    },
    context.signal,
  );
  if (!asked.ok) return err({ kind: 'journal', error: asked.error });
  return ok({ kind: 'asked', driver: lease.value ? `${lease.value.holder.who} at ${lease.value.holder.where}` : '' });
}

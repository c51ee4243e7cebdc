import { err, ok, type Result } from '../base/index.ts';
import { checkAccount } from './account.ts';
import type { Context } from './context.ts';
import { doDueWork } from './deploy.ts';
import { doingOf, findJournal, sitDown } from './desk.ts';
import type { Doing, OperationRefusal } from './refusal.ts';

/** What a sweep found of one service. */
export type Swept =
  | { readonly kind: 'nothing-due' }
  /** Not yet: in so many ms. */
  | { readonly kind: 'due-later'; readonly inMs: number }
  | { readonly kind: 'driven-by-another' }
  | { readonly kind: 'orphan'; readonly doing: Doing };

/** Does what is due on other services while at it; what can't be done now is left to the next. */
export async function sweepOthers(context: Context, services: readonly string[]): Promise<void> {
  for (const service of services) {
    try {
      await sweep(context, service);
    } catch (error) {
      context.note(
        `What is due on ${service} could not be done: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

/** Does the due work of one service, if nobody is at it. Idempotent. */
export async function sweep(context: Context, service: string): Promise<Result<Swept, OperationRefusal>> {
  const journal = await findJournal(context, service, context.signal);
  if (!journal.ok) return journal;
  const lease = await journal.value.readLease(context.signal);
  if (!lease.ok) return err({ kind: 'journal', error: lease.error });
  if (!lease.value) return ok({ kind: 'nothing-due' });
  const account = await checkAccount(context);
  if (account) return err(account);
  const desk = await sitDown(context, service, journal.value, 'ask');
  if (!desk.ok) {
    if (desk.error.kind === 'busy') return ok({ kind: 'driven-by-another' });
    if (desk.error.kind === 'orphan') return ok({ kind: 'orphan', doing: desk.error.doing });
    return desk;
  }
  await using held = desk.value;
  const doing = doingOf(held.record.state);
  if (doing) return ok({ kind: 'orphan', doing });
  const inMs = await doDueWork(context, held);
  return ok(inMs === undefined ? { kind: 'nothing-due' } : { kind: 'due-later', inMs });
}

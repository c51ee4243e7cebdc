import { err, ms, ok, type Result } from '../base/index.ts';
import { targetGroupName, type WebService } from '../config/index.ts';
import {
  type Color,
  fold,
  isRunning,
  JournalError,
  type NamedRollbackDone,
  type NamedRollbackError,
  type NamedTraffic,
  rollBackByName,
  type StreamState,
} from '../deployment/index.ts';
import { checkAccount } from './account.ts';
import type { Context } from './context.ts';
import { type Driven, driveOn, type Intention, type Known, release } from './deploy.ts';
import { findJournal, findService, nothingRuns, sitDown } from './desk.ts';
import { OperationError } from './operation-error.ts';
import type { OperationRefusal } from './refusal.ts';
import type { RollbackTo } from './rollback-plan.ts';

export type TakenBack =
  | { readonly kind: 'driven'; readonly driven: Driven }
  /** By the load balancer alone, because something else did not answer. */
  | { readonly kind: 'by-name'; readonly done: NamedRollbackDone };

export type TakeBackError =
  | { readonly kind: 'refused'; readonly refusal: OperationRefusal }
  | { readonly kind: 'by-name'; readonly error: NamedRollbackError }
  /** Nothing but the load balancer answers, and without the journal the target is never guessed. */
  | { readonly kind: 'name-a-color'; readonly why: string };

/** All that is not the load balancer must answer within this, together. */
const patience = ms(1_000);

/**
 * Takes the running deployment back, or, when none runs, makes the former revision live again. Where discovery or
 * journal do not answer within a second in all, or what is asked through them fails, the load balancer alone is
 * asked, by names: for the colour that the journal tells, the one that a person names, or the one that `askColor`
 * answers, which is asked once, on a terminal.
 */
export async function takeBack(
  context: Context,
  service: WebService,
  to: RollbackTo,
  named: NamedTraffic,
  askColor: (() => Promise<Color | undefined>) | undefined,
): Promise<Result<TakenBack, TakeBackError>> {
  const read = await readJournal(context, service.name);
  if (!read.ok) {
    const why = read.error;
    if (typeof why !== 'string') return err({ kind: 'refused', refusal: why });
    const target = colorIn(to) ?? (await askColor?.());
    return target ? byName(context, service.name, target, named, why) : err({ kind: 'name-a-color', why });
  }
  const { state, known } = read.value;
  const way = wayBack(state, to);
  if (way.kind === 'not-the-former') return err({ kind: 'refused', refusal: way });
  const failed = await throughJournal(context, service, way, known);
  if (typeof failed !== 'string') return failed;
  // A deployment of long ago is nothing that the load balancer could return to by itself.
  if (typeof to === 'object') return err({ kind: 'name-a-color', why: failed });
  const target = to ?? (isRunning(state) ? state.deployment?.plan.from : state.former?.color);
  return target ? byName(context, service.name, target, named, failed) : err({ kind: 'name-a-color', why: failed });
}

/** Ends the running deployment by taking it back; refused when none runs. */
export async function abort(
  context: Context,
  service: WebService,
  known?: Known,
): Promise<Result<Driven, OperationRefusal>> {
  const [account, journal] = await Promise.all([
    known?.account ?? checkAccount(context),
    known ? ok(known.whereabouts.journal) : findJournal(context, service.name, context.signal),
  ]);
  if (account) return err(account);
  if (!journal.ok) return journal;
  const desk = await sitDown(context, service.name, journal.value, 'force');
  if (!desk.ok) return desk;
  await using held = desk.value;
  const { record } = held;
  const running = isRunning(record.state) ? record.state.deployment?.plan.id : undefined;
  if (running === undefined) return err(nothingRuns(record.state));
  await record.append(running, {
    kind: 'requested',
    body: { id: `abort-${held.lease.epoch}`, deployment: running, hold: '', kind: 'abort', by: context.holder.who },
  });
  return ok(await driveOn(context, held));
}

const colorIn = (to: RollbackTo): Color | undefined => (typeof to === 'string' ? to : undefined);

type WayBack = { readonly kind: 'abort' } | Intention | (OperationRefusal & { readonly kind: 'not-the-former' });

/** A running deployment is aborted, a halted one goes to where it came from, else the former revision is made live. */
function wayBack(state: StreamState, to: RollbackTo): WayBack {
  const { deployment } = state;
  const former = deployment?.plan.from;
  if (deployment && isRunning(state)) {
    return former !== undefined && to !== undefined && to !== former
      ? { kind: 'not-the-former', former }
      : { kind: 'abort' };
  }
  const halted = deployment?.outcome?.name === 'halted' && !deployment.plan.first;
  if (halted && (to === undefined || to === former)) return { kind: 'repair', how: 'former' };
  return { kind: 'rollback', to };
}

/** The result, or in words what did not answer: then the load balancer alone may still do it. */
async function throughJournal(
  context: Context,
  service: WebService,
  way: Exclude<WayBack, OperationRefusal>,
  known: Known,
): Promise<Result<TakenBack, TakeBackError> | string> {
  try {
    const driven =
      way.kind === 'abort' ? await abort(context, service, known) : await release(context, service, way, known);
    if (driven.ok) return ok({ kind: 'driven', driven: driven.value });
    if (driven.error.kind === 'journal') return 'the journal can be read and not written';
    return err({ kind: 'refused', refusal: driven.error });
  } catch (error) {
    if (error instanceof OperationError || error instanceof JournalError) return error.message;
    throw error;
  }
}

async function byName(
  context: Context,
  service: string,
  to: Color,
  named: NamedTraffic,
  why: string,
): Promise<Result<TakenBack, TakeBackError>> {
  context.note(`${why}: asking the load balancer alone.`);
  const { environment, signal, guards } = context;
  const names = {
    blue: targetGroupName(environment.name, service, 'blue'),
    green: targetGroupName(environment.name, service, 'green'),
  };
  const wanted = { environment: environment.name, service, account: environment.account, names, to };
  const done = await rollBackByName(wanted, named, signal, guards);
  return done.ok ? ok({ kind: 'by-name', done: done.value }) : err({ kind: 'by-name', error: done.error });
}

/** The journal's fold; a refusal; or in words what did not answer within the patience. */
async function readJournal(
  context: Context,
  service: string,
): Promise<Result<{ readonly state: StreamState; readonly known: Known }, OperationRefusal | string>> {
  const asking = new AbortController();
  // Loading the clients is this machine's time, which counts against nobody's patience.
  await Promise.all([context.aws.clients.ssm(), context.aws.clients.dynamodb(), context.aws.clients.sts()]);
  const cancel = context.clock.after(patience, () => asking.abort(new Error('the second is over')));
  try {
    const found = await findService(context, service, asking.signal);
    if (!found.ok) return err(isSilence(found.error) ? 'discovery does not answer' : found.error);
    // Whose account this is must be known before the first change, which the journal tells of.
    const account = checkAccount(context);
    account.catch(() => undefined);
    const tail = await found.value.journal.readTail(asking.signal);
    if (!tail.ok) return err('the journal does not answer');
    return ok({ state: fold(tail.value), known: { account, whereabouts: found.value } });
  } finally {
    cancel();
  }
}

/** An absent or unreadable document is an answer; no answer at all, or a refusal of AWS's, is silence. */
const isSilence = (refusal: OperationRefusal): boolean => refusal.kind !== 'site' || refusal.error.kind === 'call';

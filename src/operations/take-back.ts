import { err, ms, ok, type Result } from '../base/index.ts';
import { targetGroupName, type WebService } from '../config/index.ts';
import {
  type Color,
  fold,
  isRunning,
  type NamedRollbackDone,
  type NamedRollbackError,
  type NamedTraffic,
  rollBackByName,
} from '../deployment/index.ts';
import type { Context } from './context.ts';
import { type Driven, driveOn, release } from './deploy.ts';
import { findJournal, sitDown } from './desk.ts';
import type { OperationRefusal } from './refusal.ts';

export type TakenBack =
  | { readonly kind: 'driven'; readonly driven: Driven }
  /** By the load balancer alone, because nothing else answered in time. */
  | { readonly kind: 'by-name'; readonly done: NamedRollbackDone };

export type TakeBackError =
  | { readonly kind: 'refused'; readonly refusal: OperationRefusal }
  | { readonly kind: 'by-name'; readonly error: NamedRollbackError }
  /** Nothing but the load balancer answers, and without the journal the target is never guessed. */
  | { readonly kind: 'name-a-color'; readonly why: string };

/** All that is not the load balancer must answer within this, together. */
const patienceMs = ms(1_000);

/**
 * Takes the running deployment back, or, when none runs, makes the former revision live again. Where journal,
 * discovery or STS do not answer within a second in all, the load balancer alone is asked, by names.
 * `askColor` is asked once, on a terminal; undefined there refuses.
 */
export async function takeBack(
  context: Context,
  service: WebService,
  to: Color | undefined,
  named: NamedTraffic,
  askColor: (() => Promise<Color | undefined>) | undefined,
): Promise<Result<TakenBack, TakeBackError>> {
  const reached = await withinPatience(context, (signal) => probeJournal({ ...context, signal }, service.name));
  if (reached.kind === 'answered') return throughJournal(context, service, to);
  const target = to ?? (await askColor?.());
  if (!target) return err({ kind: 'name-a-color', why: reached.why });
  context.note(`${reached.why}: asking the load balancer alone.`);
  const { environment } = context;
  const done = await rollBackByName(
    {
      environment: environment.name,
      service: service.name,
      account: environment.account,
      names: {
        blue: targetGroupName(environment.name, service.name, 'blue'),
        green: targetGroupName(environment.name, service.name, 'green'),
      },
      to: target,
    },
    named,
    context.signal,
    context.guards,
  );
  return done.ok ? ok({ kind: 'by-name', done: done.value }) : err({ kind: 'by-name', error: done.error });
}

/** Ends the running deployment by taking it back; refused when none runs. */
export async function abort(context: Context, service: WebService): Promise<Result<Driven, OperationRefusal>> {
  const journal = await findJournal(context, service.name, context.signal);
  if (!journal.ok) return journal;
  const desk = await sitDown(context, service.name, journal.value, 'force');
  if (!desk.ok) return desk;
  await using held = desk.value;
  const { record } = held;
  const running = isRunning(record.state) ? record.state.deployment?.plan.id : undefined;
  if (running === undefined) return err({ kind: 'nothing-runs' });
  await record.append(running, {
    kind: 'requested',
    body: { id: `abort-${held.lease.epoch}`, deployment: running, kind: 'abort', by: context.holder.who },
  });
  return ok(await driveOn(context, held));
}

async function throughJournal(
  context: Context,
  service: WebService,
  to: Color | undefined,
): Promise<Result<TakenBack, TakeBackError>> {
  const running = await probeRunning(context, service.name);
  const driven = running ? await abort(context, service) : await release(context, service, { kind: 'rollback', to });
  return driven.ok ? ok({ kind: 'driven', driven: driven.value }) : err({ kind: 'refused', refusal: driven.error });
}

async function probeRunning(context: Context, service: string): Promise<boolean> {
  const journal = await findJournal(context, service, context.signal);
  if (!journal.ok) return false;
  const lease = await journal.value.readLease(context.signal);
  if (!lease.ok || !lease.value) return false;
  const tail = await journal.value.readTail(context.signal);
  return tail.ok && isRunning(fold(tail.value));
}

/** Discovery and journal, read once each. */
async function probeJournal(context: Context, service: string): Promise<Result<void, string>> {
  const journal = await findJournal(context, service, context.signal);
  if (!journal.ok) return err('discovery does not answer');
  const tail = await journal.value.readTail(context.signal);
  return tail.ok ? ok(undefined) : err('the journal does not answer');
}

type Reached = { readonly kind: 'answered' } | { readonly kind: 'silent'; readonly why: string };

async function withinPatience(
  context: Context,
  ask: (signal: AbortSignal) => Promise<Result<void, string>>,
): Promise<Reached> {
  const patience = new AbortController();
  const late = new Promise<Reached>((resolve) => {
    context.clock.after(patienceMs, () => resolve({ kind: 'silent', why: 'no answer of the journal within 1 s' }), {
      unref: true,
    });
  });
  const asked = ask(patience.signal).then(
    (answer): Reached => (answer.ok ? { kind: 'answered' } : { kind: 'silent', why: answer.error }),
    (error: unknown): Reached => ({ kind: 'silent', why: String(error) }),
  );
  const first = await Promise.race([asked, late]);
  patience.abort(new Error('the second is over'));
  return first;
}

import { type Clock, err, type Ms, ms, ok, type Result, unreachable } from '../base/index.ts';
import { callDeadlineMs } from './decide.ts';
import type { Act, ActResult } from './entry.ts';
import type { Guards } from './guards.ts';
import { type Lease, mayCall } from './lease.ts';
import type { Plan } from './plan.ts';
import type { Alarms, CallError, Commands, Fleet, Metrics, Prober, Scaling, Traffic } from './ports.ts';
import type { Place } from './site.ts';
import type { DeploymentState } from './state.ts';
import { weightsOf } from './strange.ts';
import { verify } from './verification.ts';
import { percent, sameWeights, type Weights, weightsFor } from './weights.ts';

/** The ways to the world that acts take. */
export interface World {
  readonly traffic: Traffic;
  readonly fleet: Fleet;
  readonly scaling: Scaling;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  readonly prober: Prober;
  readonly commands: Commands;
  readonly clock: Clock;
}

export type Performed =
  | { readonly kind: 'done'; readonly result: ActResult }
  | { readonly kind: 'unanswered'; readonly cause: string }
  /** `partly`: of several places those before the refused one were written. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly partly: boolean };

/** A throttled call has done nothing: it may be sent again, this often. */
const throttledTries = 6;
/** How long a write may take to show in a read before it counts as unanswered. */
const readBackMs = 10_000;
/** The same for one that failed: it most likely did not happen, and is safe to send again. */
const failedReadBackMs = 1_000;

/**
 * Does one act and tells what came of it. Never throws for what AWS answers. `intendedAt` is when journalling the
 * intent began: it lasts one call deadline, for its entry is what keeps a driver out that was taken over.
 * `interrupt` ends a verification early.
 */
export async function perform(
  act: Act,
  deployment: DeploymentState,
  world: World,
  lease: Lease,
  intendedAt: Ms,
  interrupt: AbortSignal,
  guards: Guards,
): Promise<Performed> {
  const { plan } = deployment;
  const until = ms(intendedAt + callDeadlineMs);
  const signal = guards.has('lease') ? lease.lost : new AbortController().signal;
  const call = <T>(send: () => Promise<Result<T, CallError>>) =>
    sendGuarded(send, world.clock, lease, until, signal, guards);
  switch (act.do) {
    case 'register':
      return register(deployment, world, call, signal);
    case 'update-service': {
      const { color, desiredCount } = act;
      const update = { color, desiredCount, taskDefinition: act.taskDefinition ?? undefined };
      return told(await call(() => world.fleet.update(plan.site, update, plan.container, signal)), null);
    }
    case 'set-test-weights': {
      const weights = weightsFor(act.color, percent(100));
      const write = (place: Place) => call(() => world.traffic.writeTest(plan.site, place, weights, signal));
      return told((await writeInOrder(plan.site.testPlaces, write, false)).written, null);
    }
    case 'set-weights': {
      const weights = weightsFor(plan.to, percent(act.idle));
      const write = (place: Place) => call(() => world.traffic.write(plan.site, place, weights, signal));
      const { written, partly } = await writeInOrder(plan.site.places, write, act.idle === 0);
      if (!written.ok && written.error.kind !== 'unknown') return told(written, null, partly);
      const patienceMs = written.ok ? readBackMs : failedReadBackMs;
      if (await readsBack(plan, weights, world, patienceMs, lease.lost)) return { kind: 'done', result: null };
      return { kind: 'unanswered', cause: written.ok ? 'the write does not show' : causeOf(written.error) };
    }
    case 'set-limits': {
      const { color, min, max, schedules } = act;
      return told(await call(() => world.scaling.write(plan.site, color, { min, max, schedules }, signal)), null);
    }
    case 'verify':
      return verifyUnlessInterrupted(plan, world, lease, interrupt);
    default:
      return unreachable(act);
  }
}

/** Verification may take a minute: whoever ends this process need not wait for it. */
async function verifyUnlessInterrupted(
  plan: Plan,
  world: World,
  lease: Lease,
  interrupt: AbortSignal,
): Promise<Performed> {
  const stop = new AbortController();
  const onEnd = (): void => stop.abort(lease.lost.aborted ? lease.lost.reason : new Error('interrupted'));
  const ends = [lease.lost, interrupt];
  for (const end of ends) end.addEventListener('abort', onEnd, { once: true });
  try {
    return { kind: 'done', result: { verdict: await verify(plan, world, stop.signal) } };
  } catch (error) {
    if (interrupt.aborted && !lease.lost.aborted) return { kind: 'unanswered', cause: 'interrupted' };
    throw error;
  } finally {
    for (const end of ends) end.removeEventListener('abort', onEnd);
  }
}

/** RegisterTaskDefinition is not idempotent: after an unanswered one, look for what it left before trying again. */
async function register(
  deployment: DeploymentState,
  world: World,
  call: <T>(send: () => Promise<Result<T, CallError>>) => Promise<Result<T, CallError>>,
  signal: AbortSignal,
): Promise<Performed> {
  const { plan } = deployment;
  if (plan.wish.kind === 'existing') return { kind: 'done', result: { taskDefinition: plan.wish.taskDefinition } };
  const { definition } = plan.wish;
  if (deployment.unanswered.some((act) => act.do === 'register')) {
    const found = await world.fleet.findRegistered(definition.family, plan.id, signal);
    if (!found.ok) return told(found, null);
    if (found.value !== undefined) return { kind: 'done', result: { taskDefinition: found.value } };
  }
  const registered = await call(() => world.fleet.register(plan.site, definition, plan.id, signal));
  return registered.ok ? { kind: 'done', result: { taskDefinition: registered.value } } : told(registered, null);
}

/**
 * Writes one place after the other and tells the first failure. A raise stops there; taking back goes on with the
 * others, for each place that returns helps. `partly`: some place was written, or may have been, nevertheless.
 */
async function writeInOrder(
  places: readonly Place[],
  write: (place: Place) => Promise<Result<void, CallError>>,
  pastFailures: boolean,
): Promise<{ readonly written: Result<void, CallError>; readonly partly: boolean }> {
  let written: Result<void, CallError> = ok(undefined);
  let partly = false;
  for (const place of places) {
    const answer = await write(place);
    if (answer.ok || answer.error.kind === 'unknown') partly = true;
    if (written.ok) written = answer;
    if (!answer.ok && !pastFailures) break;
  }
  return { written, partly };
}

/**
 * Sends a mutating call while its intent lasts and a whole call deadline of the lease is left; again only where
 * nothing happened.
 */
async function sendGuarded<T>(
  send: () => Promise<Result<T, CallError>>,
  clock: Clock,
  lease: Lease,
  until: Ms,
  signal: AbortSignal,
  guards: Guards,
): Promise<Result<T, CallError>> {
  for (let attempt = 1; ; attempt++) {
    if (guards.has('lease')) {
      while (!mayCall(lease) && clock.monotonic() <= until) await clock.sleep(ms(100), lease.lost);
      lease.lost.throwIfAborted();
      if (!mayCall(lease) || clock.monotonic() > until) return tooLate;
    }
    const answer = await send();
    if (answer.ok || answer.error.kind !== 'throttled' || attempt >= throttledTries) return answer;
    await clock.sleep(ms(Math.min(250 * 2 ** attempt, callDeadlineMs)), signal);
  }
}

/** Decided anew, and journalled anew. */
const tooLate: Result<never, CallError> = err({ kind: 'unknown', cause: 'not sent: its time was over' });

/** Whether a read shows the weights within the time that a stale one may take. */
async function readsBack(
  plan: Plan,
  weights: Weights,
  world: World,
  patienceMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const since = world.clock.monotonic();
  for (let attempt = 0; ; attempt++) {
    const read = await world.traffic.read(plan.site, signal);
    const shown = read.ok ? weightsOf(read.value) : undefined;
    if (shown && sameWeights(shown, weights)) return true;
    if (world.clock.monotonic() - since >= patienceMs) return false;
    await world.clock.sleep(ms(Math.min(50 * 2 ** attempt, 1_000)), signal);
  }
}

function told(answer: Result<unknown, CallError>, result: ActResult, partly = false): Performed {
  if (answer.ok) return { kind: 'done', result };
  const { error } = answer;
  if (error.kind === 'refused') return { kind: 'refused', code: error.code, message: error.message, partly };
  return { kind: 'unanswered', cause: causeOf(error) };
}

const causeOf = (error: CallError): string => (error.kind === 'unknown' ? error.cause : error.code);

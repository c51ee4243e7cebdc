import { isoTime, ms } from '../base/index.ts';
import type { Action } from './action.ts';
import { callDeadlineMs, decide } from './decide.ts';
import { decideDue } from './decide-due.ts';
import type { Act, Outcome } from './entry.ts';
import type { DeploymentEvent, EventBody } from './event.ts';
import { FleetLooks } from './fleet-looks.ts';
import { everyGuard, type Guards } from './guards.ts';
import type { JournalRecord } from './journal-record.ts';
import { withLastLines } from './last-lines.ts';
import type { Lease } from './lease.ts';
import type { PendingRequest } from './lease-reading.ts';
import { type Looked, type Looker, look } from './look.ts';
import { type Depth, depthFor, depthOf, isAsDeep, nextLookMs } from './look-need.ts';
import { Measuring } from './measuring.ts';
import type { Observation } from './observation.ts';
import { outlineOf } from './outline.ts';
import { Pace } from './pace.ts';
import { perform, type World } from './perform.ts';
import type { CallError, Journal } from './ports.ts';
import { ProbeBook } from './probe-book.ts';
import { startProbing } from './probing.ts';
import { SlowReadings } from './slow-readings.ts';
import { type DeploymentState, isRunning, type StreamState } from './state.ts';
import { statusOf } from './status-of.ts';
import { weightsOf } from './strange.ts';
import { Watch } from './watch.ts';
import { percent, weightsFor } from './weights.ts';
import { WeightsLooks } from './weights-looks.ts';

export interface Driving {
  readonly world: World;
  readonly journal: Journal;
  readonly lease: Lease;
  readonly record: JournalRecord;
  readonly emit: (event: DeploymentEvent) => void;
  /** Aborted when this process is told to end: with 'rollback', 'leave', or 'policy' for the plan's `onInterrupt`. */
  readonly interrupt: AbortSignal;
  readonly guards?: Guards;
}

export type DriveEnd = { readonly kind: 'outcome'; readonly outcome: Outcome } | { readonly kind: 'left' };

/**
 * Drives the running deployment of a service to its outcome: look, decide, journal the intent, act, journal what came
 * of it. A driver may die between any two of these; another goes on from the journal.
 * @throws LeaseLost when another driver took over: nothing more is done here.
 */
export async function drive(driving: Driving): Promise<DriveEnd> {
  const { world, lease, record, interrupt } = driving;
  const { clock } = world;
  const guards = driving.guards ?? everyGuard;
  const plan = running(record.state).plan;
  const pace = new Pace(plan.timings.pollMs);
  const watch = new Watch(clock, pace);
  const book = new ProbeBook(plan, running(record.state).carried);
  const measuring = new Measuring(clock, book, plan);
  const probing = startProbing(plan, world.prober, clock, book);
  const emit = emitter(driving, plan.id);
  const slow = new SlowReadings(plan, world, clock);
  const weights = new WeightsLooks(plan, world.traffic, clock);
  const fleet = new FleetLooks(plan, world.fleet, clock);
  const looker = { plan, weights, fleet, slow, clock, lease, watch, book };
  const cutoversTold = new Set<'new' | 'sticky'>();
  let last: Looked | undefined;
  const outline = outlineOf(record.state);
  if (outline) emit({ type: 'driving', body: outline });
  try {
    if (lease.takenOver || running(record.state).unanswered.length > 0) watch.unanswered();
    if (lease.takenOver) {
      if (guards.has('lease') && !isUrgent(record.state)) await clock.sleep(ms(callDeadlineMs), lease.lost);
    }
    for (;;) {
      lease.lost.throwIfAborted();
      const state = record.state;
      const deployment = running(state);
      book.learn(state.identities);
      measuring.enter(deployment.phase.name);
      const told = interrupt.aborted && (interrupt.reason === 'policy' ? plan.onInterrupt : interrupt.reason);
      if (told === 'leave') return { kind: 'left' };
      await forgetStale(driving, plan.id);
      if (told && deployment.undo === undefined && deployment.because === undefined) {
        await accept(
          driving,
          { id: `interrupt-${lease.epoch}`, deployment: plan.id, hold: '', kind: 'abort', by: 'an interrupt' },
          emit,
        );
        continue;
      }
      const failed = (error: CallError): void => {
        if (!lease.lost.aborted) emit({ type: 'reading-failed', body: { cause: causeOf(error) } });
      };
      const lookedAt = clock.monotonic();
      const again = last && decideAgain(looker, last, state, guards);
      last = undefined;
      const decided = again?.decided ?? (await lookAndDecide(looker, state, again?.needed, guards, failed));
      if (!again?.decided) pace.looked(clock.monotonic() - lookedAt);
      if (!decided) {
        await clock.sleep(pace.pause(plan.timings.pollMs), lease.lost);
        continue;
      }
      probing.overTestRule(deployment.verdict?.passed === true);
      const { seen, action } = decided;
      for (const [clients, firstAnswerMs] of [
        ['new', book.cutoverMs],
        ['sticky', book.sticky.cutoverMs],
      ] as const) {
        if (firstAnswerMs === null || cutoversTold.has(clients)) continue;
        cutoversTold.add(clients);
        emit({ type: 'cutover', body: { clients, firstAnswerMs } });
      }
      emit(statusOf(state, deployment, seen, book, action, clock));
      switch (action.do) {
        case 'wait':
          await clock.sleep(pace.pause(nextLookMs(deployment, action, seen)), lease.lost);
          break;
        case 'accept':
          await accept(driving, action.request, emit);
          break;
        case 'enter': {
          const { phase, step, because } = action;
          await record.append(plan.id, { kind: 'entered', body: { phase, step, because } });
          emit({ type: 'phase', body: { phase, step, because } });
          // What ends a deployment rests on limits, which are read for those phases.
          last = phase === 'rolling-back' || (phase === 'baking' && plan.scaling) ? undefined : decided.looked;
          break;
        }
        case 'close': {
          const measured = measuring.measured();
          const outcome = await withLastLines(action.outcome, world.fleet, lease.lost);
          await record.append(plan.id, { kind: 'closed', body: { outcome, measured } });
          const weights = weightsOf(seen.traffic) ?? null;
          emit({ type: 'outcome', body: { outcome, weights, measured } });
          return { kind: 'outcome', outcome };
        }
        case 'rest':
          throw new Error('a running deployment never rests');
        default:
          await act(driving, action, watch, book, () => probing.burst(), emit);
      }
    }
  } finally {
    probing.stop();
  }
}

/** Looks as deep as the phase needs, or as is known to be needed, and again where what is decided rests on more. */
async function lookAndDecide(
  looker: Looker,
  state: StreamState,
  known: Depth | undefined,
  guards: Guards,
  failed: (error: CallError) => void,
): Promise<Decided | undefined> {
  for (let depth = known ?? depthOf(state); ; ) {
    const looked = await look(looker, state, depth, failed);
    if (!looked) return undefined;
    const action = decide(state, looked.seen, guards);
    const needed = depthFor(action, looker.plan);
    if (isAsDeep(looked.depth, needed)) return { seen: looked.seen, action, looked };
    depth = needed;
  }
}

interface Decided {
  readonly seen: Observation;
  readonly action: Action;
  readonly looked: Looked;
}

/**
 * Entering a phase changes nothing in the world: what was seen just before may tell what to do first in it. Undefined
 * where that look is too old by now; `needed` where what is decided rests on more than it read.
 */
function decideAgain(
  { clock, plan }: Looker,
  looked: Looked,
  state: StreamState,
  guards: Guards,
): { readonly decided?: Decided; readonly needed?: Depth } | undefined {
  if (clock.monotonic() - looked.at > decidesAgainMs) return undefined;
  const seen = looked.under(state);
  const action = decide(state, seen, guards);
  const needed = depthFor(action, plan);
  return isAsDeep(looked.depth, needed) ? { decided: { seen, action, looked } } : { needed };
}

/** How old a look may be on which a phase's first step is decided: no older than slow calls make any. */
const decidesAgainMs = 1_000;

/** What is left to do after the outcome of the last deployment. Resolves with the ms until more is due; undefined when nothing is left. */
export async function driveDue(driving: Driving): Promise<number | undefined> {
  const { world, lease, record } = driving;
  const plan = record.state.deployment?.plan;
  if (!plan || isRunning(record.state)) return undefined;
  const watch = new Watch(world.clock, new Pace(plan.timings.pollMs));
  const book = new ProbeBook(plan, true);
  const emit = emitter(driving, plan.id);
  const slow = new SlowReadings(plan, world, world.clock);
  const weights = new WeightsLooks(plan, world.traffic, world.clock);
  const fleet = new FleetLooks(plan, world.fleet, world.clock);
  const looker = { plan, weights, fleet, slow, clock: world.clock, lease, watch, book };
  if (lease.takenOver) await world.clock.sleep(ms(callDeadlineMs), lease.lost);
  for (let failures = 0; ; ) {
    lease.lost.throwIfAborted();
    const looked = await look(looker, record.state, 'all', (error) =>
      emit({ type: 'reading-failed', body: { cause: causeOf(error) } }),
    );
    if (!looked) {
      if (++failures > 5) return 0;
      await world.clock.sleep(ms(plan.timings.pollMs), lease.lost);
      continue;
    }
    const action = decideDue(record.state, looked.seen, driving.guards ?? everyGuard);
    if (action.do === 'rest') return undefined;
    if (action.do === 'wait') return action.ms;
    if (action.do !== 'update-service' && action.do !== 'set-weights' && action.do !== 'set-limits')
      throw new Error(`${action.do} is no due work`);
    await act(driving, action, watch, book, () => undefined, emit);
    await world.clock.sleep(ms(plan.timings.pollMs), lease.lost);
  }
}

/** Intent, act, what came of it: in this order, each durable before the next. */
async function act(
  driving: Driving,
  what: Act,
  watch: Watch,
  book: ProbeBook,
  burst: () => void,
  emit: (body: EventBody) => void,
): Promise<void> {
  const { world, lease, record } = driving;
  const guards = driving.guards ?? everyGuard;
  const deployment = deploymentOf(record.state);
  const { plan } = deployment;
  const intendedAt = world.clock.monotonic();
  if (guards.has('intent')) await record.append(plan.id, { kind: 'intended', body: what });
  const sentAt = isoTime(world.clock.now());
  const sent = world.clock.monotonic();
  if (what.do === 'set-weights') {
    emit({ type: 'writing-weights', body: weightsFor(plan.to, percent(what.idle)) });
    if (what.idle > 0) book.raising(sent, what.idle);
    else book.takingBack(sent);
    burst();
  }
  if (what.do !== 'verify') watch.acted();
  const performed = await perform(what, deployment, world, lease, intendedAt, driving.interrupt, guards);
  switch (performed.kind) {
    case 'done':
      await record.append(plan.id, { kind: 'done', body: { act: what, result: performed.result } });
      break;
    case 'refused':
      await record.append(plan.id, {
        kind: 'refused',
        body: { act: what, code: performed.code, message: performed.message, partly: performed.partly },
      });
      emit({ type: 'refused', body: { act: what.do, code: performed.code, message: performed.message } });
      return;
    case 'unanswered':
      watch.unanswered();
      await record.append(plan.id, { kind: 'unanswered', body: { act: what, cause: performed.cause } });
      emit({ type: 'unanswered', body: { act: what.do, cause: performed.cause } });
      return;
  }
  const { result } = performed;
  if (what.do === 'set-weights') {
    const tookMs = Math.round(world.clock.monotonic() - sent);
    emit({ type: 'weights', body: { ...weightsFor(plan.to, percent(what.idle)), sentAt, tookMs } });
  } else if (what.do === 'update-service') {
    emit({ type: 'scaled', body: { color: what.color, desired: what.desiredCount } });
  } else if (what.do === 'set-limits') {
    const { color, min, max, schedules } = what;
    emit({ type: 'limits', body: { color, min, max, schedules } });
  } else if (result && 'verdict' in result) {
    emit({ type: 'verified', body: result.verdict });
  } else if (result) {
    emit({ type: 'registered', body: { taskDefinition: result.taskDefinition } });
  }
}

/** Journals a request, then takes it off the lease: the other order could lose it. */
async function accept(driving: Driving, request: PendingRequest, emit: (body: EventBody) => void): Promise<void> {
  const { record, journal, lease } = driving;
  await record.append(deploymentOf(record.state).plan.id, { kind: 'requested', body: request });
  emit({ type: 'request', body: request });
  await journal.forget(lease.epoch, request.id, lease.lost);
}

/** Requests that came too late for an earlier deployment must not pile up on the lease. */
async function forgetStale({ journal, lease }: Driving, deployment: string): Promise<void> {
  const stale = lease.requests().find((request) => request.deployment !== deployment);
  if (stale) await journal.forget(lease.epoch, stale.id, lease.lost);
}

/** What must not wait for a call deadline after a forced takeover: taking traffic back. */
const isUrgent = (state: StreamState): boolean =>
  running(state).undo !== undefined || running(state).phase.name === 'rolling-back';

function emitter(driving: Driving, deployment: string): (body: EventBody) => void {
  const { site } = deploymentOf(driving.record.state).plan;
  return (body) =>
    driving.emit({
      schema: 1,
      at: isoTime(driving.world.clock.now()),
      environment: site.environment.name,
      service: site.service,
      deployment,
      ...body,
    });
}

function deploymentOf(state: StreamState): DeploymentState {
  if (!state.deployment) throw new Error('the journal holds no deployment');
  return state.deployment;
}

function running(state: StreamState): DeploymentState {
  const deployment = deploymentOf(state);
  if (deployment.outcome) throw new Error(`deployment ${deployment.plan.id} has its outcome already`);
  return deployment;
}

const causeOf = (error: CallError): string => (error.kind === 'unknown' ? error.cause : error.code);

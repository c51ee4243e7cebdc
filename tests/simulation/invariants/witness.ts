import type { Color, Entry, Plan } from '../../../src/deployment/index.ts';
import type { WireResponse } from '../../../src/local/wire/message.ts';
import type { Installation } from '../installation.ts';
import type { Message } from '../network.ts';
import { type Snapshot, type Truth, truthOf } from '../truth.ts';
import type { SimulatedWorld } from '../world.ts';
import { type Call, readCall, share } from './call.ts';

/** What was found to be broken. */
export interface Violation {
  readonly invariant: InvariantName;
  readonly what: string;
  /** Virtual seconds since the beginning of the run. */
  readonly at: number;
}

/** The numbers are design's; the others follow from them and are what people feel. */
export type InvariantName = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 'clients' | 'replaced';

/** A check of one invariant. Whatever it is told of has just been taken into the witness's record. */
export interface Checker {
  /** One of teal's processes begins a call. */
  sent?(call: Call, actor: string): void;
  /** A call has had its effect. */
  done?(call: Call, actor: string, response: WireResponse): void;
  /** Somebody who is not teal has written weights. */
  movedByOthers?(): void;
  /** Autoscaling has changed how many tasks a colour is to have. */
  scaled?(color: Color, before: number, after: number): void;
  /** A schedule has set a colour's limits. */
  scheduled?(color: Color): void;
  /** The run is over; every deployment was given the time to end. */
  ended?(): void;
}

export interface Take {
  readonly epoch: number;
  readonly actor: string;
  readonly at: number;
}

/**
 * How far back a process may look: a read may be answered from an older copy, and takes its time. What was true at
 * some instant within it may have been read; what was not true at any can't have been.
 */
const memoryMs = 13_000;

/** Everything that checks need of a run, from the true state of the world: not what anybody was told. */
export class Witness {
  readonly world: SimulatedWorld;
  readonly made: Installation;
  readonly truth: Truth;
  readonly violations: Violation[] = [];
  /** The journal as it is stored, by sequence. */
  readonly journal: Entry[] = [];
  /** When each entry became durable. */
  readonly durableAt = new Map<number, number>();
  readonly takes: Take[] = [];
  readonly #history: Snapshot[] = [];
  readonly #checkers: Checker[] = [];
  readonly #carriedUntil: Partial<Record<Color, number>> = {};
  readonly #effects: { readonly actor: string; readonly call: Call; readonly at: number; readonly status: number }[] =
    [];
  #disturbedAt = Number.NEGATIVE_INFINITY;

  constructor(world: SimulatedWorld, made: Installation) {
    this.world = world;
    this.made = made;
    this.truth = truthOf(world, made);
    this.see();
    world.network.onSent((message) => this.#onSent(message));
    world.network.onEffect((message, response) => this.#onEffect(message, response));
  }

  add(...checkers: Checker[]): void {
    this.#checkers.push(...checkers);
  }

  end(): void {
    for (const checker of this.#checkers) checker.ended?.();
  }

  /** Autoscaling chose another count. */
  scaled(color: Color, before: number, after: number): void {
    this.see();
    for (const checker of this.#checkers) checker.scaled?.(color, before, after);
  }

  /** A schedule set limits. */
  scheduled(color: Color): void {
    for (const checker of this.#checkers) checker.scheduled?.(color);
  }

  report(invariant: InvariantName, what: string): void {
    this.violations.push({ invariant, what, at: this.now / 1000 });
  }

  get now(): number {
    return this.world.scheduler.clock.monotonic();
  }

  /** Takes note of how things are at this instant. */
  see(): Snapshot {
    const snapshot = this.truth.snapshot();
    this.#history.push(snapshot);
    while ((this.#history[1]?.at ?? Number.POSITIVE_INFINITY) < snapshot.at - memoryMs) this.#history.shift();
    return snapshot;
  }

  /** How things were at the instants that a process may still have in mind, this one included. */
  recent(): readonly Snapshot[] {
    this.see();
    return this.#history;
  }

  /** Somebody who is not teal changed weights, or tasks were killed: teal can't have known at once. */
  disturb(): void {
    this.#disturbedAt = this.now;
    this.see();
  }

  /** Ms since somebody else interfered. */
  get undisturbedMs(): number {
    return this.now - this.#disturbedAt;
  }

  /** When a colour's last weight was taken away while something ran in it; undefined if it never carried traffic. */
  carriedUntil(color: Color): number | undefined {
    return this.#carriedUntil[color];
  }

  /** The plan of the deployment that the journal is about. */
  get plan(): Plan | undefined {
    const opened = this.journal.findLast((entry) => entry.kind === 'opened');
    return opened?.kind === 'opened' ? opened.body.plan : undefined;
  }

  /** The entries of the deployment that the journal is about. */
  get entries(): readonly Entry[] {
    const from = this.journal.findLastIndex((entry) => entry.kind === 'opened');
    return from < 0 ? [] : this.journal.slice(from);
  }

  epochOf(actor: string): number | undefined {
    return this.takes.findLast((take) => take.actor === actor)?.epoch;
  }

  effectsSince(
    at: number,
  ): readonly { readonly actor: string; readonly call: Call; readonly at: number; readonly status: number }[] {
    return this.#effects.filter((effect) => effect.at >= at);
  }

  #onSent(message: Message): void {
    if (!isTeal(message.from)) return;
    const call = readCall(message, this.made);
    for (const checker of this.#checkers) checker.sent?.(call, message.from);
  }

  #onEffect(message: Message, response: WireResponse): void {
    const call = readCall(message, this.made);
    if (call.kind === 'other') return;
    const { now } = this;
    const ok = response.status === 200;
    if (call.kind === 'take-lease' && ok) this.takes.push({ epoch: call.epoch, actor: message.from, at: now });
    if (call.kind === 'append' && !ok) return;
    if (call.kind === 'append') {
      this.journal.push(readEntry(message));
      this.durableAt.set(call.seq, now);
    }
    if (
      call.kind === 'set-weights' ||
      call.kind === 'update-service' ||
      call.kind === 'register' ||
      call.kind === 'set-limits'
    )
      this.#effects.push({ actor: message.from, call, at: now, status: response.status });
    const before = this.#history.at(-1)?.weights;
    const after = this.see();
    for (const color of ['blue', 'green'] as const) {
      if (after.weights[color] > 0 && after.colors[color].tasks.length > 0) this.#carriedUntil[color] = now;
      else if (before && share(color, before) > 0 && this.#carriedUntil[color] !== undefined)
        this.#carriedUntil[color] = now;
    }
    if (!isTeal(message.from)) {
      if (!ok || call.kind !== 'set-weights') return;
      this.disturb();
      for (const checker of this.#checkers) checker.movedByOthers?.();
      return;
    }
    for (const checker of this.#checkers) checker.done?.(call, message.from, response);
  }
}

/** Processes that are not teal's say so by their names. */
export const isTeal = (actor: string): boolean => !actor.startsWith('foreign') && actor !== 'provision';

function readEntry(message: Message): Entry {
  const { item, epoch, deployment, at, kind, body } = JSON.parse(message.body).Item;
  return {
    schema: 1,
    seq: Number(item.S),
    epoch: Number(epoch.N),
    deployment: deployment.S,
    at: at.S,
    kind: kind.S,
    body: JSON.parse(body.S),
  };
}

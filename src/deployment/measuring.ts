import type { Clock } from '../base/index.ts';
import type { Measured } from './measured.ts';
import type { PhaseName } from './phase.ts';
import type { Plan } from './plan.ts';
import type { ProbeBook } from './probe-book.ts';

/** Adds up what one driver measures of a deployment. */
export class Measuring {
  readonly #clock: Clock;
  readonly #book: ProbeBook;
  readonly #plan: Plan;
  readonly #phases: Partial<Record<PhaseName, number>> = {};
  #phase: PhaseName | undefined;
  #since = 0;

  constructor(clock: Clock, book: ProbeBook, plan: Plan) {
    this.#clock = clock;
    this.#book = book;
    this.#plan = plan;
  }

  enter(phase: PhaseName): void {
    const now = this.#clock.monotonic();
    if (this.#phase) this.#phases[this.#phase] = Math.round((this.#phases[this.#phase] ?? 0) + now - this.#since);
    this.#phase = phase;
    this.#since = now;
  }

  measured(): Measured {
    if (this.#phase) this.enter(this.#phase);
    const { to, from } = this.#plan;
    const round = (value: number | null): number | null => (value === null ? null : Math.round(value));
    return {
      phases: { ...this.#phases },
      from: this.#book.totals(from),
      to: this.#book.totals(to),
      cutoverMs: round(this.#book.cutoverMs),
      rollbackMs: round(this.#book.rollbackMs),
      stickyCutoverMs: round(this.#book.sticky.cutoverMs),
      stickyRollbackMs: round(this.#book.sticky.rollbackMs),
    };
  }
}

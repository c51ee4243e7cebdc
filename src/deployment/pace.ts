import { type Ms, ms } from '../base/index.ts';

/** Looks are at most so many times further apart than planned. */
const slowest = 8;

/**
 * How far apart one driver's looks are. Calls of an account share AWS's token buckets: where looks are slow because it
 * throttles, each driver looks less often, until all get their turn, and soon as often as planned where it does not.
 */
export class Pace {
  readonly #pollMs: number;
  #slower = 1;

  constructor(pollMs: number) {
    this.#pollMs = pollMs;
  }

  /** A look took this long. */
  looked(tookMs: number): void {
    this.#slower = tookMs > this.#pollMs ? Math.min(slowest, this.#slower * 2) : Math.max(1, this.#slower / 2);
  }

  /** How long to wait where the plan would wait for `waitMs`. */
  pause(waitMs: number): Ms {
    return ms(Math.max(1, this.#slower > 1 ? Math.max(waitMs, this.#slower * this.#pollMs) : waitMs));
  }

  /** A longer gap between two looks was not watched. */
  get longestGapMs(): number {
    return 3 * this.#slower * this.#pollMs;
  }
}

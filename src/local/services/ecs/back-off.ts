import { type Clock, type Ms, ms } from '../../../base/index.ts';

/**
 * How long each deployment waits before it starts tasks again. Tasks that fail together count once: the delay doubles
 * per attempt, not per task (ECS-DG/service-throttle-logic).
 */
export class BackOff {
  readonly #clock: Clock;
  readonly #delays: { readonly first: Ms; readonly most: Ms };
  readonly #attempts = new Map<string, { readonly count: number; readonly until: number }>();

  constructor(clock: Clock, delays: { readonly first: Ms; readonly most: Ms }) {
    this.#clock = clock;
    this.#delays = delays;
  }

  /** A task of it has failed; returns how many attempts in a row have. */
  fail(deployment: string): number {
    const now = this.#clock.monotonic();
    const before = this.#attempts.get(deployment);
    if (before && now < before.until) return before.count;
    const count = (before?.count ?? 0) + 1;
    const { first, most } = this.#delays;
    this.#attempts.set(deployment, { count, until: now + Math.min(most, first * 2 ** (count - 1)) });
    return count;
  }

  reset(deployment: string): void {
    this.#attempts.delete(deployment);
  }

  /** 0 when it may start tasks now. */
  waitOf(deployment: string): Ms {
    const until = this.#attempts.get(deployment)?.until ?? 0;
    return ms(Math.max(0, until - this.#clock.monotonic()));
  }
}

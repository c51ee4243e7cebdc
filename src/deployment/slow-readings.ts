import type { Clock } from '../base/index.ts';
import type { Plan } from './plan.ts';
import type { Scaling } from './ports.ts';
import type { ScalingReading } from './scaling.ts';

/** What is looked at less often than the load balancer, as last read. */
export interface SlowReading {
  readonly scaling: ScalingReading | undefined;
}

/** Limits change by teal's own writes, by people and by schedules: soon enough seen within this. */
const limitsEveryMs = 10_000;

/**
 * Readings that a driver takes seldom, to keep to its budget of calls, and keeps in between. One without an answer
 * leaves the last in place: no look fails for it.
 */
export class SlowReadings {
  readonly #plan: Plan;
  readonly #ways: { readonly scaling: Scaling };
  readonly #clock: Clock;
  #scaling: ScalingReading | undefined;
  #scalingAt = Number.NEGATIVE_INFINITY;

  constructor(plan: Plan, ways: { readonly scaling: Scaling }, clock: Clock) {
    this.#plan = plan;
    this.#ways = ways;
    this.#clock = clock;
  }

  get last(): SlowReading {
    return { scaling: this.#scaling };
  }

  async read(signal: AbortSignal): Promise<SlowReading> {
    await this.#readScaling(signal);
    return this.last;
  }

  async #readScaling(signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    if (!this.#plan.scaling || now - this.#scalingAt < limitsEveryMs) return;
    this.#scalingAt = now;
    const read = await this.#ways.scaling.read(this.#plan.site, signal);
    if (read.ok) this.#scaling = read.value;
  }
}

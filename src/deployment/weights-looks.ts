import { type Clock, ok, type Result } from '../base/index.ts';
import { type Depth, needsWeights } from './look-need.ts';
import type { Plan } from './plan.ts';
import type { CallError, Traffic } from './ports.ts';
import type { TrafficReading } from './readings.ts';
import type { StreamState } from './state.ts';
import { explains } from './strange.ts';

/** One driver's looks at the weights. */
export class WeightsLooks {
  readonly #plan: Plan;
  readonly #traffic: Traffic;
  readonly #clock: Clock;
  #last: { readonly value: TrafficReading; readonly at: number } | undefined;

  constructor(plan: Plan, traffic: Traffic, clock: Clock) {
    this.#plan = plan;
    this.#traffic = traffic;
    this.#clock = clock;
  }

  async read(state: StreamState, depth: Depth, signal: AbortSignal): Promise<Result<TrafficReading, CallError>> {
    const at = this.#clock.monotonic();
    const last = this.#last;
    if (last && explains(state, last.value) && !needsWeights(state.deployment, depth, at - last.at))
      return ok(last.value);
    const read = await this.#traffic.read(this.#plan.site, signal);
    if (read.ok) this.#last = { value: read.value, at };
    return read;
  }
}

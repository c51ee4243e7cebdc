import { type Clock, type Ms, ms } from '../base/index.ts';
import { type Color, colors } from './color.ts';
import type { Pace } from './pace.ts';
import type { TrafficReading } from './readings.ts';
import type { StreamState } from './state.ts';
import { explains, weightsOf } from './strange.ts';
import { sameWeights } from './weights.ts';

/**
 * What one driver remembers between its looks at the world: how long it has watched a hold, since when weights are
 * strange, since when a colour stands at 0. Nothing of it is journalled: a new driver starts from zero.
 */
export class Watch {
  readonly #clock: Clock;
  readonly #pace: Pace;
  #hold = '';
  #watchedMs = 0;
  #lookedAt: number | undefined;
  /** The last look showed the weights that the journal knows. */
  #onCourse = false;
  #phase = '';
  #phaseSince: number;
  #strangeSince: number | undefined;
  #actAt = Number.NEGATIVE_INFINITY;
  #quietSince = Number.NEGATIVE_INFINITY;
  readonly #zeroSince: Record<Color, number | undefined> = { blue: undefined, green: undefined };

  constructor(clock: Clock, pace: Pace) {
    this.#clock = clock;
    this.#pace = pace;
    this.#phaseSince = clock.monotonic();
  }

  /** A look began at `at` and succeeded. */
  looked(state: StreamState, traffic: TrafficReading, at: Ms): void {
    const deployment = state.deployment;
    const phase = deployment ? `${deployment.phase.name}/${deployment.phase.step}` : '';
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#phaseSince = at;
    }
    const hold = `${phase}/${JSON.stringify(state.weights)}/${deployment?.paused}`;
    const weights = weightsOf(traffic);
    const onCourse = weights !== undefined && state.weights !== null && sameWeights(weights, state.weights);
    const gap = at - (this.#lookedAt ?? at);
    if (hold !== this.#hold) {
      this.#hold = hold;
      this.#watchedMs = 0;
    } else if (gap <= this.#pace.longestGapMs && onCourse && this.#onCourse) {
      this.#watchedMs += gap;
    }
    this.#onCourse = onCourse;
    this.#lookedAt = at;
    this.#strangeSince = explains(state, traffic) ? undefined : (this.#strangeSince ?? at);
    for (const color of colors)
      this.#zeroSince[color] = weights?.[color] === 0 ? (this.#zeroSince[color] ?? at) : undefined;
  }

  acted(): void {
    this.#actAt = this.#clock.monotonic();
  }

  /** A call got no answer, or another driver's may be under way. */
  unanswered(): void {
    this.#quietSince = this.#clock.monotonic();
  }

  get watchedMs(): Ms {
    return ms(this.#watchedMs);
  }

  get phaseMs(): Ms {
    return ms(this.#clock.monotonic() - this.#phaseSince);
  }

  get sinceActMs(): Ms {
    return ms(this.#clock.monotonic() - this.#actAt);
  }

  get quietMs(): Ms {
    return ms(this.#clock.monotonic() - this.#quietSince);
  }

  get strangeMs(): Ms {
    return ms(this.#strangeSince === undefined ? 0 : this.#clock.monotonic() - this.#strangeSince);
  }

  get atZeroMs(): Readonly<Record<Color, Ms | undefined>> {
    const now = this.#clock.monotonic();
    const since = (at: number | undefined): Ms | undefined => (at === undefined ? undefined : ms(now - at));
    return { blue: since(this.#zeroSince.blue), green: since(this.#zeroSince.green) };
  }
}

import { addTo, emptySet, type StatisticSet, setOf } from './statistic-set.ts';

interface Step {
  readonly at: number;
  /** Undefined: no points from here on. */
  readonly value: number | undefined;
}

const minute = 60_000;
const stepsKept = 2_000;

/**
 * A metric that tells a state: one sample for each value that was in force within a point's period. Only changes are
 * kept, so that a state that lasts costs nothing.
 */
export class Gauge {
  readonly #period: number;
  readonly #steps: Step[] = [];
  #stored: number;
  /** What was before is not known here. */
  since: number;

  constructor(period: number, now: number) {
    this.#period = period;
    this.since = Math.floor(now / period) * period;
    this.#stored = Math.floor(now / minute) * minute;
  }

  /** It has a value now. */
  get lasts(): boolean {
    return this.#steps.at(-1)?.value !== undefined;
  }

  set(now: number, value: number | undefined): void {
    const last = this.#steps.at(-1);
    if (last && last.value === value) return;
    if (last?.at === now) this.#steps.pop();
    this.#steps.push({ at: now, value });
    if (this.#steps.length <= stepsKept) return;
    this.#steps.shift();
    this.since = Math.ceil((this.#steps[0]?.at ?? now) / this.#period) * this.#period;
  }

  /** The samples of the periods that lie between. */
  between(from: number, to: number): StatisticSet {
    const joined = emptySet();
    let end = to;
    for (let index = this.#steps.length - 1; index >= 0 && end > from; index--) {
      const step = this.#steps[index];
      if (!step || step.at >= end) continue;
      const begin = Math.max(step.at, from);
      const periods = Math.ceil(end / this.#period) - Math.floor(begin / this.#period);
      if (step.value !== undefined) addTo(joined, setOf(step.value, periods));
      end = begin;
    }
    return joined;
  }

  /** The minutes that have ended and were not asked for yet, without those that have no sample. */
  wholeMinutes(now: number): readonly (readonly [start: number, set: StatisticSet])[] {
    const found: (readonly [number, StatisticSet])[] = [];
    const last = Math.floor(now / minute) * minute;
    for (let start = this.#stored; start < last; start += minute) {
      const set = this.between(start, start + minute);
      if (set.count > 0) found.push([start, set]);
    }
    this.#stored = Math.max(this.#stored, last);
    return found;
  }
}

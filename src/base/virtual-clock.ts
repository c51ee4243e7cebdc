import type { Cancel, Clock } from './clock.ts';
import { type EpochMs, epochMs, type Ms, ms } from './time.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  fn: (() => void) | undefined;
}

/** A clock that stands still until told to move. Timers fire in order of time, then of creation. */
export interface VirtualClock extends Clock {
  /** Fires the next timer and moves to its time; false when there is none. */
  step(): boolean;
  /** When the next timer is due, or undefined. */
  nextAt(): EpochMs | undefined;
  /** Fires all that is due within `delay`, then stands at now + `delay`. Synchronous: promises settle later. */
  advance(delay: Ms): void;
  /** Like `advance`, but lets promises settle after each timer. */
  advanceAsync(delay: Ms): Promise<void>;
}

/** 2026-01-01T00:00:00Z: a fixed start, so that recorded times are the same in every run. */
const defaultStart = epochMs(1_767_225_600_000);

export function createVirtualClock(start: EpochMs = defaultStart): VirtualClock {
  let now: number = start;
  let order = 0;
  const heap = new TimerHeap();

  const after = (delay: Ms, fn: () => void): Cancel => {
    const timer: Timer = { at: now + Math.max(0, delay), order: order++, fn };
    heap.push(timer);
    return () => {
      timer.fn = undefined;
    };
  };
  const peek = (): Timer | undefined => {
    for (let first = heap.first(); first; first = heap.first()) {
      if (first.fn) return first;
      heap.pop();
    }
    return undefined;
  };
  const step = (): boolean => {
    const timer = peek();
    if (!timer) return false;
    heap.pop();
    now = Math.max(now, timer.at);
    timer.fn?.();
    return true;
  };
  const dueWithin = (until: number): boolean => {
    const timer = peek();
    return timer !== undefined && timer.at <= until;
  };

  return {
    now: () => epochMs(now),
    monotonic: () => ms(now - start),
    after,
    sleep: (delay, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = after(delay, () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    step,
    nextAt() {
      const timer = peek();
      return timer && epochMs(timer.at);
    },
    advance(delay) {
      const until = now + delay;
      while (dueWithin(until)) step();
      now = until;
    },
    async advanceAsync(delay) {
      const until = now + delay;
      await settle();
      while (dueWithin(until)) {
        step();
        await settle();
      }
      now = until;
    },
  };
}

/** All microtasks have run once a macrotask does. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A binary heap ordered by (at, order). */
class TimerHeap {
  readonly #items: Timer[] = [];

  first(): Timer | undefined {
    return this.#items[0];
  }

  push(timer: Timer): void {
    const items = this.#items;
    items.push(timer);
    let at = items.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Timer | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    items[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < items.length && this.#before(left, least)) least = left;
      if (right < items.length && this.#before(right, least)) least = right;
      if (least === at) return top;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const x = this.#items[a] as Timer;
    const y = this.#items[b] as Timer;
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const x = this.#items[a] as Timer;
    this.#items[a] = this.#items[b] as Timer;
    this.#items[b] = x;
  }
}

import { describe, expect, test } from 'vitest';
import { createVirtualClock, ms } from '../base/index.ts';
import { Pace } from './pace.ts';
import type { StreamState } from './state.ts';
import { aPlan } from './testing/a-plan.ts';
import { aDeployment, answered, entered, following, requested, weights } from './testing/a-stream.ts';
import { seen } from './testing/seen.ts';
import { Watch } from './watch.ts';

const plan = aPlan({ steps: [10, 100], hold: 60, timings: { pollMs: 1_000 } });
const canary = following(aDeployment({ plan, phase: 'shifting' }), ...answered(weights(10)));

function aWatch() {
  const clock = createVirtualClock();
  const watch = new Watch(clock, new Pace(plan.timings.pollMs));
  /** Lets time pass, then looks. */
  const look = (afterMs: number, state: StreamState = canary, share = 10): Watch => {
    clock.advance(ms(afterMs));
    watch.looked(state, seen({ plan, share }).traffic, clock.monotonic());
    return watch;
  };
  return { watch, look, clock };
}

describe('a watch', () => {
  test('counts the time between looks', () => {
    const { look } = aWatch();
    look(0);
    look(1_000);
    expect(look(1_500).watchedMs).toBe(2_500);
  });

  test('does not count gaps longer than three polls', () => {
    const { look } = aWatch();
    look(0);
    look(3_000);
    look(3_001);
    expect(look(1_000).watchedMs).toBe(4_000);
  });

  test('starts from zero with another weight, another step, and a pause', () => {
    const { look } = aWatch();
    look(0);
    expect(look(1_000).watchedMs).toBe(1_000);
    const next = following(canary, entered('shifting', 1));
    expect(look(1_000, next).watchedMs).toBe(0);
    expect(look(1_000, next).watchedMs).toBe(1_000);
    expect(look(1_000, following(next, requested('pause'))).watchedMs).toBe(0);
  });

  test('of a new driver starts from zero', () => {
    const { look } = aWatch();
    expect(look(5_000).watchedMs).toBe(0);
  });

  test('does not count time in which the load balancer showed other weights', () => {
    const { look } = aWatch();
    look(0);
    look(1_000);
    look(1_000, canary, 0);
    look(1_000, canary, 0);
    expect(look(1_000).watchedMs).toBe(1_000);
    expect(look(1_000).watchedMs).toBe(2_000);
  });

  test('tells since when weights are strange, until they are explained again', () => {
    const { look, clock } = aWatch();
    expect(look(0).strangeMs).toBe(0);
    look(1_000, canary, 50);
    clock.advance(ms(2_000));
    expect(look(0, canary, 50).strangeMs).toBe(2_000);
    expect(look(0).strangeMs).toBe(0);
  });

  test('tells since when each colour stands at 0', () => {
    const { look } = aWatch();
    expect(look(0).atZeroMs).toEqual({ blue: undefined, green: undefined });
    look(1_000, canary, 0);
    expect(look(2_000, canary, 0).atZeroMs).toEqual({ blue: undefined, green: 2_000 });
    expect(look(1_000).atZeroMs.green).toBeUndefined();
  });

  test('tells since the last act and the last unanswered call, infinite before', () => {
    const { watch, clock } = aWatch();
    expect([watch.sinceActMs, watch.quietMs]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    watch.acted();
    clock.advance(ms(100));
    watch.unanswered();
    clock.advance(ms(50));
    expect([watch.sinceActMs, watch.quietMs]).toEqual([150, 50]);
  });

  test('tells how long the phase lasts, whether it was watched or not', () => {
    const { look } = aWatch();
    look(0);
    look(60_000);
    expect(look(1_000).phaseMs).toBe(61_000);
    expect(look(1_000, following(canary, entered('shifting', 1))).phaseMs).toBe(0);
  });
});

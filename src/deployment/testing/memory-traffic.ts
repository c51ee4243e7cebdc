import { type Clock, ms, ok } from '../../base/index.ts';
import type { Traffic } from '../ports.ts';
import type { Weights } from '../weights.ts';

/** Weights in memory: every place of a site follows at once. Each call takes 10 ms. */
export function memoryTraffic(clock: Clock, weights: Weights = { blue: 100, green: 0 }): Traffic {
  const now = { production: weights, test: weights };
  const answered = async <T>(value: T, signal: AbortSignal) => {
    await clock.sleep(ms(10), signal);
    return ok(value);
  };
  return {
    read: (site, signal) => answered({ production: site.places.map(() => now.production), test: now.test }, signal),
    write(_site, to, signal) {
      now.production = to;
      return answered(undefined, signal);
    },
    writeTest(_site, to, signal) {
      now.test = to;
      return answered(undefined, signal);
    },
  };
}

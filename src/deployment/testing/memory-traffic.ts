import { type Clock, ms, ok } from '../../base/index.ts';
import type { Traffic } from '../ports.ts';
import type { Place } from '../site.ts';
import type { Weights } from '../weights.ts';

/** Weights in memory: each place follows at once. Each call takes 10 ms. */
export function memoryTraffic(clock: Clock, weights: Weights = { blue: 100, green: 0 }): Traffic {
  const now = new Map<string, Weights>();
  const of = ({ arn }: Place): Weights => now.get(arn) ?? weights;
  const answered = async <T>(value: T, signal: AbortSignal) => {
    await clock.sleep(ms(10), signal);
    return ok(value);
  };
  const write: Traffic['write'] = (_site, place, to, signal) => {
    now.set(place.arn, to);
    return answered(undefined, signal);
  };
  return {
    read: (site, signal) => answered({ production: site.places.map(of), test: site.testPlaces.map(of) }, signal),
    write,
    writeTest: write,
  };
}

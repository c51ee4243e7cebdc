import type { TrafficReading } from './readings.ts';
import type { StreamState } from './state.ts';
import { sameWeights, type Weights } from './weights.ts';

/** The weights that all places show alike; undefined where one differs or does not name both groups. */
export function weightsOf(reading: TrafficReading): Weights | undefined {
  const shown = reading.production.map(({ blue, green }) =>
    blue !== undefined && green !== undefined && blue + green > 0 ? { blue, green } : undefined,
  );
  const first = shown[0];
  return first && shown.every((weights) => weights && sameWeights(weights, first)) ? first : undefined;
}

/** Whether the journal explains the weights: read back, or intended and never answered (a straggler's effect). */
export function explains(state: StreamState, reading: TrafficReading): boolean {
  const weights = weightsOf(reading);
  if (!weights) return false;
  if (state.weights && sameWeights(state.weights, weights)) return true;
  return state.unansweredWeights.some((unanswered) => sameWeights(unanswered, weights));
}

/** For people: what the first place shows. */
export function showing(reading: TrafficReading): Partial<Weights> {
  const { blue, green } = reading.production[0] ?? { blue: undefined, green: undefined };
  return { ...(blue === undefined ? {} : { blue }), ...(green === undefined ? {} : { green }) };
}

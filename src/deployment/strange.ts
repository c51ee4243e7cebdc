import type { Color } from './color.ts';
import type { PlaceReading, TrafficReading } from './readings.ts';
import type { StreamState } from './state.ts';
import { sameWeights, shareOf, type Weights } from './weights.ts';

/** The weights that all places show alike; undefined where one differs or does not name both groups. */
export function weightsOf(reading: TrafficReading): Weights | undefined {
  const shown = reading.production.map(weightsAt);
  const first = shown[0];
  return first && shown.every((weights) => weights && sameWeights(weights, first)) ? first : undefined;
}

/**
 * Whether the journal explains the weights of each place: read back, or intended and never answered (a straggler's
 * effect). Places may differ: a driver that died between two of them wrote the one and left the other.
 */
export function explains(state: StreamState, reading: TrafficReading): boolean {
  const ours = [...(state.weights ? [state.weights] : []), ...state.unansweredWeights];
  return reading.production.every((place) => {
    const weights = weightsAt(place);
    return weights !== undefined && ours.some((known) => sameWeights(known, weights));
  });
}

/** The different weights that the places show, less those that name one group only. */
export function weightsShown(reading: TrafficReading): readonly Weights[] {
  const all = reading.production.flatMap((place) => weightsAt(place) ?? []);
  return all.filter((weights, index) => all.findIndex((other) => sameWeights(other, weights)) === index);
}

/** The greatest share that any place gives `color`, in percent; 0 where none names both groups. */
export const greatestShare = (color: Color, reading: TrafficReading): number =>
  Math.max(0, ...reading.production.flatMap((place) => weightsAt(place) ?? []).map((each) => shareOf(color, each)));

/** For people: what the first place shows. */
export const showing = (reading: TrafficReading): Partial<Weights> =>
  namedOnly(reading.production[0] ?? { blue: undefined, green: undefined });

/** A place's weights without the group that it does not name. */
export const namedOnly = ({ blue, green }: PlaceReading): Partial<Weights> => ({
  ...(blue === undefined ? {} : { blue }),
  ...(green === undefined ? {} : { green }),
});

const weightsAt = ({ blue, green }: PlaceReading): Weights | undefined =>
  blue !== undefined && green !== undefined && blue + green > 0 ? { blue, green } : undefined;

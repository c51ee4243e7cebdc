import type { Color } from './color.ts';
import type { Weights } from './weights.ts';

/** Since when a colour has had no production traffic, as far as the journal knows. */
export type Rest =
  | { readonly kind: 'never-carried' }
  | { readonly kind: 'carrying' }
  /** Read back at weight 0. `at` is ISO time by the clock of the driver of `epoch`. */
  | { readonly kind: 'resting'; readonly at: string; readonly epoch: number };

/** A revision in a colour that had all of the traffic before. */
export interface Former {
  readonly color: Color;
  readonly taskDefinition: string;
  readonly revision: string;
}

/** What outlives a deployment: each `opened` entry carries it, so that folding can start there. */
export interface Carried {
  /** The weights last read back; null before the first deployment. */
  readonly weights: Weights | null;
  /** Weights intended by a driver that got no answer: their effect may still come. */
  readonly unansweredWeights: readonly Weights[];
  readonly rest: Readonly<Record<Color, Rest>>;
  /** What runs in the live colour, as the journal knows it. */
  readonly live: Former | null;
  /** What a rollback would return to: null when the other colour holds nothing that was live. */
  readonly former: Former | null;
  /** How each colour's answers name their revision, where that was learned and tells them apart. */
  readonly identities: Readonly<Partial<Record<Color, string>>>;
}

export const nothingCarried: Carried = {
  weights: null,
  unansweredWeights: [],
  rest: { blue: { kind: 'never-carried' }, green: { kind: 'never-carried' } },
  live: null,
  former: null,
  identities: {},
};

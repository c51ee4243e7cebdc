/** One measured number. `goal` is what it is held to; null where it only informs. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | 'ratio' | 'calls' | 'requests' | 'MB' | 'count';
  readonly goal: Goal | null;
}

export type Goal =
  | { readonly kind: 'at-most'; readonly value: number }
  | { readonly kind: 'at-least'; readonly value: number };

/** What one chapter of the benchmark found. */
export interface Findings {
  /** Lines for a person, made by `table`. */
  readonly lines: readonly string[];
  readonly figures: readonly Figure[];
}

export interface Chapter {
  readonly name: string;
  /** What it measures, as a headline. */
  readonly title: string;
  run(bench: Bench): Promise<Findings>;
}

/** What every chapter is given. */
export interface Bench {
  /** The built command line. */
  readonly program: string;
  /** Tells who watches what is being done. */
  readonly say: (line: string) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

export const figure = (name: string, value: number, unit: Figure['unit'], goal: Goal | null = null): Figure => ({
  name,
  value,
  unit,
  goal,
});

export const atMost = (value: number): Goal => ({ kind: 'at-most', value });
export const atLeast = (value: number): Goal => ({ kind: 'at-least', value });

export function isMet({ value, goal }: Figure): boolean {
  if (goal === null) return true;
  return goal.kind === 'at-most' ? value <= goal.value : value >= goal.value;
}

export interface Distribution {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** Of all values, by nearest rank: with 100 values p99 is the second greatest. */
export function distribution(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? Number.NaN };
}

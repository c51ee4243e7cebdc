/**
 * How often values of about one size came: a sparse histogram whose buckets grow by 2 %, so that what is read from it
 * is true to 1 %. Values are 0 or above.
 */
export type Distribution = Map<number, number>;

const growth = Math.log(1.02);
const zeroBucket = -1_000_000;

export const bucketOf = (value: number): number =>
  value <= 0 ? zeroBucket : Math.max(zeroBucket + 1, Math.round(Math.log(value) / growth));

/** The middle of a bucket. */
export const valueIn = (bucket: number): number => (bucket === zeroBucket ? 0 : Math.exp(bucket * growth));

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * Where the first point of a request begins: CloudWatch rounds its start down, the more the longer ago it is, and to
 * less than a minute for periods of seconds. CW-API/API_GetMetricData, `StartTime`. In milliseconds, the period in
 * seconds.
 */
export function startOf(start: number, now: number, period: number): number {
  const age = now - start;
  const unit =
    period < 60 && age <= 3 * hour ? period * second : age < 15 * day ? minute : age < 63 * day ? 5 * minute : hour;
  return Math.floor(start / unit) * unit;
}

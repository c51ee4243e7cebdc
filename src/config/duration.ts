import * as z from 'zod';

const secondsOf = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `500ms`, `90s`, `5m`, `1h30m`, `7d`: whole numbers with units, the larger unit first, each at most once. */
const pattern = /^(?=\d)(?:\d{1,6}d)?(?:\d{1,6}h)?(?:\d{1,6}m(?!s))?(?:\d{1,6}s)?(?:\d{1,6}ms)?$/;

export interface DurationRange {
  /** Seconds. */
  readonly min: number;
  /** Seconds. */
  readonly max: number;
  /** True where AWS (or a rule of its own) knows whole seconds only. */
  readonly whole?: true;
}

/** A field that people write as `"90s"` or `"1h30m"` and teal reads as seconds. */
export function duration({ min, max, whole }: DurationRange) {
  const allowed = `${durationText(min)} to ${durationText(max)}${whole ? ', in whole seconds' : ''}`;
  return z
    .string()
    .regex(pattern, { error: `not a duration such as "90s", "5m" or "1h30m" (${allowed})` })
    .transform(parseDuration)
    .refine((seconds) => seconds >= min && seconds <= max && (!whole || Number.isInteger(seconds)), {
      error: `outside of what is allowed: ${allowed}`,
    });
}

/** Seconds of a text that matches the pattern of durations. */
function parseDuration(text: string): number {
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhd])/g)) {
    milliseconds += Number(amount) * Math.round(secondsOf[unit as keyof typeof secondsOf] * 1000);
  }
  return milliseconds / 1000;
}

/** As people write it: `90` → `1m30s`. */
export function durationText(seconds: number): string {
  let rest = Math.round(seconds * 1000);
  if (rest === 0) return '0s';
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const size = Math.round(secondsOf[unit] * 1000);
    const amount = Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text;
}

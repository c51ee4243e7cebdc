import type { EpochMs, Ms } from './time.ts';

/** Ends a timer; ending it twice, or after it fired, does nothing. */
export type Cancel = () => void;

/**
 * The only source of time and of waiting. Everything that waits takes one, so that tests and the simulation
 * run in virtual time.
 */
export interface Clock {
  /** Wall-clock time: for people and for records. May jump. */
  now(): EpochMs;
  /** Milliseconds on a clock that never jumps: for deadlines and for measuring. Its zero means nothing. */
  monotonic(): Ms;
  /** Calls `fn` once, `delay` from now at the earliest. Does not keep the process alive when `unref` is set. */
  after(delay: Ms, fn: () => void, options?: { unref?: boolean }): Cancel;
  /** Resolves after `delay`; rejects with the signal's reason as soon as it is aborted. */
  sleep(delay: Ms, signal?: AbortSignal): Promise<void>;
}

import type { Clock } from './clock.ts';
import { epochMs, ms } from './time.ts';

/** The real clock of this machine. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  monotonic: () => ms(performance.now()),
  after(delay, fn, options) {
    const timer = setTimeout(fn, delay);
    if (options?.unref) timer.unref();
    return () => clearTimeout(timer);
  },
  sleep(delay, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, delay);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};

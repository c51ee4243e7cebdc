import { ok } from '../../base/index.ts';
import type { Alarms, Metrics } from '../ports.ts';
import type { AlarmReading, MetricWindow } from '../watched.ts';

/** Alarms that stand as given. */
export const memoryAlarms = (given: readonly AlarmReading[]): Alarms => ({
  read: async (names) => ok(given.filter(({ name }) => names.includes(name))),
});

/** Counts that are always the same. */
export const memoryMetrics = (counted: Omit<MetricWindow, 'windowSeconds'>): Metrics => ({
  read: async (_site, _color, { windowSeconds }) => ok({ ...counted, windowSeconds }),
});

/** No alarm exists, and no client has asked for anything. */
export const nothingWatched = {
  alarms: memoryAlarms([]),
  metrics: memoryMetrics({ requests: 0, failed: 0, p99Ms: null }),
};

import { describe, expect, test } from 'vitest';
import { emptyStream } from '../../deployment/index.ts';
import { aPlan } from '../../deployment/testing/a-plan.ts';
import type { ServiceStatus, WatchNow } from '../../operations/index.ts';
import { detailedStatusText } from './status-text.ts';

const now = Date.parse('2026-11-21T04:02:00.000Z');

function linesOf(watch: WatchNow | null): readonly string[] {
  const color = { healthy: 0, running: 0, desired: 0, taskDefinition: null };
  const status: ServiceStatus = {
    service: 'api',
    url: null,
    weights: null,
    colors: { blue: color, green: color },
    deployment: null,
    state: emptyStream,
    entries: [],
    lease: null,
    orphan: false,
    watch,
    keepWarmMs: null,
  };
  return detailedStatusText('local', [{ name: 'api', status }], now)
    .split('\n')
    .slice(3);
}

describe('the status of one service', () => {
  const { limits } = aPlan({ limits: { ...aPlan().limits, failurePercent: 1, p99Seconds: 0.8, windowSeconds: 30 } });
  const reading = (name: string, state: 'OK' | 'ALARM') => ({
    name,
    state,
    reason: 'Threshold Crossed',
    since: '2026-11-21T03:58:00.000Z',
  });

  test('tells its limits and what they hold for', () => {
    expect(linesOf({ limits, metrics: false, alarms: [] })).toEqual([
      '  limits   1 % failures, p99 800 ms over 30 s, of probes',
    ]);
    expect(linesOf({ limits: { ...limits, p99Seconds: null }, metrics: true, alarms: [] })).toEqual([
      '  limits   1 % failures over 30 s, of probes, and what CloudWatch counts',
    ]);
  });

  test('tells how the alarms stand that it watches, and since when one fires', () => {
    const alarms = [
      { name: 'api-5xx', reading: reading('api-5xx', 'OK') },
      { name: 'api-latency', reading: reading('api-latency', 'ALARM') },
      { name: 'api-gone', reading: undefined },
    ];
    expect(linesOf({ limits, metrics: false, alarms })[1]).toBe(
      '  alarms   api-5xx OK, api-latency ALARM 4 min ago, api-gone not found',
    );
  });

  test('stays within 80 columns however many alarms there are', () => {
    const alarms = Array.from({ length: 12 }, (_, index) => ({
      name: `api-alarm-${index}`,
      reading: reading(`api-alarm-${index}`, 'OK'),
    }));
    const lines = linesOf({ limits, metrics: false, alarms });
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('is as in the table before the first deployment', () => {
    expect(linesOf(null)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { ms } from '../base/index.ts';
import { decide } from './decide.ts';
import { metricWindowSeconds } from './over-watched.ts';
import { aPlan } from './testing/a-plan.ts';
import { aDeployment, answered, following, weights } from './testing/a-stream.ts';
import { seen } from './testing/seen.ts';
import type { AlarmReading, MetricWindow } from './watched.ts';

const watched = { alarms: ['api-5xx'], metrics: true };
const plan = aPlan({ steps: [10, 100], hold: 30, bakeSeconds: 60, watched });
const blind = aPlan({ steps: [10, 100], hold: 30, watched: { alarms: [], metrics: true }, route: null });
const alarm: AlarmReading = {
  name: 'api-5xx',
  state: 'OK',
  reason: 'Threshold Crossed: 1 datapoint [7.0] was greater than the threshold (5.0).',
  since: '2026-01-01T00:59:00.000Z',
};
const firing: AlarmReading = { ...alarm, state: 'ALARM' };
const counted: MetricWindow = { requests: 400, failed: 0, p99Ms: 80, windowSeconds: 120 };
const shifting = following(aDeployment({ plan, phase: 'shifting' }), ...answered(weights(10)));
const baking = aDeployment({ plan, phase: 'baking' });
const well = { answers: 40, failed: 0, p50Ms: 5, p99Ms: 20, overMs: 60_000, example: '' };
const look = (fields: Parameters<typeof seen>[0]) =>
  seen({ plan, share: 10, probes: well, alarms: [alarm], metrics: counted, ...fields });
const back = (reason: object): object => ({ do: 'enter', phase: 'rolling-back', because: reason });
const held = { watchedMs: ms(30_000) };

describe('the slow net', () => {
  test('lets a deployment go on while nothing fires and no limit is passed', () => {
    expect(decide(shifting, look(held))).toMatchObject({ do: 'enter', phase: 'shifting', step: 1 });
  });

  test('takes it back when an alarm fires, in a step and while baking, with the alarm’s own words', () => {
    const because = { kind: 'alarm', name: 'api-5xx', reason: alarm.reason };
    expect(decide(shifting, look({ alarms: [firing] }))).toMatchObject(back(because));
    expect(decide(baking, look({ share: 100, alarms: [firing] }))).toMatchObject(back(because));
  });

  test('does not take an alarm without data for one that fires', () => {
    const unsure = { ...alarm, state: 'INSUFFICIENT_DATA' as const };
    expect(decide(shifting, look({ alarms: [unsure], ...held }))).toMatchObject({ do: 'enter', phase: 'shifting' });
  });

  test('takes it back for what clients got, though every probe was well answered', () => {
    expect(decide(shifting, look({ metrics: { ...counted, failed: 12 } }))).toMatchObject(
      back({ kind: 'clients-failures', percent: 3, limit: 1, requests: 400, windowSeconds: 120 }),
    );
    expect(decide(shifting, look({ metrics: { ...counted, p99Ms: 1_200 } }))).toMatchObject(
      back({ kind: 'clients-latency', p99Ms: 1_200, limitMs: 1_000 }),
    );
  });

  test('judges nothing by a handful of requests', () => {
    const few = { ...counted, requests: 19, failed: 19 };
    expect(decide(shifting, look({ metrics: few }))).toMatchObject({ do: 'wait', for: 'hold' });
    const lost = { ...counted, requests: 100, failed: 2 };
    expect(decide(shifting, look({ metrics: lost }))).toMatchObject({ do: 'wait', for: 'hold' });
  });

  test('holds, or takes back, where its data can’t be had', () => {
    expect(decide(shifting, look({ alarms: undefined, ...held }))).toMatchObject(back({ kind: 'no-data' }));
    const state = following(aDeployment({ plan: blind, phase: 'shifting' }), ...answered(weights(10)));
    const unseen = look({ plan: blind, metrics: undefined, ...held });
    expect(decide(state, unseen)).toMatchObject(back({ kind: 'no-data' }));
    expect(decide(state, { ...unseen, metrics: counted })).toMatchObject({ do: 'enter', phase: 'shifting' });
  });

  test('looks over two minutes at least, in whole ones', () => {
    const { limits } = plan;
    expect([30, 120, 150].map((windowSeconds) => metricWindowSeconds({ ...limits, windowSeconds }))).toEqual([
      120, 120, 180,
    ]);
  });
});

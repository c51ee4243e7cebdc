import { expect, test } from 'vitest';
import { seconds } from '../src/base/index.ts';
import { aService } from '../src/config/testing.ts';
import { measuredBalancer } from '../src/local/services/cloudwatch/balancer-fixture.ts';
import { describeAlarms } from '../src/local/services/cloudwatch/operations/describe-alarms.ts';
import { putMetricAlarm } from '../src/local/services/cloudwatch/operations/put-metric-alarm.ts';
import { serviceAlarms } from '../src/operations/provision-alarms.ts';

const call = { requestId: '', host: '' };

/** The two alarms of a service, on what a load balancer counts of its two groups, in virtual time. */
function anAlarmedService() {
  const { elb, state, app, finished } = measuredBalancer();
  const service = aService({});
  if (service.kind !== 'web') throw new Error('a service with routes is a web service');
  for (const alarm of serviceAlarms({ environment: 'staging', service, balancer: app.loadBalancer, groups: app }))
    putMetricAlarm(state, alarm, call);

  /** A minute in which each colour answered so many requests, so many of them with 500, each after so long. */
  function minute(
    of: Partial<
      Record<'blue' | 'green', { readonly answers: number; readonly failed?: number; readonly tookMs?: number }>
    >,
  ) {
    for (const color of ['blue', 'green'] as const) {
      const { answers = 0, failed = 0, tookMs = 20 } = of[color] ?? {};
      for (let sent = 0; sent < answers; sent++) {
        const status = sent < failed ? 500 : 200;
        finished({ targetGroupArn: app[color], status, targetStatus: status, targetMs: tookMs });
      }
    }
    elb.clock.advance(seconds(60));
  }
  const states = (): Readonly<Record<string, string | undefined>> =>
    Object.fromEntries(
      describeAlarms(state, {}, call).MetricAlarms?.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]) ?? [],
    );
  return { minute, states };
}

const [errors, latency] = ['teal-staging-api-errors', 'teal-staging-api-latency'] as const;

test('a service without traffic, and one that answers well, has no alarm', () => {
  const { minute, states } = anAlarmedService();
  for (let time = 0; time < 4; time++) minute({});
  expect(states()).toEqual({ [errors]: 'OK', [latency]: 'OK' });
  for (let time = 0; time < 8; time++) minute({ blue: { answers: 100, failed: 2 } });
  expect(states()).toEqual({ [errors]: 'OK', [latency]: 'OK' });
});

test('a tenth of the traffic that fails on the new colour is an alarm of both together', () => {
  const { minute, states } = anAlarmedService();
  for (let time = 0; time < 8; time++) minute({ blue: { answers: 90 }, green: { answers: 10, failed: 9 } });
  expect(states()).toEqual({ [errors]: 'ALARM', [latency]: 'OK' });
  // The traffic moves back: the alarm is the same one, and ends.
  for (let time = 0; time < 8; time++) minute({ blue: { answers: 100 } });
  expect(states()).toEqual({ [errors]: 'OK', [latency]: 'OK' });
});

test('one answer in a hundred that is slow, of either colour, is an alarm', () => {
  const { minute, states } = anAlarmedService();
  for (let time = 0; time < 8; time++) minute({ blue: { answers: 100 }, green: { answers: 10, tookMs: 3_000 } });
  expect(states()).toEqual({ [errors]: 'OK', [latency]: 'ALARM' });
});

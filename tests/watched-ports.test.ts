import { PutCompositeAlarmCommand, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { beforeAll, describe, expect, test } from 'vitest';
import { cloudWatchAlarms, cloudWatchMetrics, loadSdk } from '../src/aws/index.ts';
import { createVirtualClock, epochMs, ms, seconds } from '../src/base/index.ts';
import { aSite } from '../src/deployment/testing/a-plan.ts';
import { memoryAlarms, memoryMetrics } from '../src/deployment/testing/memory-watched.ts';
import { provisionedSite } from './provisioned-site.ts';

const signal = new AbortController().signal;
const reason = 'Threshold Crossed: a test says so.';

beforeAll(loadSdk);

async function inMemory() {
  const clock = createVirtualClock();
  const soon = async <T>(promise: Promise<T>): Promise<T> => {
    await clock.advanceAsync(seconds(1));
    return promise;
  };
  const since = '2026-01-01T00:00:00.000Z';
  const alarms = memoryAlarms([
    { name: 'fires', state: 'ALARM', reason, since },
    { name: 'both', state: 'INSUFFICIENT_DATA', reason, since },
  ]);
  const metrics = memoryMetrics({ requests: 0, failed: 0, p99Ms: null });
  return { alarms, metrics, site: aSite(), clock, soon };
}

async function atCloudWatch() {
  const place = await provisionedSite();
  const { aws, soon } = place;
  const { client } = await aws.clients.cloudwatch();
  const metric = { Namespace: 'shop', MetricName: 'errors', Period: 300, Statistic: 'Sum' as const };
  await soon(
    client.send(
      new PutMetricAlarmCommand({
        AlarmName: 'fires',
        ...metric,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    ),
  );
  await soon(client.send(new PutCompositeAlarmCommand({ AlarmName: 'both', AlarmRule: 'ALARM("fires")' })));
  await soon(client.send(new SetAlarmStateCommand({ AlarmName: 'fires', StateValue: 'ALARM', StateReason: reason })));
  return { alarms: cloudWatchAlarms(aws), metrics: cloudWatchMetrics(aws), ...place };
}

describe.each([
  ['in memory', inMemory],
  ['at CloudWatch', atCloudWatch],
])('what is watched %s', (_, make) => {
  test('alarms of both kinds are read by name with CloudWatch’s words; those that do not exist are absent', async () => {
    const { alarms, soon } = await make();
    const read = await soon(alarms.read(['fires', 'both', 'none'], signal));
    if (!read.ok) throw new Error('CloudWatch answers');
    expect(read.value.map(({ name }) => name).sort()).toEqual(['both', 'fires']);
    const firing = read.value.find(({ name }) => name === 'fires');
    expect(firing).toMatchObject({ state: 'ALARM', reason });
    expect(Date.parse(firing?.since ?? '')).not.toBeNaN();
  });

  test('a group that got no request has no p99 and counts nothing', async () => {
    const { metrics, site, soon, clock } = await make();
    const over = { windowSeconds: 120, since: clock.now() };
    expect(await soon(metrics.read(site, 'green', over, signal))).toEqual({
      ok: true,
      value: { requests: 0, failed: 0, p99Ms: null, windowSeconds: 120 },
    });
  });
});

test('requests and 5xx of one group are added up, and none from before its traffic began', async () => {
  const { aws, site, soon, clock, carried } = await provisionedSite();
  const group = site.colors.green.targetGroup;
  const [, balancer = ''] = /listener-rule\/(app\/[^/]+\/[^/]+)\//.exec(site.places[0]?.arn ?? '') ?? [];
  const send = (times: number, status: number, targetMs: number, targetGroupArn = group): void => {
    for (let sent = 0; sent < times; sent++)
      carried.requestFinished({
        loadBalancerArn: group.replace(/targetgroup\/.*$/, `loadbalancer/${balancer}`),
        targetGroupArn,
        target: { id: '10.0.0.1', port: 80, availabilityZone: undefined },
        status,
        targetStatus: status,
        targetMs,
        connectionFailed: false,
        failOpen: false,
        action: 'forward',
        rulesEvaluated: 1,
        receivedBytes: 10,
        sentBytes: 90,
      });
  };
  const nextMinute = () => clock.advanceAsync(ms(60_000 - (clock.now() % 60_000)));
  await nextMinute();
  send(50, 500, 9_000);
  await nextMinute();
  const began = clock.now();
  send(100, 200, 100);
  send(70, 503, 100, site.colors.blue.targetGroup);
  await nextMinute();
  send(270, 200, 500);
  send(30, 503, 500);
  await clock.advanceAsync(seconds(200));
  const read = await soon(cloudWatchMetrics(aws).read(site, 'green', { windowSeconds: 120, since: began }, signal));
  expect(read).toMatchObject({ ok: true, value: { requests: 400, failed: 30, windowSeconds: 120 } });
  const within = { windowSeconds: 120, since: epochMs(began + 1_000) };
  expect(await soon(cloudWatchMetrics(aws).read(site, 'green', within, signal))).toMatchObject({
    ok: true,
    value: { requests: 300, failed: 30 },
  });
  const justNow = { windowSeconds: 120, since: clock.now() };
  expect(await soon(cloudWatchMetrics(aws).read(site, 'green', justNow, signal))).toMatchObject({
    ok: true,
    value: { requests: 0, failed: 0, p99Ms: null },
  });
  // A hundred requests of 100 ms and three hundred of 500 ms.
  expect(Math.abs((read.ok ? (read.value.p99Ms ?? 0) : 0) - 400)).toBeLessThan(20);
});

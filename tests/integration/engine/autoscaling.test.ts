import { existsSync } from 'node:fs';
import {
  ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
  PutScalingPolicyCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { limitsOf, scalableTarget, scalingOf, sweptDown } from './kit/autoscaling.ts';
import { ask, failuresOf, someClients } from './kit/load.ts';
import { killedAt } from './kit/lost-driver.ts';
import { aProxy } from './kit/proxy.ts';
import { aStage, eventually, type Stage } from './kit/stage.ts';
import { isWeights, statusOf, wordsOf } from './kit/teal-run.ts';

/** Each test has a service of its own, whose number of tasks Application Auto Scaling chooses. */
let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const suspended = { schedules: 'suspended' } as const;

/** Scales a colour out to four tasks by a policy of its own, which an alarm calls: as on AWS, and at this moment. */
async function scaleOut(service: string, color: 'blue' | 'green'): Promise<void> {
  const scaling = new ApplicationAutoScalingClient(stage.client);
  const cloudwatch = new CloudWatchClient(stage.client);
  const name = `${service}-${color}-crowd`;
  const { PolicyARN = '' } = await scaling.send(
    new PutScalingPolicyCommand({
      ...scalableTarget(service, color),
      PolicyName: name,
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ExactCapacity',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 4 }],
      },
    }),
  );
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: name,
      AlarmActions: [PolicyARN],
      Namespace: 'Shop',
      MetricName: name,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    }),
  );
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: name, Value: 5 }] }));
  scaling.destroy();
  cloudwatch.destroy();
}

/** v1 is live in green with two tasks of at most six, in use by clients; v2 is ready to be deployed. */
async function scaledInUse(service: string, priority: number, deployment: object = {}) {
  const host = `${service}.test`;
  stage.service(service, { host, priority, fields: { scaling: { min: 2, max: 6 } }, deployment: { ...deployment } });
  await stage.teal(['deploy', service]);
  stage.version(service, { name: 'v2' });
  const clients = someClients(await stage.url(), 20, host);
  await clients.answeredBy('v1', 20);
  return clients;
}

/** Resolves once so many tasks of a colour are healthy, and no more are wanted. */
const runs = (service: string, color: 'blue' | 'green', count: number): Promise<true> =>
  eventually(
    async () => {
      const { desired, healthy } = (await statusOf(stage, service)).colors[color];
      return desired === count && healthy === count ? true : undefined;
    },
    60_000,
    1_000,
  );

describe.concurrent('a service that scales', { timeout: 120_000 }, () => {
  test('has targets, policies and schedules on both colours, which neither plan nor the next deployment changes; the limits move', async () => {
    const scaling = {
      min: 1,
      max: 4,
      cpuPercent: 90,
      memoryPercent: 95,
      requestsPerTarget: 1_000_000,
      schedules: [{ cron: '0 7 * * MON-FRI', timezone: 'Europe/Berlin', min: 2 }],
    };
    const deployment = { strategy: 'all-at-once', bake: '0s', keepWarm: '1s' };
    stage.service('made', { host: 'made.test', priority: 10, fields: { scaling }, deployment });
    await stage.teal(['deploy', 'made']);
    expect(await limitsOf(stage, 'made')).toEqual({
      blue: { min: 0, max: 4, ...suspended },
      green: { min: 1, max: 4, schedules: 'active' },
    });
    const made = await scalingOf(stage, 'made');
    for (const { color, policies, schedules } of made) {
      const names = policies.map(({ PolicyName }) => PolicyName);
      expect(names.sort()).toEqual([`made-${color}-cpu`, `made-${color}-memory`, `made-${color}-requests`]);
      expect(schedules).toMatchObject([
        { Schedule: 'cron(0 7 ? * MON-FRI *)', Timezone: 'Europe/Berlin', ScalableTargetAction: { MinCapacity: 2 } },
      ]);
    }

    stage.version('made', { name: 'v2' });
    await using proxy = await aProxy(stage.endpoint);
    await stage.teal(['plan', 'made'], 0, proxy.endpoint);
    const asked = new Set(proxy.calls.map(({ operation }) => operation));
    expect(asked).toContain('DescribeScalableTargets');
    expect([...asked].filter((operation) => /^(Register|Put|Delete|Update|Modify|Create)/.test(operation))).toEqual([]);

    await stage.teal(['deploy', 'made']);
    expect(await scalingOf(stage, 'made')).toEqual(made);
    await sweptDown(stage, 'made', 'green');
    expect(await limitsOf(stage, 'made')).toEqual({
      blue: { min: 1, max: 4, schedules: 'active' },
      green: { min: 0, max: 4, ...suspended },
    });
    expect((await statusOf(stage, 'made')).colors).toMatchObject({ blue: { desired: 1 }, green: { desired: 0 } });
  });

  test('and grows during a canary is followed before the new colour gets all, then the limits move, and no request fails', async () => {
    const clients = await scaledInUse('crowded', 20, { strategy: { canary: { weight: 10, bake: '90s' } } });
    const run = stage.start(['deploy', 'crowded']);
    await run.event(isWeights(90));
    const raised = await limitsOf(stage, 'crowded');
    await scaleOut('crowded', 'green');
    await runs('crowded', 'blue', 4);
    const both = { blue: { min: 4, max: 6, ...suspended }, green: { min: 4, max: 6, ...suspended } };
    await vi.waitFor(async () => expect(await limitsOf(stage, 'crowded')).toEqual(both), {
      timeout: 30_000,
      interval: 500,
    });
    expect((await statusOf(stage, 'crowded')).weights).toEqual({ blue: 10, green: 90 });
    await stage.teal(['promote', 'crowded']);
    const ended = await run.ended;
    const records = await clients.stop();

    expect(ended.exitCode, wordsOf(ended)).toBe(0);
    expect(raised).toEqual({ blue: { min: 2, max: 6, ...suspended }, green: { min: 2, max: 6, ...suspended } });
    // The former colour is warm: it is held at what it would have to carry.
    expect(await limitsOf(stage, 'crowded')).toEqual({
      blue: { min: 2, max: 6, schedules: 'active' },
      green: { min: 4, max: 6, ...suspended },
    });
    expect(failuresOf(records)).toEqual([]);
  });

  test.each([
    ['resume', 30],
    ['abort', 40],
  ] as const)('and whose driver is killed while limits are raised gets them back by %s', async (verb, priority) => {
    const service = `lost-${verb}`;
    const clients = await scaledInUse(service, priority, { strategy: { canary: { weight: 10, bake: '3s' } } });
    await killedAt(stage, service, isWeights(90));
    expect(await limitsOf(stage, service)).toEqual({
      blue: { min: 2, max: 6, ...suspended },
      green: { min: 2, max: 6, ...suspended },
    });
    await stage.teal([verb, service], verb === 'resume' ? 0 : 5);
    const live = verb === 'resume' ? 'blue' : 'green';
    expect((await limitsOf(stage, service))[live]).toEqual({ min: 2, max: 6, schedules: 'active' });
    expect((await statusOf(stage, service)).live?.color).toBe(live);
    expect(failuresOf(await clients.stop())).toEqual([]);
  });
});

// Skipped where there is no /proc (macOS): what tasks use is not measured there.
test.runIf(existsSync('/proc/self/stat'))(
  'a real load on the processor scales live out and in again; after a switch it scales the new colour',
  { timeout: 180_000 },
  async () => {
    const host = 'busy.test';
    // A twentieth of a processor for each task of a quarter. The load is an eighth.
    const scaling = { min: 1, max: 3, cpuPercent: 20 };
    const deployment = { strategy: 'all-at-once', bake: '0s', keepWarm: '1s' };
    stage.service('busy', { host, priority: 50, fields: { scaling }, deployment });
    await stage.teal(['deploy', 'busy']);
    const url = await stage.url();
    /** Ten requests a second at most, one after the other, until `done`; resolves with those that got no 200. */
    const loadUntil = async (done: Promise<unknown>): Promise<readonly number[]> => {
      let running = true;
      const end = () => {
        running = false;
      };
      done.then(end, end);
      const statuses: number[] = [];
      while (running) {
        const pause = new Promise((resolve) => setTimeout(resolve, 100));
        statuses.push((await ask(url, '/work', host)).status);
        await pause;
      }
      await done;
      expect(statuses.length).toBeGreaterThan(10);
      return statuses.filter((status) => status !== 200);
    };

    await runs('busy', 'green', 1);
    expect(await loadUntil(runs('busy', 'green', 3))).toEqual([]);
    await runs('busy', 'green', 1);
    const client = new ApplicationAutoScalingClient(stage.client);
    const { ScalingActivities = [] } = await client.send(
      new DescribeScalingActivitiesCommand(scalableTarget('busy', 'green')),
    );
    client.destroy();
    const causes = ScalingActivities.map(({ Cause }) => Cause ?? '');
    expect(causes.filter((cause) => /AlarmHigh.* triggered policy busy-green-cpu$/.test(cause))).not.toEqual([]);
    expect(causes[0]).toMatch(/AlarmLow.* in state ALARM triggered policy busy-green-cpu$/);

    stage.version('busy', { name: 'v2' });
    await stage.teal(['deploy', 'busy']);
    expect(await loadUntil(runs('busy', 'blue', 3))).toEqual([]);
    expect((await limitsOf(stage, 'busy')).blue).toEqual({ min: 1, max: 3, schedules: 'active' });
    await sweptDown(stage, 'busy', 'green');
    expect((await limitsOf(stage, 'busy')).green).toMatchObject({ min: 0, ...suspended });
    await runs('busy', 'green', 0);
  },
);

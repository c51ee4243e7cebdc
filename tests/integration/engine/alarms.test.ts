import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from './kit/load.ts';
import { productionRule } from './kit/rules.ts';
import { aStage, type Stage } from './kit/stage.ts';
import { isWeights, reasonOf, statusOf, wordsOf } from './kit/teal-run.ts';

/** Each test has a service of its own; v1 is live in green. */
let stage: Stage;
let cloudwatch: CloudWatchClient;
beforeAll(async () => {
  stage = await aStage();
  cloudwatch = new CloudWatchClient(stage.client);
});
afterAll(async () => {
  cloudwatch?.destroy();
  await stage?.[Symbol.asyncDispose]();
});

/** No probe and no verification asks for it. */
const orders = '/orders';

/** An alarm that keeps the state that it is told. */
async function anAlarm(AlarmName: string): Promise<void> {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'Shop',
      MetricName: 'LostOrders',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'ignore',
    }),
  );
}

/** Asks twenty times a second until `done`. */
async function ordersUntil(done: Promise<unknown>, host: string): Promise<void> {
  const url = await stage.url();
  let running = true;
  const end = () => {
    running = false;
  };
  done.then(end, end);
  while (running) {
    const pause = new Promise((resolve) => setTimeout(resolve, 50));
    await ask(url, orders, host);
    await pause;
  }
}

describe.concurrent('CloudWatch', { timeout: 180_000 }, () => {
  test('whose alarm fires by real 5xx takes the deployment back with exit code 5 and its own reason', async () => {
    const host = 'alarmed.test';
    const deployment = { strategy: 'all-at-once', bake: '60s', limits: { window: '5s', minimumAnswers: 100_000 } };
    stage.service('alarmed', { host, priority: 10, tasks: 1, deployment: { ...deployment, alarms: ['alarmed-5xx'] } });
    await anAlarm('alarmed-5xx');
    await stage.teal(['deploy', 'alarmed', '--bake', '0']);
    const elb = new ElasticLoadBalancingV2Client(stage.client);
    const { arn, groups } = await productionRule(elb, host);
    elb.destroy();
    const afterColon = (text: string) => text.slice(text.lastIndexOf(':') + 1);
    const [, balancer] = /listener-rule\/(app\/[^/]+\/[^/]+)\//.exec(arn) ?? [];
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'alarmed-5xx',
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'HTTPCode_Target_5XX_Count',
        Dimensions: [
          { Name: 'LoadBalancer', Value: balancer },
          { Name: 'TargetGroup', Value: afterColon(groups.find((group) => group.includes('-blue/')) ?? '') },
        ],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      }),
    );

    stage.version('alarmed', { name: 'v2', fault: { failsAt: orders } });
    const run = stage.start(['deploy', 'alarmed']);
    await run.event(isWeights(0));
    await ordersUntil(run.ended, host);
    const failed = await run.ended;
    expect(failed.exitCode, wordsOf(failed)).toBe(5);
    expect(reasonOf(failed)).toMatchObject({ kind: 'alarm', name: 'alarmed-5xx' });
    expect(reasonOf(failed).reason).toMatch(/^Threshold Crossed: 1 datapoint \[/);
    expect(await statusOf(stage, 'alarmed')).toMatchObject({
      weights: { blue: 0, green: 100 },
      deployment: { outcome: { name: 'rolled-back' } },
      watch: { limits: { windowSeconds: 5 }, alarms: [{ name: 'alarmed-5xx', state: 'ALARM' }] },
    });
  });

  test('where an alarm is missing, or fires already, refuses the deployment with exit code 3, and nothing is changed', async () => {
    const fields = { tasks: 1, host: 'watched.test', priority: 20 };
    const watching = (alarms: readonly string[]) => stage.service('watched', { ...fields, deployment: { alarms } });
    watching(['not-there']);
    for (const command of ['plan', 'deploy']) {
      const refused = await stage.teal([command, 'watched'], 3);
      expect(refused.stderr).toContain('CloudWatch has no alarm not-there in environment local');
    }

    watching([]);
    await stage.teal(['deploy', 'watched']);
    const before = await statusOf(stage, 'watched');
    stage.version('watched', { name: 'v2' });
    await anAlarm('lost-orders');
    const StateReason = 'Nobody could order for ten minutes.';
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'lost-orders', StateValue: 'ALARM', StateReason }));
    watching(['lost-orders']);
    for (const command of ['plan', 'deploy']) {
      const refused = await stage.teal([command, 'watched'], 3);
      expect(refused.stderr).toContain(`lost-orders (${StateReason})`);
      expect(refused.events).toEqual([]);
    }
    expect(await statusOf(stage, 'watched')).toEqual(before);

    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: 'lost-orders', StateValue: 'OK', StateReason: 'They can.' }),
    );
    await stage.teal(['deploy', 'watched']);
    expect((await statusOf(stage, 'watched')).weights).toEqual({ blue: 100, green: 0 });
  });

  test('counts 5xx that clients alone get, and no probe: they take a deployment back', async () => {
    const host = 'netted.test';
    stage.service('netted', { host, priority: 30, tasks: 1, deployment: { strategy: 'all-at-once', bake: '150s' } });
    await stage.teal(['deploy', 'netted', '--bake', '0']);
    stage.version('netted', { name: 'v2', fault: { failsAt: orders } });
    const run = stage.start(['deploy', 'netted']);
    await run.event(isWeights(0));
    await ordersUntil(run.ended, host);
    const failed = await run.ended;
    expect(failed.exitCode, wordsOf(failed)).toBe(5);
    expect(reasonOf(failed)).toMatchObject({ kind: 'clients-failures', limit: 1, windowSeconds: 120 });
    expect(Number(reasonOf(failed).failed)).toBeGreaterThan(5);
    expect((await statusOf(stage, 'netted')).weights).toEqual({ blue: 0, green: 100 });

    // The same group again, within the minute that counts the failures of the version before.
    stage.version('netted', { name: 'v3' });
    await stage.teal(['deploy', 'netted', '--bake', '25']);
    expect((await statusOf(stage, 'netted')).weights).toEqual({ blue: 100, green: 0 });
  });
});

import { existsSync } from 'node:fs';
import {
  ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import { anApp } from './an-app.ts';
import { aLocalRuntime } from './local-runtime.ts';

/** Each request takes 12 ms of a processor, however long that lasts on a busy machine. */
const app = `
const { createServer } = require('node:http');
createServer((request, response) => {
  if (request.url === '/work') {
    const end = process.cpuUsage().user + 12_000;
    while (process.cpuUsage().user < end);
  }
  response.end('done');
}).listen(Number(process.env.PORT));
process.on('SIGTERM', () => process.exit(0));
`;

const target = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/main/api',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

/** Ten requests a second at most, one after the other, until it is ended; tells how many got no 200. */
function load(url: string): { end(): Promise<{ readonly sent: number; readonly failed: number }> } {
  let running = true;
  const driven = (async () => {
    let sent = 0;
    let failed = 0;
    while (running) {
      const pause = new Promise((resolve) => setTimeout(resolve, 100));
      const status = await fetch(`${url}/work`).then(
        (response) => response.text().then(() => response.status),
        () => 0,
      );
      sent += 1;
      if (status !== 200) failed += 1;
      await pause;
    }
    return { sent, failed };
  })();
  return {
    end() {
      running = false;
      return driven;
    },
  };
}

// Skipped where there is no /proc (macOS): what tasks use is not measured there.
test.runIf(existsSync('/proc/self/stat'))(
  'a real load on the processor scales a service out by target tracking, and its end in again, without a failed request',
  { timeout: 240_000 },
  async () => {
    await using runtime = await aLocalRuntime({ driver: 'process', timing: 'instant' });
    const { url, targetGroupArn } = await anApp(runtime, app);
    const ecs = new ECSClient(runtime.client);
    const scaling = new ApplicationAutoScalingClient(runtime.client);
    const becomes = (count: number) =>
      vi.waitFor(
        async () => {
          const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['api'] }));
          expect(services).toMatchObject([{ desiredCount: count, runningCount: count, pendingCount: 0 }]);
        },
        { timeout: 100_000, interval: 200 },
      );
    await becomes(1);
    // Before that the group fails open, and new tasks would get requests before they listen.
    const elb = new ElasticLoadBalancingV2Client(runtime.client);
    await vi.waitFor(
      async () => {
        const { TargetHealthDescriptions } = await elb.send(
          new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
        );
        expect(TargetHealthDescriptions).toMatchObject([{ TargetHealth: { State: 'healthy' } }]);
      },
      { timeout: 60_000, interval: 200 },
    );

    await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 3 }));
    const { Alarms } = await scaling.send(
      new PutScalingPolicyCommand({
        ...target,
        PolicyName: 'cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          // A twentieth of a processor for each task. The load is an eighth.
          TargetValue: 20,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
          ScaleOutCooldown: 3,
          ScaleInCooldown: 3,
        },
      }),
    );
    const driven = load(url);
    await becomes(3);
    const { sent, failed } = await driven.end();
    await becomes(1);

    expect(failed).toBe(0);
    expect(sent).toBeGreaterThan(10);
    const { ScalingActivities = [] } = await scaling.send(new DescribeScalingActivitiesCommand(target));
    const causes = ScalingActivities.map(({ Cause }) => Cause);
    const [high, low] = (Alarms ?? []).map(({ AlarmName }) => AlarmName);
    expect(causes).toContain(`monitor alarm ${high} in state ALARM triggered policy cpu`);
    expect(causes[0]).toBe(`monitor alarm ${low} in state ALARM triggered policy cpu`);
    expect(runtime.log).toEqual([]);
  },
);

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import { buildImage, uploadImage } from '../../src/images/index.ts';
import { aLocalRuntime, type RuntimeUnderTest } from './local-runtime.ts';

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

/** The app as a Fargate service of a quarter of a processor, one task, behind a load balancer. */
async function deploy({ client, endpoint }: RuntimeUnderTest): Promise<{ readonly targetGroupArn: string }> {
  const context = mkdtempSync(join(tmpdir(), 'teal-app-'));
  writeFileSync(join(context, 'app.cjs'), app);
  writeFileSync(join(context, 'Dockerfile'), 'FROM node:20\nWORKDIR /app\nCOPY . .\nCMD ["node", "app.cjs"]\n');
  const signal = new AbortController().signal;
  await using image = await buildImage({
    context,
    architecture: 'X86_64',
    environment: { PATH: process.env.PATH ?? '' },
    signal,
    onOutput: () => {},
  });
  const reference = await uploadImage({ endpoint, repository: 'api', region: 'us-east-1', image, signal });
  rmSync(context, { recursive: true });

  const elb = new ElasticLoadBalancingV2Client(client);
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'main', Subnets: ['subnet-a', 'subnet-b'] }),
  );
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'api',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 4,
      HealthyThresholdCount: 2,
    }),
  );
  const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  const ecs = new ECSClient(client);
  await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'api',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::000000000000:role/x',
      containerDefinitions: [{ name: 'app', image: reference, portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'main',
      serviceName: 'api',
      taskDefinition: 'api',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
    }),
  );
  return { targetGroupArn };
}

async function addressOf({ endpoint }: RuntimeUnderTest): Promise<string> {
  const listed = (await (await fetch(`${endpoint}/_teal/listeners`)).json()) as { listeners: { url: string }[] };
  return listed.listeners[0]?.url ?? '';
}

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
    const { targetGroupArn } = await deploy(runtime);
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
    const url = await addressOf(runtime);
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

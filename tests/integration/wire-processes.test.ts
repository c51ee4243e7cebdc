import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import { buildImage, uploadImage } from '../../src/images/index.ts';
import { aDataDir, aRuntimeProcess, clientOptions } from './local-runtime.ts';

const app = `
const { createServer } = require('node:http');
createServer((request, response) => response.end(JSON.stringify({ version: process.env.VERSION, pid: process.pid })))
  .listen(Number(process.env.PORT));
process.on('SIGTERM', () => process.exit(0));
`;

/** Two versions of an app as services behind a weighted default action; returns the arns that matter. */
async function deploy(endpoint: string) {
  const client = clientOptions(endpoint);
  const ecs = new ECSClient(client);
  const elb = new ElasticLoadBalancingV2Client(client);
  const context = mkdtempSync(join(tmpdir(), 'teal-app-'));
  mkdirSync(join(context, 'src'));
  writeFileSync(join(context, 'src', 'app.cjs'), app);
  writeFileSync(join(context, 'Dockerfile'), 'FROM node:20\nWORKDIR /app\nCOPY src .\nCMD ["node", "app.cjs"]\n');
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

  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'main', Subnets: ['subnet-a', 'subnet-b'] }),
  );
  const groups: string[] = [];
  for (const name of ['blue', 'green']) {
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: name,
        Protocol: 'HTTP',
        Port: 80,
        VpcId: 'vpc-1',
        TargetType: 'ip',
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
      }),
    );
    groups.push(TargetGroups?.[0]?.TargetGroupArn ?? '');
  }
  const actions = (blue: number) => [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: groups[0], Weight: blue },
          { TargetGroupArn: groups[1], Weight: 100 - blue },
        ],
      },
    },
  ];
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: actions(100),
    }),
  );
  const ListenerArn = Listeners?.[0]?.ListenerArn;
  await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
  for (const [at, name] of ['blue', 'green'].entries()) {
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: name,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        executionRoleArn: 'arn:aws:iam::000000000000:role/x',
        containerDefinitions: [
          {
            name: 'app',
            image: reference,
            essential: true,
            portMappings: [{ containerPort: 8080 }],
            environment: [{ name: 'VERSION', value: `v${at + 1}` }],
          },
        ],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'main',
        serviceName: name,
        taskDefinition: name,
        desiredCount: 1,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
        loadBalancers: [{ targetGroupArn: groups[at], containerName: 'app', containerPort: 8080 }],
      }),
    );
  }
  return {
    shiftTo: (blue: number) => elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: actions(blue) })),
  };
}

async function versionAt(endpoint: string): Promise<{ version: string; pid: number } | number> {
  const listed: unknown = await (await fetch(`${endpoint}/_teal/listeners`)).json();
  const { listeners } = listed as { listeners: { url: string; port: number; loadBalancerName: string }[] };
  expect(listeners).toMatchObject([{ port: 80, loadBalancerName: 'main', protocol: 'HTTP' }]);
  const response = await fetch(listeners[0]?.url ?? '');
  return response.ok ? ((await response.json()) as { version: string; pid: number }) : response.status;
}

async function tasksAt(endpoint: string): Promise<readonly string[]> {
  const ecs = new ECSClient(clientOptions(endpoint));
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: 'main' }));
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: 'main', tasks: taskArns }));
  return tasks.flatMap(({ lastStatus, taskArn }) => (lastStatus === 'RUNNING' ? (taskArn ?? []) : [])).sort();
}

/** Processes whose environment names the runtime's folder or endpoint as a task's does. */
function processesOf(endpoint: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`AWS_ENDPOINT_URL=${endpoint}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

test.skipIf(process.platform !== 'linux')(
  'real processes answer behind the balancer, follow the weights, and end with the runtime however that ends',
  async () => {
    const dataDir = aDataDir();
    const soon = { timeout: 30_000, interval: 100 };
    try {
      const first = await aRuntimeProcess(dataDir, '--driver', 'process', '--timing', 'instant');
      const { shiftTo } = await deploy(first.endpoint);
      await vi.waitFor(async () => expect(await versionAt(first.endpoint)).toMatchObject({ version: 'v1' }), soon);
      await shiftTo(0);
      await vi.waitFor(async () => expect(await versionAt(first.endpoint)).toMatchObject({ version: 'v2' }), soon);
      const before = await tasksAt(first.endpoint);
      expect(before).toHaveLength(2);
      expect(processesOf(first.endpoint).length).toBeGreaterThanOrEqual(2);

      await first.end('SIGKILL');
      await vi.waitFor(() => expect(processesOf(first.endpoint)).toEqual([]), { timeout: 2_000, interval: 50 });

      const second = await aRuntimeProcess(dataDir, '--driver', 'process', '--timing', 'instant');
      await vi.waitFor(async () => expect(await versionAt(second.endpoint)).toMatchObject({ version: 'v2' }), soon);
      await vi.waitFor(async () => expect(await tasksAt(second.endpoint)).toHaveLength(2), soon);
      expect((await tasksAt(second.endpoint)).filter((arn) => before.includes(arn))).toEqual([]);

      await fetch(`${second.endpoint}/_teal/reset`, { method: 'POST' });
      await vi.waitFor(() => expect(processesOf(second.endpoint)).toEqual([]), { timeout: 5_000, interval: 50 });
      expect(await (await fetch(`${second.endpoint}/_teal/listeners`)).json()).toEqual({
        listeners: [],
        certificateAuthority: null,
      });

      await deploy(second.endpoint);
      await vi.waitFor(async () => expect(await versionAt(second.endpoint)).toMatchObject({ version: 'v1' }), soon);
      expect(await second.end('SIGTERM')).toBe(0);
      expect(processesOf(second.endpoint)).toEqual([]);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
);

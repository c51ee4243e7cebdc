import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, expect, test, vi } from 'vitest';
import { aDataDir, aLocalRuntime, awsEnvironment, has } from './local-runtime.ts';

const dataDir = aDataDir();
afterAll(() => rmSync(dataDir, { recursive: true }));

const named = { cluster: 'main', service: 'worker' };

async function register(ecs: ECSClient, image: string): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'worker',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image }],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function serviceOf(ecs: ECSClient) {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['worker'] }));
  const [service] = services ?? [];
  if (!service) throw new Error('the service is missing');
  return service;
}

async function tasksOf(ecs: ECSClient): Promise<readonly string[]> {
  return (await ecs.send(new ListTasksCommand({ cluster: 'main' }))).taskArns ?? [];
}

const completes = (ecs: ECSClient, taskDefinition: string) =>
  vi.waitFor(async () => {
    const { deployments, runningCount } = await serviceOf(ecs);
    expect(deployments).toMatchObject([{ taskDefinition, rolloutState: 'COMPLETED' }]);
    expect(runningCount).toBe(2);
  }, 10_000);

test('a service rolls over on the real clock, and goes on with new tasks after a restart of the runtime', async () => {
  let second: string;
  let before: readonly string[];
  {
    await using runtime = await aLocalRuntime({ dataDir });
    const ecs = new ECSClient(runtime.client);
    await ecs.send(new CreateClusterCommand({ clusterName: 'main' }));
    const first = await register(ecs, 'worker:1');
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'main',
        serviceName: 'worker',
        taskDefinition: first,
        desiredCount: 2,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
      }),
    );
    await completes(ecs, first);
    second = await register(ecs, 'worker:2');
    const { service } = await ecs.send(new UpdateServiceCommand({ ...named, taskDefinition: second }));
    expect(service?.deployments?.map((one) => one.status)).toEqual(['PRIMARY', 'ACTIVE']);
    await completes(ecs, second);
    before = await tasksOf(ecs);
    expect(runtime.log).toEqual([]);
  }
  await using runtime = await aLocalRuntime({ dataDir });
  const ecs = new ECSClient(runtime.client);
  await vi.waitFor(async () => expect((await serviceOf(ecs)).runningCount).toBe(2), 10_000);
  expect(await serviceOf(ecs)).toMatchObject({ taskDefinition: second, desiredCount: 2, status: 'ACTIVE' });
  const after = await tasksOf(ecs);
  expect(after).toHaveLength(2);
  for (const task of after) expect(before).not.toContain(task);
  expect(runtime.log).toEqual([]);
});

test.skipIf(!has('aws', '--version'))('the waiters of the AWS CLI see it stable, and later gone', async () => {
  await using runtime = await aLocalRuntime({ dataDir });
  const ecs = new ECSClient(runtime.client);
  const wait = (what: string) =>
    promisify(execFile)('aws', ['ecs', 'wait', what, '--cluster', 'main', '--services', 'worker'], {
      env: awsEnvironment(runtime.endpoint),
    });
  await ecs.send(new UpdateServiceCommand({ ...named, forceNewDeployment: true }));
  await wait('services-stable');
  expect((await serviceOf(ecs)).deployments).toHaveLength(1);
  await ecs.send(new DeleteServiceCommand({ ...named, force: true }));
  await wait('services-inactive');
  expect(await tasksOf(ecs)).toEqual([]);
});

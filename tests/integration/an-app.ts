import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { buildImage, uploadImage } from '../../src/images/index.ts';
import type { RuntimeUnderTest } from './local-runtime.ts';

export interface AppUnderTest {
  readonly url: string;
  readonly loadBalancerArn: string;
  readonly targetGroupArn: string;
}

/**
 * The service `api` in the cluster `main`: one Fargate task of a quarter of a processor, a real process that runs
 * `source` in Node, behind a load balancer.
 */
export async function anApp({ client, endpoint }: RuntimeUnderTest, source: string): Promise<AppUnderTest> {
  const image = await upload(endpoint, source);
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
  const loadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  elb.destroy();
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
      containerDefinitions: [{ name: 'app', image, portMappings: [{ containerPort: 8080 }] }],
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
  ecs.destroy();
  const listed: unknown = await (await fetch(`${endpoint}/_teal/listeners`)).json();
  const { listeners } = listed as { listeners: readonly { readonly url: string }[] };
  return { url: listeners[0]?.url ?? '', loadBalancerArn, targetGroupArn };
}

/** Its reference. */
async function upload(endpoint: string, source: string): Promise<string> {
  const context = mkdtempSync(join(tmpdir(), 'teal-app-'));
  writeFileSync(join(context, 'app.cjs'), source);
  writeFileSync(join(context, 'Dockerfile'), 'FROM node:20\nWORKDIR /app\nCOPY app.cjs .\nCMD ["node", "app.cjs"]\n');
  const { signal } = new AbortController();
  await using image = await buildImage({
    context,
    architecture: 'X86_64',
    environment: { PATH: process.env.PATH ?? '' },
    signal,
    onOutput: () => {},
  });
  rmSync(context, { recursive: true });
  return uploadImage({ endpoint, repository: 'api', region: 'us-east-1', image, signal });
}

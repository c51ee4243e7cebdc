import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createClients } from '../../../src/aws/index.ts';
import { systemClock, systemRandom } from '../../../src/base/index.ts';
import { parseProject } from '../../../src/config/index.ts';
import { provisionEnvironment } from '../../../src/operations/index.ts';
import type { ClientOptions } from '../../integration/local-runtime.ts';
import { account, environmentName, type World } from './world.ts';

/** What the platform root publishes for the services root, as far as a change of it concerns services. */
export interface Platform {
  readonly taskSubnetIds: readonly string[];
  readonly taskSecurityGroupId: string;
  readonly [more: string]: unknown;
}

/**
 * What the services root needs of a platform, without the minutes that the provider takes for one: cluster, journal and
 * load balancer by `provision`, and the document that the platform root would have published of them.
 */
export async function aPlatformByProvision(world: World): Promise<Platform> {
  const { environment: made } = await provisioned(world, world.client);
  const { discovery, balancers } = made;
  const loadBalancers = Object.fromEntries(
    [...balancers].map(([name, { arn, listener }]) => [
      name,
      {
        arn,
        arnSuffix: arn.replace(/^.*:loadbalancer\//, ''),
        dnsName: `${name}.${world.region}.elb.amazonaws.com`,
        zoneId: 'Z32O12XQLNTSW2',
        domain: null,
        productionListenerArns: [listener],
        testListenerArn: null,
        scheme: 'http',
      },
    ]),
  );
  const document: Platform = {
    schema: 1,
    vpcId: 'vpc-00000000',
    taskSubnetIds: ['subnet-00000000', 'subnet-00000001'],
    assignPublicIp: false,
    taskSecurityGroupId: 'sg-00000000',
    databaseSecurityGroupId: null,
    clusterName: discovery.cluster,
    clusterArn: `arn:aws:ecs:${world.region}:${account}:cluster/${discovery.cluster}`,
    journalTable: discovery.journalTable,
    kmsKeyArn: null,
    alarmTopicArn: null,
    loadBalancers,
  };
  await publishPlatform(world, document);
  return document;
}

/** Puts the platform's document where the services root reads it. */
export async function publishPlatform(world: World, document: Platform): Promise<void> {
  const ssm = new SSMClient(world.client);
  await ssm.send(
    new PutParameterCommand({
      Name: `/teal/${environmentName}/platform`,
      Type: 'String',
      Value: JSON.stringify(document),
      Overwrite: true,
    }),
  );
  ssm.destroy();
}

/** The environment made by `provision`, wherever `client` leads. */
export async function provisioned(world: World, client: ClientOptions) {
  const path = `environments/${environmentName}.json`;
  const project = parseProject(
    ['teal.json', path].map((name) => ({ path: name, text: readFileSync(join(world.project, name), 'utf8') })),
  );
  if (!project.ok) throw new Error(project.error.diagnostics.map(({ message }) => message).join('\n'));
  const environment = project.value.environments.find(({ name }) => name === environmentName);
  if (!environment) throw new Error(`${path} is an environment`);
  const aws = { clients: createClients(client), clock: systemClock, random: systemRandom() };
  const { signal } = new AbortController();
  const made = await provisionEnvironment(aws, { environment, trafficSettleSeconds: 0, firstPort: 8080 }, signal);
  return { aws, environment: made, signal };
}

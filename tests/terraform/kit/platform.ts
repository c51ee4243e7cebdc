import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createClients } from '../../../src/aws/index.ts';
import { systemClock, systemRandom } from '../../../src/base/index.ts';
import { parseProject } from '../../../src/config/index.ts';
import { provisionEnvironment } from '../../../src/operations/index.ts';
import { account, environmentName, type World } from './world.ts';

/**
 * What the services root needs of a platform, without the minutes that the provider takes for one: cluster, journal and
 * load balancer by `provision`, and the document that the platform root would have published of them.
 */
export async function aPlatformByProvision(world: World): Promise<void> {
  const path = `environments/${environmentName}.json`;
  const project = parseProject(
    ['teal.json', path].map((name) => ({ path: name, text: readFileSync(join(world.project, name), 'utf8') })),
  );
  if (!project.ok) throw new Error(project.error.diagnostics.map(({ message }) => message).join('\n'));
  const environment = project.value.environments.find(({ name }) => name === environmentName);
  if (!environment) throw new Error(`${path} is an environment`);
  const aws = { clients: createClients(world.client), clock: systemClock, random: systemRandom() };
  const { signal } = new AbortController();
  const { discovery, balancers } = await provisionEnvironment(
    aws,
    { environment, trafficSettleSeconds: 0, firstPort: 8080 },
    signal,
  );
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
  const document = {
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
}

/** Puts the platform's document where the services root reads it. */
async function publishPlatform(world: World, document: object): Promise<void> {
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

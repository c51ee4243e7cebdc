import { type Aws, change, journalKeys, read } from '../aws/index.ts';
import { discoveryPath, type Environment, type EnvironmentDiscovery, type Table } from '../config/index.ts';
import { must } from './operation-error.ts';
import { createTable } from './provision-tables.ts';
import { putDocument } from './put-document.ts';
import { unlessThere } from './unless-there.ts';

/** What the local runtime is told to make for an environment, and where it serves it. */
export interface EnvironmentSettings {
  readonly environment: Environment;
  readonly trafficSettleSeconds: number;
  /** The port of the first load balancer's listener; each further one takes the next. */
  readonly firstPort: number;
}

const journal: Table = {
  partitionKey: { name: journalKeys.partition, type: 'S' },
  sortKey: { name: journalKeys.sort, type: 'S' },
  indexes: {},
  capacity: null,
};

/** The HTTP listener of one load balancer. */
export interface ProvisionedBalancer {
  readonly listener: string;
  readonly arn: string;
}

export interface ProvisionedEnvironment {
  readonly discovery: EnvironmentDiscovery;
  readonly balancers: ReadonlyMap<string, ProvisionedBalancer>;
}

/** Where nothing else is said: any VPC, subnet and group will do on the local runtime. */
export const localNetwork = {
  vpc: 'vpc-00000000',
  subnets: ['subnet-00000000', 'subnet-00000001'],
  securityGroups: ['sg-00000000'],
} as const;

/** Makes an environment's cluster, journal, load balancers and discovery document, as far as they are missing. */
export async function provisionEnvironment(
  aws: Aws,
  settings: EnvironmentSettings,
  signal: AbortSignal,
): Promise<ProvisionedEnvironment> {
  const { environment } = settings;
  const discovery = plannedEnvironment(environment, settings.trafficSettleSeconds);
  const ecs = await aws.clients.ecs();
  const cluster = new ecs.sdk.CreateClusterCommand({
    clusterName: discovery.cluster,
    tags: [{ key: 'teal:environment', value: environment.name }],
  });
  must('create the cluster', await change(aws, ecs.client, cluster, signal, (output) => output.cluster));
  await createTable(aws, discovery.journalTable, journal, {}, signal);
  const balancers = new Map<string, ProvisionedBalancer>();
  for (const [index, name] of Object.keys(environment.loadBalancers).sort().entries()) {
    balancers.set(
      name,
      await provisionBalancer(aws, `${environment.name}-${name}`, settings.firstPort + index, signal),
    );
  }
  await putDocument(aws, discoveryPath(environment.name), discovery, signal);
  return { discovery, balancers };
}

/** What the discovery document of an environment says, made or not. */
export const plannedEnvironment = (environment: Environment, trafficSettleSeconds: number): EnvironmentDiscovery => ({
  schema: 1,
  account: environment.account,
  region: environment.region,
  cluster: environment.name,
  journalTable: `teal-journal-${environment.name}`,
  trafficSettleSeconds,
  testToken: `test-${environment.name}`,
});

async function provisionBalancer(
  aws: Aws,
  name: string,
  port: number,
  signal: AbortSignal,
): Promise<ProvisionedBalancer> {
  const { client, sdk } = await aws.clients.elb();
  const create = new sdk.CreateLoadBalancerCommand({
    Name: name,
    Type: 'application',
    Subnets: [...localNetwork.subnets],
    SecurityGroups: [...localNetwork.securityGroups],
  });
  const balancers = must(
    'create the load balancer',
    await change(aws, client, create, signal, (output) => output.LoadBalancers),
  );
  const arn = balancers[0]?.LoadBalancerArn ?? '';
  const describe = () => new sdk.DescribeListenersCommand({ LoadBalancerArn: arn });
  const find = async (): Promise<string | undefined> =>
    must('describe listeners', await read(aws, client, describe, signal, (output) => output.Listeners))[0]?.ListenerArn;
  const there = await find();
  if (there !== undefined) return { arn, listener: there };
  const listen = new sdk.CreateListenerCommand({
    LoadBalancerArn: arn,
    Protocol: 'HTTP',
    Port: port,
    DefaultActions: [
      {
        Type: 'fixed-response',
        FixedResponseConfig: {
          StatusCode: '404',
          ContentType: 'text/plain',
          MessageBody: 'No service has this route.',
        },
      },
    ],
  });
  // The first deployment of another service may make it at the same time.
  const made = await unlessThere(
    'create the listener',
    'DuplicateListenerException',
    change(aws, client, listen, signal, (output) => output.Listeners),
  );
  return { arn, listener: made?.[0]?.ListenerArn ?? (await find()) ?? '' };
}

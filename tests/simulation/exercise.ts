import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { type CallLimit, call, readWithRetries } from '../../src/aws/call.ts';
import { ms, type Result, seconds } from '../../src/base/index.ts';
import type { CallError } from '../../src/deployment/index.ts';
import { evenly } from './faults.ts';
import { createWorld, type SimulatedProcess, type SimulatedWorld, type WorldOptions } from './world.ts';

export interface Exercised {
  readonly hash: string;
  readonly sent: number;
  readonly struck: number;
  readonly virtualSeconds: number;
}

/**
 * Three processes with skewed clocks call several services at once through faults, and one of them dies and is
 * started again: enough to show that a seed decides everything. It deploys nothing.
 */
export async function exercise(seed: string, options: Omit<WorldOptions, 'seed'> = {}): Promise<Exercised> {
  const world = createWorld({ rates: evenly(0.08), ...options, seed });
  const started = world.scheduler.clock.monotonic();
  const chance = world.random('exercise');
  for (const name of ['ana', 'ben', 'cem']) launch(world, name, ms(chance.int(240_000) - 120_000));
  const victim = launch(world, 'dee#1', ms(0));
  victim.actor.crashAt(1 + chance.int(40), chance.int(2) === 0 ? 'before' : 'after');
  const reaper = world.scheduler.actor('reaper');
  reaper.start(async () => {
    while (victim.actor.state === 'running') await reaper.clock.sleep(seconds(1));
    launch(world, 'dee#2', ms(0));
  });
  await world.scheduler.run({ limit: seconds(3_600) });
  return {
    hash: world.trace.hash(),
    sent: world.network.sent,
    struck: [...world.network.struck.values()].reduce((sum, count) => sum + count, 0),
    virtualSeconds: (world.scheduler.clock.monotonic() - started) / 1000,
  };
}

function launch(world: SimulatedWorld, name: string, skew: ReturnType<typeof ms>): SimulatedProcess {
  const process = world.process(name, skew);
  process.actor.start(() => work(process));
  return process;
}

async function work({ actor, clients, random }: SimulatedProcess): Promise<void> {
  const { clock } = actor;
  const limit: CallLimit = { clock, deadline: ms(4_500) };
  const reading = { clock, random, deadline: seconds(20), attemptDeadline: ms(4_500) };
  const { sdk: dynamodb, client: tables } = await clients.dynamodb();
  const { sdk: ssm, client: parameters } = await clients.ssm();
  const { sdk: elb, client: balancers } = await clients.elb();
  const { sdk: sts, client: identity } = await clients.sts();
  const { sdk: ecs, client: fleet } = await clients.ecs();

  await readWithRetries(
    (each) => call(identity, new sts.GetCallerIdentityCommand({}), each, ({ Account }) => Account),
    reading,
  );
  await call(
    tables,
    new dynamodb.CreateTableCommand({
      TableName: 'journal',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
    limit,
    ({ TableDescription }) => TableDescription,
  );
  await call(fleet, new ecs.CreateClusterCommand({ clusterName: 'sim' }), limit, ({ cluster }) => cluster);
  const registered = await call(
    fleet,
    new ecs.RegisterTaskDefinitionCommand({
      family: 'web',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'web', image: 'web', essential: true }],
    }),
    limit,
    ({ taskDefinition }) => taskDefinition?.taskDefinitionArn,
  );
  if (registered.ok) {
    const service = { cluster: 'sim', serviceName: `web-${actor.name.slice(0, 3)}`, launchType: 'FARGATE' as const };
    const awsvpcConfiguration = { subnets: ['subnet-1'], securityGroups: ['sg-1'] };
    await call(
      fleet,
      new ecs.CreateServiceCommand({
        ...service,
        clientToken: actor.name,
        taskDefinition: registered.value,
        desiredCount: 2,
        networkConfiguration: { awsvpcConfiguration },
      }),
      limit,
      (output) => output.service,
    );
  }
  await clock.sleep(seconds(15));
  for (let round = 0; round < 20; round++) {
    const put = await call(
      tables,
      new dynamodb.PutItemCommand({
        TableName: 'journal',
        Item: { pk: { S: `entry-${round}` }, by: { S: actor.name }, at: { N: String(clock.now()) } },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnConsumedCapacity: 'TOTAL',
      }),
      limit,
      ({ ConsumedCapacity }) => ConsumedCapacity,
    );
    // Some work of two kinds at once, as an engine renews its lease while it reads.
    await Promise.all([
      readWithRetries(
        (each) =>
          call(
            tables,
            new dynamodb.GetItemCommand({
              TableName: 'journal',
              Key: { pk: { S: `entry-${round}` } },
              ConsistentRead: true,
            }),
            each,
            ({ Item }) => Item,
          ),
        reading,
      ),
      call(
        parameters,
        new ssm.PutParameterCommand({ Name: '/teal/sim', Value: told(put), Type: 'String', Overwrite: true }),
        limit,
        ({ Version }) => Version,
      ),
    ]);
    await readWithRetries(
      (each) =>
        call(parameters, new GetParameterCommand({ Name: '/teal/sim' }), each, ({ Parameter }) => Parameter?.Value),
      reading,
    );
    await readWithRetries(
      (each) => call(balancers, new elb.DescribeTargetGroupsCommand({}), each, ({ TargetGroups }) => TargetGroups),
      reading,
    );
    await readWithRetries(
      (each) => call(fleet, new ecs.ListTasksCommand({ cluster: 'sim' }), each, ({ taskArns }) => taskArns),
      reading,
    );
    await clock.sleep(ms(random.int(2_000)));
  }
}

const told = (result: Result<unknown, CallError>): string => (result.ok ? 'put' : result.error.kind);

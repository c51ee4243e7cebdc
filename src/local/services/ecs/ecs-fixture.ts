import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import { createRandom, createVirtualClock, type Ms, ms, type VirtualClock } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';
import type { Call, InputOf, OutputOf } from '../../service.ts';
import { memoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import {
  type Behaviour,
  createSimulatedTasks,
  healthyBehaviour,
  type SimulatedTasks,
} from '../../tasks/simulated/index.ts';
import { awsLike, type Timing } from '../../timing.ts';
import type { World } from '../../world.ts';
import { anApp } from '../elbv2/elbv2-fixture.ts';
import { elbv2 } from '../elbv2/index.ts';
import { secretsManager } from '../secrets-manager/index.ts';
import { ssm } from '../ssm/ssm.ts';
import { taskSecret } from '../task-secret.ts';
import { createEcs } from './index.ts';

type Sdk = typeof import('@aws-sdk/client-ecs');

/** Lines by `<group>/<stream>`. */
export type Output = Map<string, string[]>;

/** One world with ECS, ELBv2 and SSM in virtual time; images behave as `behaviours` says, else they are healthy. */
export interface EcsFixture {
  readonly clock: VirtualClock;
  readonly runtime: Runtime;
  readonly world: World;
  readonly ecs: ReturnType<typeof createEcs>;
  readonly tasks: SimulatedTasks;
  readonly behaviours: Map<string, Behaviour>;
  readonly output: Output;
  readonly logGroups: Set<string>;
  /** CloudWatch's alarms by name; each looks back 180 s. */
  readonly alarms: Map<string, 'OK' | 'ALARM'>;
  /** Target groups, `blue` attached to a listener's default action. */
  readonly app: ReturnType<typeof anApp>;
  /** As DeleteTargetGroup does. */
  removeGroup(targetGroupArn: string): void;
  call<Operation extends string>(operation: Operation, input: InputOf<Sdk, Operation>): OutputOf<Sdk, Operation>;
}

export function ecsFixture(
  options: {
    readonly timing?: Timing;
    readonly seed?: string;
    /** With what is in it, the fixture is a restart. */
    readonly store?: Store;
    readonly app?: EcsFixture['app'];
  } = {},
): EcsFixture {
  const clock = createVirtualClock();
  const random = createRandom(options.seed ?? 'ecs');
  const behaviours = new Map<string, Behaviour>();
  const tasks = createSimulatedTasks({
    clock,
    random: random.fork('tasks'),
    behaviourOf: (image) => behaviours.get(image) ?? healthyBehaviour,
  });
  const output: Output = new Map();
  const alarms: EcsFixture['alarms'] = new Map();
  const logGroups = new Set<string>(['/app']);
  const ecs = createEcs({
    targets: (world) => world.use(elbv2).registrar,
    secret: taskSecret,
    alarm: (_world, name) =>
      alarms.has(name) ? { isFiring: alarms.get(name) === 'ALARM', looksBack: ms(180_000) } : undefined,
    image: () => ({ kind: 'as-it-is' }),
    output: () => ({
      hasGroup: (group) => logGroups.has(group),
      createGroup: (group) => logGroups.add(group),
      createStream: (group, stream) => output.set(`${group}/${stream}`, []),
      append: (group, stream, line) => output.get(`${group}/${stream}`)?.push(line),
    }),
  });
  const runtime = createRuntime({
    surroundings: { clock, random, timing: options.timing ?? awsLike, tasks: tasks.driver, network: tasks.network },
    store: options.store ?? memoryStore(),
    services: [ecs, elbv2, ssm, secretsManager],
    defaultAccount: '000000000000',
  });
  runtime.wake();
  const world = runtime.world('000000000000', 'eu-central-1');
  return {
    clock,
    runtime,
    world,
    ecs,
    tasks,
    behaviours,
    output,
    logGroups,
    alarms,
    app: options.app ?? anApp(world.use(elbv2)),
    removeGroup: (arn) => world.use(elbv2).plane.removeGroup(arn),
    call(operation, input) {
      const handlers: { readonly [name: string]: (state: never, input: never, call: Call) => object } = ecs.operations;
      const handler = handlers[operation];
      if (!handler) throw new Error(`no operation ${operation}`);
      return handler(world.use(ecs) as never, input as never, call) as never;
    },
  };
}

const call: Call = { requestId: '00000000-0000-0000-0000-000000000000', host: '127.0.0.1' };

export const network = { awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'] } };

/** Registers a revision of family `api` with one container `app` on port 8080 and returns its ARN. */
export function aTaskDefinition(
  { call }: EcsFixture,
  container: NonNullable<InputOf<Sdk, 'RegisterTaskDefinition'>['containerDefinitions']>[number] = {},
): string {
  const { taskDefinition } = call('RegisterTaskDefinition', {
    family: 'api',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
    containerDefinitions: [{ name: 'app', image: 'app:1', portMappings: [{ containerPort: 8080 }], ...container }],
  });
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** A cluster `main` and a service `api` in it, by default two tasks behind the app's blue target group. */
export function aService(fixture: EcsFixture, input: Partial<InputOf<Sdk, 'CreateService'>> = {}): void {
  fixture.call('CreateCluster', { clusterName: 'main' });
  fixture.call('CreateService', {
    cluster: 'main',
    serviceName: 'api',
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: network,
    loadBalancers: [{ targetGroupArn: fixture.app.blue, containerName: 'app', containerPort: 8080 }],
    ...input,
    taskDefinition: input.taskDefinition ?? aTaskDefinition(fixture),
  });
}

export function theService({ call }: EcsFixture, name = 'api'): Service {
  const { services } = call('DescribeServices', { cluster: 'main', services: [name] });
  const found = services?.[0];
  if (!found) throw new Error(`no service ${name}`);
  return found;
}

export const deployments = (fixture: EcsFixture): readonly Deployment[] => theService(fixture).deployments ?? [];

export function tasksOf({ call }: EcsFixture, desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING'): readonly Task[] {
  const { taskArns } = call('ListTasks', { cluster: 'main', desiredStatus });
  return taskArns?.length ? (call('DescribeTasks', { cluster: 'main', tasks: taskArns }).tasks ?? []) : [];
}

export const messages = (fixture: EcsFixture): readonly string[] =>
  (theService(fixture).events ?? []).map((event) => event.message ?? '');

/** Moves the clock until the condition holds; gives up after `atMost`. */
export function until(fixture: EcsFixture, condition: () => boolean, atMost: Ms = ms(3_600_000)): void {
  const end = fixture.clock.monotonic() + atMost;
  while (!condition()) {
    if (fixture.clock.monotonic() >= end || !fixture.clock.step()) throw new Error('it did not come to that');
  }
}

export const completed = (fixture: EcsFixture): boolean =>
  deployments(fixture).length === 1 && deployments(fixture)[0]?.rolloutState === 'COMPLETED';

/** Code and text of the error that `call` throws. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it was not refused');
}

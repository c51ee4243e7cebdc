import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import { HttpResponse } from '@smithy/core/transport';
import type { HttpRequest } from '@smithy/types';
import { type Aws, createClients, type Transport } from '../src/aws/index.ts';
import { createRandom, createVirtualClock, type Ms, ms, type VirtualClock } from '../src/base/index.ts';
import { createRuntime, memoryStore, services, timings } from '../src/local/index.ts';
import { elbv2 } from '../src/local/services/elbv2/index.ts';
import type { TrafficObserver } from '../src/local/services/elbv2/traffic-observer.ts';
import { type Behaviour, createSimulatedTasks, healthyBehaviour } from '../src/local/tasks/simulated/index.ts';

/** The adapters' AWS on the local runtime, in process and in virtual time. */
export interface LocalAws {
  readonly aws: Aws;
  readonly clock: VirtualClock;
  /** What its load balancers are told of what they carry. */
  readonly carried: TrafficObserver;
  /** To be awaited before the first call that has a deadline. */
  warmUp(): Promise<void>;
  /** What a promise resolves with, while virtual time passes. */
  within<T>(limit: Ms, promise: Promise<T>): Promise<T>;
}

const account = '123456789012';

export function localAws(behaviourOf: (image: string) => Behaviour = () => healthyBehaviour): LocalAws {
  const clock = createVirtualClock();
  const random = createRandom('ports');
  const tasks = createSimulatedTasks({ clock, random: random.fork('tasks'), behaviourOf });
  const runtime = createRuntime({
    surroundings: {
      clock,
      random: random.fork('runtime'),
      timing: timings['aws-like'],
      tasks: tasks.driver,
      network: tasks.network,
    },
    store: memoryStore(),
    services,
    defaultAccount: account,
    onBug: (error, what) => {
      throw new Error(`a bug of the runtime in ${what}`, { cause: error });
    },
  });
  let warm = false;
  const handle = async (request: HttpRequest) => {
    const body: unknown = request.body ?? '';
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    if (warm) await clock.sleep(ms(1));
    const response = runtime.handle({
      method: request.method,
      path: request.path,
      query: '',
      headers,
      body: body instanceof Uint8Array ? body : new Uint8Array(Buffer.from(String(body))),
    });
    return {
      response: new HttpResponse({
        statusCode: response.status,
        headers: { ...response.headers },
        body: response.body,
      }),
    };
  };
  const transport: Transport = {
    requestHandler: Object.assign(
      { handle },
      { updateHttpClientConfig() {}, httpHandlerConfigs: () => ({}), destroy() {} },
    ),
    settings: {
      defaultsMode: 'standard',
      useDualstackEndpoint: false,
      useFipsEndpoint: false,
      authSchemePreference: [],
      userAgentAppId: async () => undefined,
    },
    adapt() {},
  };
  const clients = createClients({
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: account, secretAccessKey: 'local' },
    transport,
  });
  /** A client's first call may read files: in real time, which must not pass for virtual time that went by. */
  const warmUp = async (): Promise<void> => {
    if (warm) return;
    const [ecs, elb, dynamodb, ssm, logs, autoscaling, cloudwatch] = await Promise.all([
      clients.ecs(),
      clients.elb(),
      clients.dynamodb(),
      clients.ssm(),
      clients.logs(),
      clients.autoscaling(),
      clients.cloudwatch(),
    ]);
    await Promise.all([
      ecs.client.send(new ListClustersCommand({})),
      elb.client.send(new elb.sdk.DescribeLoadBalancersCommand({})),
      dynamodb.client.send(new ListTablesCommand({})),
      ssm.client.send(new DescribeParametersCommand({})),
      logs.client.send(new logs.sdk.DescribeLogGroupsCommand({})),
      autoscaling.client.send(new autoscaling.sdk.DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' })),
      cloudwatch.client.send(new ListMetricsCommand({})),
    ]);
    warm = true;
  };
  return {
    aws: { clients, clock, random: random.fork('retries') },
    clock,
    carried: runtime.world(account, 'eu-west-1').use(elbv2).plane.traffic,
    warmUp,
    async within(limit, promise) {
      let settled = false;
      const end = clock.monotonic() + limit;
      const watched = promise.finally(() => {
        settled = true;
      });
      watched.catch(() => undefined);
      while (!settled && clock.monotonic() <= end) {
        // The SDK's own promises take a few turns; only then is it time that they wait for.
        for (let turn = 0; !settled && turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
        if (!settled && !clock.step()) break;
      }
      if (!settled) throw new Error(`not settled within ${limit / 1000} s of virtual time`);
      return watched;
    },
  };
}

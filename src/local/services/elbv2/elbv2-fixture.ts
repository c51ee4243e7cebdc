import type { VirtualClock } from '../../../base/index.ts';
import type { Call } from '../../service.ts';
import type { HealthCheckAnswer, Network } from '../../tasks/network.ts';
import type { Timing } from '../../timing.ts';
import type { World } from '../../world.ts';
import { aCall, loneWorld } from '../lone-world.ts';
import { createListener } from './listeners.ts';
import { createLoadBalancer } from './load-balancers.ts';
import type { RouteRequest } from './match.ts';
import { createElbState, type ElbState } from './state.ts';
import { createTargetGroup } from './target-groups.ts';

export interface Fixture {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly state: ElbState;
  /** What a target answers to health checks, by address; 200 unless set. */
  readonly answers: Map<string, HealthCheckAnswer>;
  /** Addresses of the checks made so far. */
  readonly checked: string[];
}

/** ELBv2 of one account in virtual time, with targets that answer as the test says. */
export function elbFixture(
  options: { readonly seed?: string; readonly timing?: Timing; readonly network?: Network } = {},
): Fixture {
  const answers = new Map<string, HealthCheckAnswer>();
  const checked: string[] = [];
  const network: Network = options.network ?? {
    locate: () => undefined,
    check({ address, port }, done) {
      checked.push(`${address}:${port}`);
      done(answers.get(address) ?? { kind: 'answered', status: 200 });
    },
  };
  const world = loneWorld(options.seed ?? 'elbv2', { network, ...(options.timing && { timing: options.timing }) });
  const { clock } = world;
  return { clock, world, state: createElbState(world), answers, checked };
}

/** Runs one operation: `run(state, createRule, {…})`. */
export const run = <Input, Output>(
  state: ElbState,
  operation: (state: ElbState, input: Input, call: Call) => Output,
  input: Input,
): Output => operation(state, input, aCall);

/** A load balancer with one HTTP listener whose default action forwards to the first of two groups. */
export function anApp(state: ElbState, options: { readonly port?: number; readonly name?: string } = {}) {
  const name = options.name ?? 'main';
  const loadBalancer = created(
    run(state, createLoadBalancer, { Name: name, Subnets: ['subnet-a', 'subnet-b'] }).LoadBalancers?.[0]
      ?.LoadBalancerArn,
  );
  const blue = aGroup(state, `${name}-blue`);
  const green = aGroup(state, `${name}-green`);
  const listener = created(
    run(state, createListener, {
      LoadBalancerArn: loadBalancer,
      Protocol: 'HTTP',
      Port: options.port ?? 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: blue }],
    }).Listeners?.[0]?.ListenerArn,
  );
  return { loadBalancer, listener, blue, green };
}

export function aGroup(
  state: ElbState,
  name: string,
  settings: Partial<Parameters<typeof createTargetGroup>[1]> = {},
): string {
  const input = { Name: name, Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip', ...settings } as const;
  return created(run(state, createTargetGroup, input).TargetGroups?.[0]?.TargetGroupArn);
}

export const weighted = (groups: Readonly<Record<string, number>>) =>
  ({
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: Object.entries(groups).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
    },
  }) as const;

export const aRequest = (changes: Partial<RouteRequest> = {}): RouteRequest => ({
  method: 'GET',
  host: 'example.com',
  path: '/',
  query: '',
  headers: {},
  sourceIp: '127.0.0.1',
  port: 80,
  ...changes,
});

export function created<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the operation gave no such member');
  return value;
}

import type { Plan, Step } from '../plan.ts';
import type { Site } from '../site.ts';
import { percent } from '../weights.ts';

/** ARNs of the task definitions that live and the deployment under test run. */
export const liveTaskDefinition = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/test-web:1';
export const newTaskDefinition = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/test-web:2';

/** A plan from blue to green, in one step and without a hold where nothing else is said. */
export function aPlan({
  steps = [100],
  hold = 0,
  timings,
  limits,
  ...fields
}: Partial<Omit<Plan, 'steps' | 'timings' | 'limits'>> & {
  /** Weights of the new colour; each is held for `hold` seconds. */
  readonly steps?: readonly number[];
  readonly hold?: number;
  readonly timings?: Partial<Plan['timings']>;
  readonly limits?: Partial<Plan['limits']>;
} = {}): Plan {
  return {
    schema: 1,
    id: 'd-2',
    kind: 'deploy',
    site: aSite(),
    from: 'blue',
    to: 'green',
    first: false,
    revision: { id: 'rev-2', digest: 'sha256:2' },
    wish: { kind: 'register', definition: aTaskDefinition },
    container: { name: 'app', port: 8080 },
    minimumTasks: 2,
    steps: steps.map((weight): Step => ({ weight: percent(weight), bakeSeconds: hold })),
    bakeSeconds: 0,
    keepWarmSeconds: 600,
    verification: [],
    identity: { kind: 'header', header: 'x-revision', path: '/' },
    route: { origin: 'http://127.0.0.1:8080', host: 'web.test', path: '/' },
    onInterrupt: 'rollback',
    ...fields,
    limits: {
      failurePercent: 1,
      p99Seconds: 1,
      windowSeconds: 60,
      minimumAnswers: 20,
      noData: 'rollback',
      ...limits,
    },
    timings: {
      pollMs: 2_500,
      healthTimeoutSeconds: 300,
      deregistrationDelaySeconds: 30,
      trafficSettleSeconds: 60,
      clockSkewSeconds: 600,
      probesPerSecond: 2,
      ...timings,
    },
  };
}

/** A plan for what runs in green already. */
export const anExistingPlan = (
  kind: 'switch' | 'rollback' | 'repair',
  fields: Parameters<typeof aPlan>[0] = {},
): Plan => aPlan({ kind, wish: { kind: 'existing', taskDefinition: newTaskDefinition }, ...fields });

const aTaskDefinition = {
  family: 'test-web',
  cpu: 256,
  memory: 512,
  architecture: 'X86_64',
  executionRole: 'arn:aws:iam::123456789012:role/execution',
  taskRole: 'arn:aws:iam::123456789012:role/task',
  container: {
    name: 'app',
    image: 'web@sha256:2',
    command: undefined,
    port: 8080,
    environment: { TEAL_COLOR: 'green' },
    secrets: {},
    healthCheck: undefined,
    stopTimeoutSeconds: 5,
    logGroup: '/teal/test/web',
    tables: {},
    region: 'eu-west-1',
  },
} as const;

/** Service `web` of environment `test`, behind one rule. */
export function aSite(fields: Partial<Site> = {}): Site {
  const elb = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
  return {
    environment: {
      name: 'test',
      account: '123456789012',
      region: 'eu-west-1',
      cluster: 'test',
      journalTable: 'teal-journal-test',
      trafficSettleSeconds: 60,
      testToken: 'token',
    },
    service: 'web',
    terraformHash: 'hash',
    places: [{ kind: 'rule', arn: `${elb}:listener-rule/app/test/1/2/production` }],
    testPlaces: [{ kind: 'rule', arn: `${elb}:listener-rule/app/test/1/2/test` }],
    colors: {
      blue: { service: 'web-blue', targetGroup: `${elb}:targetgroup/web-blue/1` },
      green: { service: 'web-green', targetGroup: `${elb}:targetgroup/web-green/2` },
    },
    roles: {
      execution: 'arn:aws:iam::123456789012:role/execution',
      task: 'arn:aws:iam::123456789012:role/task',
    },
    logGroup: '/teal/test/web',
    tables: {},
    wanted: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: false, stickinessSeconds: null },
    ...fields,
  };
}

/** A default and, in half a sentence, why it is this one. The docs and the editors show both. */
export interface Default<Value> {
  readonly value: Value;
  readonly because: string;
}

const is = <const Value>(value: Value, because: string): Default<Value> => ({ value, because });

const nothing: never[] = [];
const httpsOnly: number[] = [443];

/** Every default of teal's JSON stands here and nowhere else. Durations are written as people write them. */
export const defaults = {
  kind: is('web', 'most services answer requests'),
  cpu: is(256, 'the smallest size Fargate has'),
  memory: is(512, 'the least that goes with 256 CPU units'),
  architecture: is('X86_64', 'what images are built for unless told otherwise'),
  environment: is({}, 'nothing but what teal itself sets (`TEAL_…`, `PORT`)'),
  secrets: is({}, 'none'),
  uses: is({}, 'nothing'),
  tables: is({}, 'none'),
  indexes: is({}, 'none'),
  fetch: is(false, 'ECS puts the value into the variable when the task starts'),
  containerHealthCheck: {
    interval: is('10s', "soon noticed; AWS's own 30 s is a long time to serve errors"),
    timeout: is('5s', "AWS's default"),
    retries: is(3, "AWS's default"),
    startPeriod: is('0s', 'failures count from the start'),
  },
  path: is('/*', 'every path of the host'),
  targetHealthCheck: {
    path: is('/health', 'the usual place'),
    matcher: is('200', "AWS's default"),
    interval: is('10s', "AWS's own 30 s makes every deployment wait for its third check"),
    timeout: is('5s', "AWS's default, and shorter than the interval"),
    healthyThreshold: is(2, 'the least AWS allows; a new target is healthy after its first good answer anyway'),
    unhealthyThreshold: is(2, "AWS's default"),
  },
  loadBalancer: is('main', 'what the environment calls its load balancer unless told otherwise'),
  protocol: is('HTTP1', 'every server speaks it'),
  gracePeriod: is('30s', 'an application that needs longer to start is not replaced while it does'),
  stopTimeout: is('30s', "AWS's default"),
  deregistrationDelay: is('30s', "AWS's own 300 s keeps every replaced task for five minutes more"),
  retentionDays: is(14, 'long enough to look into last week'),
  minimumTasks: is(2, 'one can die without an outage'),
  schedules: is(nothing, 'none'),
  timezone: is('UTC', 'has no daylight saving time'),
  deployment: {
    controller: is('teal', 'the only one that measures what it does'),
    strategy: is('all-at-once', 'the new colour is verified first, and the way back is one call'),
    canaryBake: is('5m', 'enough requests to judge by, short enough to wait for'),
    linearEvery: is('1m', 'several windows of probes at each weight'),
    healthTimeout: is('10m', 'pulling a large image and starting takes minutes, an hour means it never will'),
    bake: is('5m', 'what goes wrong under full load mostly does so in the first minutes'),
    keepWarm: is('15m', 'the way back stays one call while people still look'),
    onInterrupt: is('rollback', 'nobody may be there to finish what was begun'),
    verification: is(nothing, 'the health of the targets alone'),
    status: is(200, 'what a working page answers'),
    commandTimeout: is('5m', 'a smoke test takes seconds, a hanging one for ever'),
    alarms: is(nothing, 'none'),
  },
  limits: {
    failurePercent: is(1, 'well above what a healthy service loses, well below what people bear'),
    window: is('30s', 'a burst passes, a fault does not'),
    minimumAnswers: is(20, 'one failure in a handful proves nothing'),
    noData: is('hold', 'no news is not good news'),
  },
  build: is(nothing, 'nothing'),
  size: is('production', 'a forgotten field must not make an environment fragile'),
  protected: is(false, 'commands run without asking twice'),
  allowEndpoint: is(false, 'a forgotten `AWS_ENDPOINT_URL` must not send a deployment elsewhere'),
  stateScope: is('all', 'one Terraform state is the least to look after'),
  networkMode: is('create', 'an environment with a network of its own harms no other'),
  excludedZones: is(nothing, 'none'),
  cidr: is('10.0.0.0/16', 'room for four thousand tasks in each zone'),
  outboundPorts: is(httpsOnly, 'what is worth reaching speaks TLS'),
  subnets: is(nothing, 'none'),
  internal: is(false, 'most services are there for the internet'),
  passwordVersion: is(1, 'the first'),
  testPort: is(9000, 'none that anything else uses'),
  loadBalancers: is({ main: {} }, 'one, at its own DNS name'),
  repositories: is({}, 'none'),
  keptImages: is(50, 'weeks of builds, and not years'),
  email: is(nothing, 'none'),
  webhook: is(nothing, 'none'),
} as const;

/** The environment that needs no file: teal's own runtime on this machine. */
export const localEnvironment = {
  account: '000000000000',
  region: 'us-east-1',
} as const;

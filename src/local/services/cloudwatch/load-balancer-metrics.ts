import type { World } from '../../world.ts';
import { arnSuffix, type ElbState, elbv2, type FinishedRequest, loadBalancersByGroup } from '../elbv2/index.ts';
import { type MetricDimension, metric } from './metric.ts';
import type { MetricData, Series } from './metric-data.ts';
import { addTo, emptySet, type StatisticSet, setOf } from './statistic-set.ts';

const namespace = 'AWS/ApplicationELB';
const minute = 60_000;

/**
 * AWS/ApplicationELB of one account and region, counted from what its load balancers really carry. A request touches a
 * few numbers; metrics are made of them once in a period, and where nobody reads them, once in a minute.
 * Source: ALB/load-balancer-cloudwatch-metrics
 */
export function measureLoadBalancers(world: World, data: MetricData): void {
  const elb = world.use(elbv2);
  const meter = new LoadBalancerMeter(world, elb, data);
  elb.plane.traffic.add(meter);
  data.onRead(() => meter.collect());
  elb.registrar.onChange((arn) => meter.countTargets(arn));
  elb.plane.onListeners(() => meter.followListeners());
  meter.followListeners();
}

/** What came to one target group of one load balancer, in one zone, in one period. */
interface Counted {
  requests: number;
  readonly codes: Map<number, number>;
  readonly seconds: StatisticSet;
  connectionErrors: number;
  failOpen: number;
}

/** What a load balancer had, whatever the group, in one period. */
interface Balanced {
  readonly groups: Map<string, Counted>;
  /** What it answered itself, by status. */
  readonly own: Map<number, number>;
  redirects: number;
  fixedResponses: number;
  newConnections: number;
  processedBytes: number;
  ruleEvaluations: number;
  tlsErrors: number;
}

class LoadBalancerMeter {
  readonly #world: World;
  readonly #elb: ElbState;
  readonly #data: MetricData;
  readonly #series = new Map<string, Series>();
  readonly #gauges = new Map<string, readonly Series[]>();
  readonly #connections = new Map<string, number>();
  #balancerOf: ReadonlyMap<string, string> = new Map();
  #period: number;
  #minute: number;
  #balanced = new Map<string, Balanced>();

  constructor(world: World, elb: ElbState, data: MetricData) {
    this.#world = world;
    this.#elb = elb;
    this.#data = data;
    this.#period = this.#periodNow();
    this.#minute = Math.floor(world.clock.now() / minute);
  }

  readonly requestFinished = (request: FinishedRequest): void => {
    const balanced = this.#of(request.loadBalancerArn);
    balanced.processedBytes += request.receivedBytes + request.sentBytes;
    balanced.ruleEvaluations += request.rulesEvaluated;
    if (request.action === 'redirect') balanced.redirects++;
    if (request.action === 'fixed-response') balanced.fixedResponses++;
    if (request.targetStatus === undefined) count(balanced.own, request.status);
    if (!request.target || request.targetGroupArn === undefined) return;
    const zone = request.target.availabilityZone ?? this.#zones(request.loadBalancerArn)[0] ?? '';
    const key = `${request.targetGroupArn}|${zone}`;
    let counted = balanced.groups.get(key);
    if (!counted) {
      counted = { requests: 0, codes: new Map(), seconds: emptySet(), connectionErrors: 0, failOpen: 0 };
      balanced.groups.set(key, counted);
    }
    counted.requests++;
    if (request.targetStatus !== undefined) count(counted.codes, Math.floor(request.targetStatus / 100));
    if (request.targetMs !== undefined) addTo(counted.seconds, setOf(request.targetMs / 1000));
    if (request.connectionFailed) counted.connectionErrors++;
    if (request.failOpen) counted.failOpen++;
  };

  readonly connectionOpened = (loadBalancerArn: string): void => {
    this.#of(loadBalancerArn).newConnections++;
    count(this.#connections, loadBalancerArn);
  };

  readonly connectionClosed = (loadBalancerArn: string): void => {
    this.#collectConnections();
    const left = (this.#connections.get(loadBalancerArn) ?? 0) - 1;
    if (left > 0) this.#connections.set(loadBalancerArn, left);
    else this.#connections.delete(loadBalancerArn);
  };

  readonly tlsFailed = (loadBalancerArn: string): void => {
    this.#of(loadBalancerArn).tlsErrors++;
  };

  /** Groups come to a load balancer, and leave it, by its listeners and rules. */
  followListeners(): void {
    const before = this.#balancerOf;
    this.#balancerOf = loadBalancersByGroup(this.#elb);
    for (const arn of new Set([...before.keys(), ...this.#balancerOf.keys()])) {
      if (before.get(arn) !== this.#balancerOf.get(arn)) this.countTargets(arn);
    }
  }

  /** HealthyHostCount and UnHealthyHostCount: told while the group has targets and a load balancer. */
  countTargets(arn: string): void {
    const targets = this.#elb.plane.targets(arn).filter(({ health }) => health.state !== 'unused');
    const loadBalancer = this.#balancerOf.get(arn);
    const now = new Map<string, { readonly series: Series; value: number }>();
    if (loadBalancer !== undefined) {
      const zones = this.#zones(loadBalancer);
      for (const target of targets) {
        const zone = target.availabilityZone ?? zones[0] ?? '';
        for (const [name, state] of [
          ['HealthyHostCount', 'healthy'],
          ['UnHealthyHostCount', 'unhealthy'],
        ] as const) {
          for (const dimensions of [[], [zoneDimension(zone)]]) {
            const series = this.#seriesOf(name, 'Count', [...ofGroup(loadBalancer, arn), ...dimensions]);
            const gauge = now.get(String(series.id)) ?? { series, value: 0 };
            if (target.health.state === state) gauge.value++;
            now.set(String(series.id), gauge);
          }
        }
      }
    }
    for (const series of this.#gauges.get(arn) ?? []) {
      if (!now.has(String(series.id))) this.#data.setGauge(series, undefined);
    }
    this.#gauges.set(
      arn,
      [...now.values()].map(({ series }) => series),
    );
    for (const { series, value } of now.values()) this.#data.setGauge(series, value);
  }

  /** Makes points of the periods that have ended. */
  collect(): void {
    this.#collectConnections();
    if (this.#period !== this.#periodNow()) this.#close();
  }

  #periodNow(): number {
    return Math.floor(this.#world.clock.now() / this.#world.timing.metricPeriod);
  }

  #of(loadBalancerArn: string): Balanced {
    if (this.#period !== this.#periodNow()) this.#close();
    this.#collectConnections();
    const known = this.#balanced.get(loadBalancerArn);
    if (known) return known;
    const made: Balanced = {
      groups: new Map(),
      own: new Map(),
      redirects: 0,
      fixedResponses: 0,
      newConnections: 0,
      processedBytes: 0,
      ruleEvaluations: 0,
      tlsErrors: 0,
    };
    this.#balanced.set(loadBalancerArn, made);
    return made;
  }

  #close(): void {
    const at = this.#period * this.#world.timing.metricPeriod;
    const closed = this.#balanced;
    this.#balanced = new Map();
    this.#period = this.#periodNow();
    for (const [arn, balanced] of closed) this.#tell(arn, balanced, at);
  }

  #tell(loadBalancerArn: string, balanced: Balanced, at: number): void {
    const loadBalancer = [loadBalancerDimension(loadBalancerArn)];
    const add = (name: string, set: StatisticSet, ...all: readonly (readonly MetricDimension[])[]): void => {
      if (set.count === 0) return;
      for (const dimensions of all) this.#data.record(this.#seriesOf(name, unitOf(name), dimensions), at, set);
    };
    const groups = new Map<string, number>();
    for (const [key, counted] of balanced.groups) {
      const [arn = '', zone = ''] = key.split('|');
      const zoned = zoneDimension(zone);
      const group = ofGroup(loadBalancerArn, arn);
      const four = [loadBalancer, [...loadBalancer, zoned], group, [...group, zoned]];
      groups.set(arn, (groups.get(arn) ?? 0) + counted.requests);
      add('RequestCount', setOf(1, counted.requests), ...four);
      for (const [code, times] of counted.codes) add(`HTTPCode_Target_${code}XX_Count`, setOf(1, times), ...four);
      add('TargetResponseTime', counted.seconds, ...four);
      add('TargetConnectionErrorCount', setOf(1, counted.connectionErrors), ...four);
      add('UnhealthyRoutingRequestCount', setOf(1, counted.failOpen), group, [...group, zoned]);
    }
    for (const [arn, requests] of groups) {
      const perTarget = requests / Math.max(1, this.#elb.plane.registered(arn));
      const group = ofGroup(loadBalancerArn, arn);
      add('RequestCountPerTarget', setOf(perTarget), group, group.slice(0, 1));
    }
    const [zone = ''] = this.#zones(loadBalancerArn);
    const balancerWide = [loadBalancer, [...loadBalancer, zoneDimension(zone)]];
    for (const [status, times] of balanced.own) {
      const family = Math.floor(status / 100);
      if (family >= 3) add(`HTTPCode_ELB_${family}XX_Count`, setOf(1, times), ...balancerWide);
      if ([500, 502, 503, 504].includes(status)) add(`HTTPCode_ELB_${status}_Count`, setOf(1, times), ...balancerWide);
    }
    add('HTTP_Redirect_Count', setOf(1, balanced.redirects), loadBalancer);
    add('HTTP_Fixed_Response_Count', setOf(1, balanced.fixedResponses), loadBalancer);
    add('NewConnectionCount', setOf(1, balanced.newConnections), loadBalancer);
    if (balanced.processedBytes > 0) add('ProcessedBytes', setOf(balanced.processedBytes), loadBalancer);
    if (balanced.ruleEvaluations > 0) add('RuleEvaluations', setOf(balanced.ruleEvaluations), loadBalancer);
    add('ClientTLSNegotiationErrorCount', setOf(1, balanced.tlsErrors), loadBalancer);
  }

  /** A sample for each minute, whatever the timing: the sum over a minute is the number of connections. */
  #collectConnections(): void {
    const now = Math.floor(this.#world.clock.now() / minute);
    if (now === this.#minute) return;
    for (const [arn, open] of this.#connections) {
      const series = this.#seriesOf('ActiveConnectionCount', 'Count', [loadBalancerDimension(arn)]);
      this.#data.record(series, now * minute - 1, setOf(open));
    }
    this.#minute = now;
  }

  #seriesOf(name: string, unit: string, dimensions: readonly MetricDimension[]): Series {
    const key = `${name}|${dimensions.map(({ Value }) => Value).join('|')}`;
    const known = this.#series.get(key);
    if (known && this.#data.has(known)) return known;
    const made = this.#data.series(metric(namespace, name, dimensions), unit, 'measured');
    this.#series.set(key, made);
    return made;
  }

  /** In order of the load balancer's subnets. */
  #zones(loadBalancerArn: string): readonly string[] {
    const subnets = this.#elb.loadBalancers.get(loadBalancerArn)?.subnets ?? [''];
    return subnets.map((_, index) => `${this.#world.region}${String.fromCharCode(97 + (index % 6))}`);
  }
}

const count = <Key>(counts: Map<Key, number>, key: Key): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const loadBalancerDimension = (arn: string): MetricDimension => ({ Name: 'LoadBalancer', Value: arnSuffix(arn) });
const zoneDimension = (zone: string): MetricDimension => ({ Name: 'AvailabilityZone', Value: zone });
/** The target group first. */
const ofGroup = (loadBalancerArn: string, groupArn: string): readonly MetricDimension[] => [
  { Name: 'TargetGroup', Value: arnSuffix(groupArn) },
  loadBalancerDimension(loadBalancerArn),
];

function unitOf(name: string): string {
  if (name === 'TargetResponseTime') return 'Seconds';
  return name === 'ProcessedBytes' ? 'Bytes' : 'Count';
}

import { posix } from 'node:path';
import { assert } from '../base/index.ts';
import type { DeploymentFile } from './deployment-schema.ts';
import type { EnvironmentFile } from './environment-schema.ts';
import type {
  Database,
  DeploymentSettings,
  Environment,
  Hold,
  Identity,
  Image,
  LoadBalancer,
  Secret,
  Service,
  Step,
  Table,
  TableKeys,
  Verification,
} from './normalised.ts';
import type { ServiceFile } from './service-schema.ts';
import { type SizeDecisions, sizes } from './sizes.ts';

/** @param path of the file, from the project's root: what the image's folder is seen from. */
export function normaliseService(name: string, path: string, file: ServiceFile): Service {
  const { image, command, secrets, uses, healthCheck, scaling } = file;
  const base = {
    name,
    image: normaliseImage(image, path),
    cpu: file.cpu,
    memory: file.memory,
    architecture: file.architecture,
    command: command ?? null,
    environment: file.environment,
    secrets: mapValues(secrets, normaliseSecret),
    uses: { tables: mapValues(uses.tables, normaliseTable) },
    healthCheck: healthCheck
      ? {
          command: healthCheck.command,
          intervalSeconds: healthCheck.interval,
          timeoutSeconds: healthCheck.timeout,
          retries: healthCheck.retries,
          startPeriodSeconds: healthCheck.startPeriod,
        }
      : null,
    stopTimeoutSeconds: file.stopTimeout,
    logs: file.logs,
    scaling: {
      min: scaling.min,
      max: scaling.max ?? scaling.min,
      cpuPercent: scaling.cpuPercent ?? null,
      memoryPercent: scaling.memoryPercent ?? null,
      requestsPerTarget: scaling.requestsPerTarget ?? null,
      schedules: scaling.schedules.map(({ cron, timezone, min, max }) => ({
        cron,
        timezone,
        min: min ?? null,
        max: max ?? null,
      })),
    },
    deployment: normaliseDeployment(file.deployment),
    local: file.local,
  };
  if (file.kind === 'worker') return { kind: 'worker', ...base };
  const [first, ...others] = (file.routes ?? []).map(({ host, path, priority }) => ({
    host: host?.toLowerCase() ?? null,
    path,
    priority,
  }));
  assert(first !== undefined && file.port !== undefined, `${path} has passed its checks without a port and a route`);
  const { targetHealthCheck: check } = file;
  return {
    kind: 'web',
    ...base,
    port: file.port,
    routes: [first, ...others],
    targetHealthCheck: {
      path: check.path,
      matcher: check.matcher,
      intervalSeconds: check.interval,
      timeoutSeconds: check.timeout,
      healthyThreshold: check.healthyThreshold,
      unhealthyThreshold: check.unhealthyThreshold,
    },
    loadBalancer: file.loadBalancer,
    protocol: file.protocol,
    stickiness: file.stickiness ? { durationSeconds: file.stickiness.duration } : null,
    gracePeriodSeconds: file.gracePeriod,
    deregistrationDelaySeconds: file.deregistrationDelay,
  };
}

export function normaliseEnvironment(name: string, file: EnvironmentFile): Environment {
  const { $schema: _, network, loadBalancers, database, settings, ...rest } = file;
  const size: SizeDecisions = sizes[file.size];
  return {
    name,
    ...rest,
    network: {
      ...network,
      zones: network.zones ?? size.zones,
      outbound: network.mode === 'default' ? 'public' : (network.outbound ?? size.outbound),
      natPerZone: network.natPerZone ?? size.natPerZone,
      vpc: network.vpc ?? null,
    },
    loadBalancers: mapValues(loadBalancers, normaliseLoadBalancer),
    database: database ? normaliseDatabase(database, size.database) : null,
    settings: {
      deletionProtection: settings.deletionProtection ?? size.deletionProtection,
      retentionDays: settings.retentionDays ?? size.retentionDays,
      secretsStore: settings.secretsStore ?? size.secretsStore,
      ownKey: settings.ownKey ?? size.ownKey,
      containerInsights: settings.containerInsights ?? size.containerInsights,
      accessLogs: settings.accessLogs ?? size.accessLogs,
    },
  };
}

/** One of which nothing is said. */
export const plainLoadBalancer: LoadBalancer = {
  domain: null,
  zone: null,
  certificate: null,
  internal: false,
  testListener: null,
  routing: null,
};

function normaliseLoadBalancer(file: EnvironmentFile['loadBalancers'][string]): LoadBalancer {
  const { domain = null, zone = domain, certificate = null, internal, testListener, routing } = file;
  return {
    domain,
    zone: certificate === null ? zone : null,
    certificate,
    internal,
    testListener: testListener ?? null,
    routing: routing
      ? { policy: routing.policy, role: routing.role ?? null, healthPath: routing.healthPath ?? null }
      : null,
  };
}

function normaliseDatabase(file: NonNullable<EnvironmentFile['database']>, size: SizeDecisions['database']): Database {
  return {
    engine: file.engine,
    major: file.major,
    instanceClass: file.instanceClass ?? size.instanceClass,
    storageGib: file.storageGib ?? size.storageGib,
    multiZone: file.multiZone ?? size.multiZone,
    readReplica: file.readReplica ?? size.readReplica,
    backupDays: file.backupDays ?? size.backupDays,
    rotationDays: file.rotationDays ?? size.rotationDays,
    passwordVersion: file.passwordVersion,
    capacity: file.capacity ?? size.capacity,
  };
}

/** One list of rising weights for every strategy; the last is 100. */
export function stepsOf(strategy: DeploymentFile['strategy']): readonly [Step, ...Step[]] {
  const last: Step = { weight: 100, hold: { bakeSeconds: 0 } };
  if (strategy === 'all-at-once') return [last];
  if ('canary' in strategy) {
    const { weight, bake } = strategy.canary;
    return [{ weight: tenths(weight) / 10, hold: { bakeSeconds: bake } }, last];
  }
  if ('linear' in strategy) {
    const { weight, every } = strategy.linear;
    return rising(tenths(weight), { bakeSeconds: every }, last);
  }
  const [first, ...others] = strategy.steps.map(({ weight, hold }) => ({
    weight: tenths(weight) / 10,
    hold: { bakeSeconds: hold?.bake ?? 0 },
  }));
  assert(first !== undefined, 'the schema lets no empty list of steps pass');
  return [first, ...others];
}

/** `each`, twice, three times…, and exactly 100 at the end: 30 → 30, 60, 90, 100. In whole tenths: 0.1 has no exact sum. */
function rising(each: number, hold: Hold, last: Step): readonly [Step, ...Step[]] {
  const others = Array.from({ length: Math.ceil(1000 / each) - 2 }, (_, index) => ({
    weight: ((index + 2) * each) / 10,
    hold,
  }));
  return [{ weight: each / 10, hold }, ...others, last];
}

/** The tenths of a percent that were written: 0.3 is not quite 3 × 0.1. */
const tenths = (weight: number): number => Math.round(weight * 10);

function normaliseDeployment(file: DeploymentFile): DeploymentSettings {
  const { limits } = file;
  return {
    controller: file.controller,
    steps: stepsOf(file.strategy),
    healthTimeoutSeconds: file.healthTimeout,
    bakeSeconds: file.bake,
    keepWarmSeconds: file.keepWarm,
    onInterrupt: file.onInterrupt,
    identity: file.identity ? normaliseIdentity(file.identity) : null,
    verification: file.verification.map(normaliseVerification),
    limits: {
      failurePercent: limits.failurePercent,
      p99Seconds: limits.p99 ?? null,
      windowSeconds: limits.window,
      minimumAnswers: limits.minimumAnswers,
      noData: limits.noData,
    },
    alarms: file.alarms,
  };
}

function normaliseImage(image: ServiceFile['image'], file: string): Image {
  if (typeof image !== 'string') {
    const directory = posix.join(posix.dirname(file), image.build).replace(/(?<=.)\/$/, '');
    return { kind: 'build', directory };
  }
  const digest = image.split('@')[1];
  return digest === undefined ? { kind: 'tag', reference: image } : { kind: 'digest', reference: image, digest };
}

function normaliseSecret({ from, fetch }: ServiceFile['secrets'][string]): Secret {
  if (from === 'teal') return { store: 'environment', fetch };
  const [store, name = '', key] = from.split(':');
  return { store: store === 'ssm' ? 'ssm' : 'secretsmanager', name, ...(key !== undefined && { key }), fetch };
}

function normaliseTable({ keys, indexes, capacity }: ServiceFile['uses']['tables'][string]): Table {
  return {
    ...normaliseKeys(keys),
    indexes: mapValues(indexes, (index) => normaliseKeys(index.keys)),
    capacity: capacity ?? null,
  };
}

function normaliseKeys(keys: ServiceFile['uses']['tables'][string]['keys']): TableKeys {
  const [partitionKey, sortKey] = Object.entries(keys).map(([name, type]) => ({ name, type }));
  assert(partitionKey !== undefined, 'the schema lets no table without a key pass');
  return { partitionKey, sortKey: sortKey ?? null };
}

function normaliseIdentity(identity: NonNullable<DeploymentFile['identity']>): Identity {
  return 'header' in identity ? { kind: 'header', ...identity } : { kind: 'path', ...identity };
}

function normaliseVerification(check: DeploymentFile['verification'][number]): Verification {
  if ('command' in check) return { kind: 'command', command: check.command, timeoutSeconds: check.timeout };
  return {
    kind: 'http',
    path: check.http,
    status: check.status,
    contains: check.contains ?? null,
    maxLatencySeconds: check.maxLatency ?? null,
  };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
}

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../base/index.ts';
import { awsCron } from './aws-cron.ts';
import { normaliseService } from './normalise.ts';
import type { Environment, Service, WebService } from './normalised.ts';
import { routeKeys } from './route-keys.ts';
import { secretPlace } from './secret-place.ts';
import { serviceSchema } from './service-schema.ts';
import type { SyncedService } from './synced.ts';

/**
 * The text of the file that `teal sync` writes for Terraform: the service with every default filled in, and the hash
 * of what Terraform owns, which the modules publish. HCL and TypeScript write JSON differently, hence one writer.
 * `former` is what the file said before: a route keeps the key by which Terraform knows its rules.
 */
export function normalisedJson(service: Service, environment: Environment, former?: SyncedService): string {
  const more = forTerraform(service, environment, former);
  return sortedJson({ schema: 1, terraformHash: terraformHash(service), ...service, ...more });
}

/** Stands in place of a service that is to be taken away: Terraform makes nothing of it. */
export const tombstoneJson = (service: string): string => sortedJson({ schema: 1, service, retired: true });

const sortedJson = (value: object): string => `${JSON.stringify(sorted(value), null, 2)}\n`;

/** What HCL can't find out by itself: AWS's form of cron expressions, where secrets are, and which rules a route had so far. */
function forTerraform(service: Service, environment: Environment, former: SyncedService | undefined): object {
  const schedules = service.scaling.schedules.map((schedule) => ({
    ...schedule,
    expression: awsCron(schedule.cron) ?? schedule.cron,
  }));
  const scaling = { ...service.scaling, schedules };
  const secrets = Object.fromEntries(
    Object.entries(service.secrets).map(([variable, secret]) => {
      const place = secretPlace(secret, { service: service.name, variable }, environment);
      return [variable, { ...place, fetch: secret.fetch }];
    }),
  );
  if (service.kind === 'worker') return { scaling, secrets };
  const keys = routeKeys(service.routes, former?.routes ?? []);
  return { scaling, secrets, routes: service.routes.map((route, index) => ({ key: keys[index], ...route })) };
}

/** The text of `environment.json`, which both roots read: every default and what the size decides filled in. */
export const environmentJson = (environment: Environment): string => sortedJson({ schema: 1, ...environment });

/**
 * SHA-256 (hex) over the fields that Terraform owns. Values that equal their default are left out, so that a field
 * that a later release adds changes no hash.
 */
export function terraformHash(service: Service): string {
  const owned = terraformFields(service);
  const usual = terraformFields(unsaid(service.kind));
  const said = Object.entries(owned).filter(([name, value]) => !isDeepStrictEqual(value, usual[name]));
  return createHash('sha256')
    .update(JSON.stringify(sorted(Object.fromEntries(said))))
    .digest('hex');
}

/** The fields that `owners` gives to Terraform, as flat as the hash needs them. */
function terraformFields(service: Service): Readonly<Record<string, unknown>> {
  const { kind, secrets, uses, logs, scaling, deployment } = service;
  return {
    kind,
    ...byName('secrets', secrets, ({ fetch, ...rest }) => (fetch ? { ...rest, fetch } : rest)),
    ...byName('uses.tables', uses.tables, ({ partitionKey, sortKey, indexes, capacity }) => ({
      partitionKey,
      ...(sortKey && { sortKey }),
      ...(Object.keys(indexes).length > 0 && { indexes }),
      ...(capacity && { capacity }),
    })),
    'logs.retentionDays': logs.retentionDays,
    'scaling.cpuPercent': scaling.cpuPercent,
    'scaling.memoryPercent': scaling.memoryPercent,
    'scaling.requestsPerTarget': scaling.requestsPerTarget,
    ...byName('scaling.schedules', scaling.schedules, withoutDefaults({ timezone: 'UTC', min: null, max: null })),
    'deployment.controller': deployment.controller,
    ...(service.kind === 'web' ? webFields(service) : {}),
  };
}

function webFields(service: WebService): Readonly<Record<string, unknown>> {
  return {
    ...byName('routes', service.routes, withoutDefaults({ host: null, path: '/*' })),
    ...byName('targetHealthCheck', { ...service.targetHealthCheck }, (value) => value),
    loadBalancer: service.loadBalancer,
    protocol: service.protocol,
    stickiness: service.stickiness,
    gracePeriod: service.gracePeriodSeconds,
    deregistrationDelay: service.deregistrationDelaySeconds,
  };
}

function byName<Value>(
  name: string,
  values: Readonly<Record<string, Value>> | readonly Value[],
  hashed: (value: Value) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}.${key}`, hashed(value)]));
}

const withoutDefaults =
  (usual: Readonly<Record<string, Json>>) =>
  (value: object): object =>
    Object.fromEntries(
      Object.entries(value).filter(([name, one]) => !Object.hasOwn(usual, name) || one !== usual[name]),
    );

/** A service that says nothing but what it must, and so has every default. */
function unsaid(kind: Service['kind']): Service {
  const said = kind === 'web' ? { image: 'a:b', port: 1, routes: [{ priority: 1 }] } : { kind, image: 'a:b' };
  return normaliseService('unsaid', 'services/unsaid.json', serviceSchema.parse(said));
}

/** With the keys of every object in the order of their characters. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

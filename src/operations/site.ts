import { type Aws, readParameters } from '../aws/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import {
  discoveryPath,
  type EnvironmentDiscovery,
  parseEnvironmentDiscovery,
  parseServiceDiscovery,
  type ServiceDiscovery,
  tableVariable,
} from '../config/index.ts';
import type { CallError, Place, Site } from '../deployment/index.ts';

export type SiteError =
  | { readonly kind: 'call'; readonly error: CallError }
  /** Not provisioned. */
  | { readonly kind: 'missing'; readonly parameter: string }
  | { readonly kind: 'unreadable'; readonly parameter: string; readonly why: string };

export interface Discovered {
  readonly site: Site;
  readonly environment: EnvironmentDiscovery;
  readonly service: ServiceDiscovery;
}

/** What provisioning published: of the environment, and of a service if that is there. */
export interface Published {
  readonly environment: EnvironmentDiscovery;
  readonly service: Result<Discovered, SiteError>;
}

/** Reads what provisioning published of a service: no person types an ARN. */
export async function discoverSite(
  aws: Aws,
  environment: string,
  service: string,
  signal: AbortSignal,
): Promise<Result<Discovered, SiteError>> {
  const found = await readPublished(aws, environment, service, signal);
  return found.ok ? found.value.service : found;
}

/** The same in one call, for those to whom the environment tells something even where the service is not there. */
export async function readPublished(
  aws: Aws,
  environment: string,
  service: string,
  signal: AbortSignal,
): Promise<Result<Published, SiteError>> {
  const names = [discoveryPath(environment), discoveryPath(environment, service)] as const;
  const found = await readParameters(aws, names, signal);
  if (!found.ok) return err({ kind: 'call', error: found.error });
  const [about, of] = names.map((parameter) => found.value.get(parameter)?.value);
  if (about === undefined) return err({ kind: 'missing', parameter: names[0] });
  const document = parseEnvironmentDiscovery(about);
  if (!document.ok) return err({ kind: 'unreadable', parameter: names[0], why: document.error });
  return ok({ environment: document.value, service: ofService(environment, service, document.value, names[1], of) });
}

function ofService(
  environment: string,
  service: string,
  about: EnvironmentDiscovery,
  parameter: string,
  value: string | undefined,
): Result<Discovered, SiteError> {
  if (value === undefined) return err({ kind: 'missing', parameter });
  const document = parseServiceDiscovery(value);
  if (!document.ok) return err({ kind: 'unreadable', parameter, why: document.error });
  const site = toSite(environment, service, about, document.value);
  return ok({ site, environment: about, service: document.value });
}

function toSite(environment: string, service: string, about: EnvironmentDiscovery, found: ServiceDiscovery): Site {
  return {
    environment: { name: environment, ...about },
    service,
    terraformHash: found.terraformHash,
    places: found.places.map(toPlace),
    testPlaces: found.testPlaces.map(toPlace),
    colors: found.colors,
    roles: found.roles,
    logGroup: found.logGroup,
    tables: Object.fromEntries(Object.entries(found.tables).map(([table, name]) => [tableVariable(table), name])),
    wanted: {
      subnets: found.wanted.subnets,
      securityGroups: found.wanted.securityGroups,
      assignPublicIp: found.wanted.assignPublicIp,
      stickinessSeconds: found.wanted.stickiness?.durationSeconds ?? null,
    },
  };
}

const toPlace = (place: ServiceDiscovery['places'][number]): Place =>
  'rule' in place ? { kind: 'rule', arn: place.rule } : { kind: 'listener', arn: place.listener };

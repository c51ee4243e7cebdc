import { type Aws, readParameters } from '../aws/index.ts';
import { err, ok, type Result } from '../base/index.ts';
import {
  discoveryPath,
  type EnvironmentDiscovery,
  parseEnvironmentDiscovery,
  parseServiceDiscovery,
  type ServiceDiscovery,
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

/** Reads what provisioning published of a service: no person types an ARN. */
export async function discoverSite(
  aws: Aws,
  environment: string,
  service: string,
  signal: AbortSignal,
): Promise<Result<Discovered, SiteError>> {
  const names = [discoveryPath(environment), discoveryPath(environment, service)] as const;
  const found = await readParameters(aws, names, signal);
  if (!found.ok) return err({ kind: 'call', error: found.error });
  const documents = [];
  for (const parameter of names) {
    const value = found.value.get(parameter)?.value;
    if (value === undefined) return err({ kind: 'missing', parameter });
    documents.push(value);
  }
  const environmentDocument = parseEnvironmentDiscovery(documents[0] ?? '');
  if (!environmentDocument.ok) return err({ kind: 'unreadable', parameter: names[0], why: environmentDocument.error });
  const serviceDocument = parseServiceDiscovery(documents[1] ?? '');
  if (!serviceDocument.ok) return err({ kind: 'unreadable', parameter: names[1], why: serviceDocument.error });
  return ok({
    site: toSite(environment, service, environmentDocument.value, serviceDocument.value),
    environment: environmentDocument.value,
    service: serviceDocument.value,
  });
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

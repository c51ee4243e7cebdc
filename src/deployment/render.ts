import { assert } from '../base/index.ts';
import type { PlacedSecret, Secret, WebService } from '../config/index.ts';
import type { Color } from './color.ts';
import type { Revision } from './plan.ts';
import type { SecretNow } from './secrets.ts';
import type { Site } from './site.ts';
import type { TaskDefinition } from './task-definition.ts';

/** An image that was resolved to its digest. */
export interface ResolvedImage {
  /** `…@sha256:…` */
  readonly reference: string;
  /** `sha256:…` */
  readonly digest: string;
}

/** Name of the one container. */
export const containerName = 'app';

/** Renders what runs in `color`; the environment tells a task where it stands. */
export function renderTaskDefinition(
  service: WebService,
  site: Site,
  image: ResolvedImage,
  secrets: readonly SecretNow[],
  at: { readonly color: Color; readonly revision: string; readonly deployment: string },
): TaskDefinition {
  return placedAt(renderAlike(service, site, image, secrets), at);
}

/** The same in a colour and deployment of its own: what tells a task where it stands is all that differs. */
export const placedAt = (
  definition: TaskDefinition,
  at: { readonly color: Color; readonly revision: string; readonly deployment: string },
): TaskDefinition => ({
  ...definition,
  container: {
    ...definition.container,
    environment: {
      ...definition.container.environment,
      TEAL_COLOR: at.color,
      TEAL_REVISION: at.revision,
      TEAL_DEPLOYMENT: at.deployment,
    },
  },
});

/** What runs, named: the same for both colours and for each deployment of it. `sha256` returns hex digits. */
export function revisionOf(
  service: WebService,
  site: Site,
  image: ResolvedImage,
  secrets: readonly SecretNow[],
  sha256: (text: string) => string,
): Revision {
  const alike = renderAlike(service, site, { ...image, reference: image.digest }, secrets);
  return { id: sha256(canonical(alike)).slice(0, 12), digest: image.digest };
}

/** All that does not differ per colour and deployment. */
function renderAlike(
  service: WebService,
  site: Site,
  image: ResolvedImage,
  secrets: readonly SecretNow[],
): TaskDefinition {
  return {
    family: `${site.environment.name}-${service.name}`,
    cpu: service.cpu,
    memory: service.memory,
    architecture: service.architecture,
    executionRole: site.roles.execution,
    taskRole: site.roles.task,
    container: {
      name: containerName,
      image: image.reference,
      command: service.command ?? undefined,
      port: service.port,
      environment: alikeEnvironment(service, site, secrets),
      secrets: injectedSecrets(service, site, secrets),
      healthCheck: service.healthCheck ?? undefined,
      stopTimeoutSeconds: service.stopTimeoutSeconds,
      logGroup: site.logGroup,
      region: site.environment.region,
    },
  };
}

/** A secret with `fetch` reaches the task as its name only: the application fetches the value itself. */
function alikeEnvironment(service: WebService, site: Site, now: readonly SecretNow[]): Record<string, string> {
  const fetched = Object.entries(service.secrets).filter(([, secret]) => secret.fetch);
  return {
    ...service.environment,
    ...Object.fromEntries(fetched.map(([variable, secret]) => [variable, placeOf(variable, secret, now).name])),
    ...site.tables,
    TEAL_ENVIRONMENT: site.environment.name,
  };
}

function injectedSecrets(service: WebService, site: Site, now: readonly SecretNow[]): Record<string, string> {
  const { region, account } = site.environment;
  const injected = Object.entries(service.secrets).filter(([, secret]) => !secret.fetch);
  return Object.fromEntries(
    injected.map(([variable, secret]) => {
      const { store, name, key } = placeOf(variable, secret, now);
      if (store === 'ssm') {
        const path = name.startsWith('/') ? name : `/${name}`;
        return [variable, `arn:aws:ssm:${region}:${account}:parameter${path}`];
      }
      const found = now.find((one) => one.variable === variable)?.reading;
      // Six characters of its own end a secret's ARN. Where it can't be read the deployment is refused, not planned on.
      const arn = found?.kind === 'there' ? found.arn : `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
      // No version is pinned: rotation removes it, and a task that starts later could not.
      return [variable, key === undefined ? arn : `${arn}:${key}::`];
    }),
  );
}

/** One of the environment's own is where it was looked for. */
function placeOf(variable: string, secret: Secret, now: readonly SecretNow[]): Omit<PlacedSecret, 'fetch'> {
  if (secret.store !== 'environment') return secret;
  const place = now.find((one) => one.variable === variable);
  assert(place, `where ${variable} is kept was looked for`);
  return place;
}

/** JSON with the keys of every object in order, so that equal values give equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

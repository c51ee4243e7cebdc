import type { Environment, Secret } from './normalised.ts';

/** Where a secret's value is kept. */
export interface StoredAt {
  readonly store: 'ssm' | 'secretsmanager';
  readonly name: string;
  /** The member of a JSON object; null: the whole. */
  readonly key: string | null;
  /** Whether Terraform made it for this service and environment. */
  readonly own: boolean;
}

/** Where the secret that a service's variable gets is kept in an environment. */
export function secretPlace(
  secret: Secret,
  { service, variable }: { readonly service: string; readonly variable: string },
  { name, settings }: Pick<Environment, 'name' | 'settings'>,
): StoredAt {
  if (secret.store !== 'environment')
    return { store: secret.store, name: secret.name, key: secret.key ?? null, own: false };
  const path = `teal/${name}/${service}/${variable}`;
  const store = settings.secretsStore;
  // A parameter's name with a slash in it has to begin with one.
  return { store, name: store === 'ssm' ? `/${path}` : path, key: null, own: true };
}

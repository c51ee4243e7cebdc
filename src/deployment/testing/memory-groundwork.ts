import { ok } from '../../base/index.ts';
import type { Groundwork } from '../ports.ts';
import type { SecretPlace, SecretReading } from '../secrets.ts';

/** What a deployment rests on, as given. */
export function memoryGroundwork(given: {
  readonly secrets: readonly (SecretPlace & { readonly reading: SecretReading })[];
  readonly logGroups: readonly string[];
  readonly tables: readonly string[];
  readonly roles: readonly string[];
  readonly fargateCpus: number;
  readonly mostTargets: number;
}): Groundwork {
  const readingOf = ({ store, name }: SecretPlace): SecretReading =>
    given.secrets.find((secret) => secret.store === store && secret.name === name)?.reading ?? { kind: 'missing' };
  return {
    secrets: async (places) => places.map(readingOf),
    hasLogGroup: async (name) => ok(given.logGroups.includes(name)),
    hasTable: async (name) => ok(given.tables.includes(name)),
    hasRole: async (arn) => ok(given.roles.includes(arn)),
    fargateCpus: async () => ok(given.fargateCpus),
    mostTargets: async () => ok(given.mostTargets),
  };
}

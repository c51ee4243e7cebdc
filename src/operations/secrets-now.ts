import { secretPlace, type WebService } from '../config/index.ts';
import type { SecretNow } from '../deployment/index.ts';
import type { Context } from './context.ts';
import { unlessUnset } from './unset-secret.ts';

/** Every secret of a service, as its store tells now; never with its value. */
export async function secretsNow(
  { groundwork, environment, runtime, signal }: Context,
  service: WebService,
): Promise<readonly SecretNow[]> {
  const places = placesOf(service, environment);
  if (places.length === 0) return [];
  const readings = await groundwork.secrets(places, signal);
  return places.map(({ own, ...place }, index) => {
    const reading = readings[index] ?? { kind: 'missing' };
    return { ...place, reading: runtime ? reading : unlessUnset({ ...place, own }, reading) };
  });
}

/** Where the secrets of a service are kept in an environment. */
export const placesOf = ({ name, secrets }: WebService, environment: Context['environment']) =>
  Object.entries(secrets).map(([variable, secret]) => {
    const { store, name: at, own } = secretPlace(secret, { service: name, variable }, environment);
    return { variable, store, name: at, own };
  });

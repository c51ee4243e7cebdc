import type { WebService } from '../config/index.ts';
import type { SecretNow } from '../deployment/index.ts';
import type { Context } from './context.ts';

/** Every secret of a service, as its store tells now; never with its value. */
export async function secretsNow(
  { groundwork, signal }: Context,
  { secrets }: WebService,
): Promise<readonly SecretNow[]> {
  const places = Object.entries(secrets).map(([variable, { store, name }]) => ({ variable, store, name }));
  if (places.length === 0) return [];
  const readings = await groundwork.secrets(places, signal);
  return places.map((place, index) => ({ ...place, reading: readings[index] ?? { kind: 'missing' } }));
}

import { err, ok, type Result } from '../../base/index.ts';
import type { World } from '../world.ts';
import type { SecretMissing } from './ecs/index.ts';
import { isSecretReference, secretForTask, secretsManager } from './secrets-manager/index.ts';
import { parameterValue } from './ssm/ssm.ts';

/** What a container's `valueFrom` means: a secret of Secrets Manager, or a parameter by its name or ARN. */
export function taskSecret(world: World, valueFrom: string): Result<string, SecretMissing> {
  if (isSecretReference(valueFrom)) {
    const found = secretForTask(world.use(secretsManager), valueFrom);
    return found.ok ? found : err({ kind: 'secret', reason: found.error });
  }
  const value = parameterValue(world, valueFrom);
  return value === undefined ? err({ kind: 'parameter', name: valueFrom }) : ok(value);
}

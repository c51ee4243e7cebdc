import { refuse } from '../../aws-error.ts';
import { type SecretsState, secretOf, valueKey } from './state.ts';
import { versionOf } from './versions.ts';

/** A secret's text as another service gets it. */
export interface SecretRead {
  readonly arn: string;
  readonly value: string;
  readonly versionId: string;
  readonly stages: readonly string[];
  readonly createdAt: number;
}

/**
 * By a version's stage, or its id; the current one where neither is said.
 * @throws AwsError ResourceNotFoundException, InvalidRequestException
 */
export function readSecret(state: SecretsState, id: string, selector: string | undefined): SecretRead {
  const secret = secretOf(state, id);
  const isId = secret.versions.some((version) => version.id === selector);
  const version = versionOf(secret, isId ? { VersionId: selector } : { VersionStage: selector });
  const value = state.values.get(valueKey(secret.arn, version.id));
  if (!value || !('text' in value)) {
    return refuse('InvalidRequestException', `Secret ${secret.name} holds bytes and no text.`);
  }
  const { arn } = secret;
  return { arn, value: value.text, versionId: version.id, stages: version.stages, createdAt: version.createdAt };
}

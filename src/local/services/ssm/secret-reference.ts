import type { Parameter } from '@aws-sdk/client-ssm';
import { AwsError, refuse } from '../../aws-error.ts';
import { readSecret, type SecretRead, secretsManager } from '../secrets-manager/index.ts';
import type { ParameterState } from './parameter-state.ts';

/** Whether a name means a secret of Secrets Manager. */
export const isSecretName = (name: string): boolean => name.startsWith(prefix);

/**
 * A secret read through Parameter Store: `/aws/reference/secretsmanager/<id>`, and a version's id or stage behind a
 * colon. Source: SSM-UG/integration-ps-secretsmanager
 * @throws AwsError ValidationException unless it is to be decrypted, ParameterNotFound
 */
export function referencedSecret(state: ParameterState, name: string, decrypted: boolean | undefined): Parameter {
  if (!decrypted) {
    refuse('ValidationException', 'WithDecryption flag must be True for retrieving a Secret Manager secret.');
  }
  const [id = '', selector] = name.slice(prefix.length).split(':');
  const { arn, value, versionId, stages, createdAt } = readReferenced(state, name, id, selector);
  return {
    Name: prefix + id,
    Type: 'SecureString',
    Value: value,
    Version: 0,
    Selector: selector === undefined ? undefined : `:${selector}`,
    SourceResult: JSON.stringify({
      ARN: arn,
      Name: id,
      VersionId: versionId,
      SecretString: value,
      VersionStages: stages,
      CreatedDate: createdAt,
    }),
    LastModifiedDate: new Date(createdAt),
    ARN: arn,
  };
}

function readReferenced(state: ParameterState, name: string, id: string, selector: string | undefined): SecretRead {
  try {
    return readSecret(state.world.use(secretsManager), id, selector);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const [code, words] =
      error.code === 'ResourceNotFoundException'
        ? ['ParameterNotFound', `Secret ${name} not found.`]
        : [error.code, error.message];
    return refuse(code, `An error occurred (${code}) when referencing Secrets Manager: ${words}`);
  }
}

const prefix = '/aws/reference/secretsmanager/';

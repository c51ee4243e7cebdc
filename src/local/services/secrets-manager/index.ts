import * as sdk from '@aws-sdk/client-secrets-manager';
import type { ServiceDefinition } from '../../service.ts';
import { createSecret } from './create-secret.ts';
import { deleteSecret, restoreSecret } from './delete-secret.ts';
import { describeSecret } from './describe-secret.ts';
import { listSecrets } from './list-secrets.ts';
import { getRandomPassword } from './random-password.ts';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
  validateResourcePolicy,
} from './resource-policies.ts';
import { cancelRotateSecret, rotateSecret } from './rotation.ts';
import { createSecretsState, type SecretsState } from './state.ts';
import { tagResource, untagResource } from './tags.ts';
import {
  batchGetSecretValue,
  getSecretValue,
  listSecretVersionIds,
  putSecretValue,
  updateSecret,
  updateSecretVersionStage,
} from './values.ts';

export { readSecret, type SecretRead } from './read-secret.ts';
export { isSecretReference, secretForTask } from './secret-for-task.ts';

/** Source: SM-API */
export const secretsManager: ServiceDefinition<SecretsState> = {
  name: 'secretsmanager',
  sdk,
  create: createSecretsState,
  operations: {
    BatchGetSecretValue: batchGetSecretValue,
    CancelRotateSecret: cancelRotateSecret,
    CreateSecret: createSecret,
    DeleteResourcePolicy: deleteResourcePolicy,
    DeleteSecret: deleteSecret,
    DescribeSecret: describeSecret,
    GetRandomPassword: getRandomPassword,
    GetResourcePolicy: getResourcePolicy,
    GetSecretValue: getSecretValue,
    ListSecrets: listSecrets,
    ListSecretVersionIds: listSecretVersionIds,
    PutResourcePolicy: putResourcePolicy,
    PutSecretValue: putSecretValue,
    RestoreSecret: restoreSecret,
    RotateSecret: rotateSecret,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateSecret: updateSecret,
    UpdateSecretVersionStage: updateSecretVersionStage,
    ValidateResourcePolicy: validateResourcePolicy,
  },
};

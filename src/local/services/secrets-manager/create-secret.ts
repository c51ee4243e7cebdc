import { refuse } from '../../aws-error.ts';
import { findSecret, type Operation, type SecretRecord, type SecretsState, valueKey } from './state.ts';
import { tagsIn } from './tags.ts';
import { checkLength, checkName, constraint, requestToken } from './validation.ts';
import { addVersion, valueIn } from './versions.ts';

/** Source: SM-API/API_CreateSecret */
export const createSecret: Operation<'CreateSecret'> = (state, input) => {
  const { world } = state;
  if (input.Name === undefined) return constraint('name', null, 'Member must not be null');
  checkLength('name', input.Name, 1, 512);
  const name = checkName(input.Name);
  const id = requestToken(input.ClientRequestToken);
  const value = valueIn(input);
  const existing = findSecret(state, name);
  if (existing) return again(state, existing, id, value);
  const now = world.clock.now();
  const made: SecretRecord = {
    name,
    arn: `arn:aws:secretsmanager:${world.region}:${world.account}:secret:${name}-${suffix(state)}`,
    description: input.Description || null,
    kmsKeyId: input.KmsKeyId || null,
    createdAt: now,
    changedAt: now,
    accessedAt: null,
    rotation: null,
    policy: null,
    tags: tagsIn(input.Tags),
    versions: [],
    deletion: null,
  };
  const secret = value ? addVersion(state, made, { id, value, stages: [] }) : made;
  state.secrets.put(name, secret);
  return { ARN: secret.arn, Name: name, VersionId: value && id };
};

/** The same call again is answered as the first one was. */
function again(state: SecretsState, secret: SecretRecord, id: string, value: ReturnType<typeof valueIn>) {
  if (secret.deletion) {
    refuse(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const known = state.values.get(valueKey(secret.arn, id));
  if (value && known && JSON.stringify(known) === JSON.stringify(value)) {
    return { ARN: secret.arn, Name: secret.name, VersionId: id };
  }
  return refuse('ResourceExistsException', `The operation failed because the secret ${secret.name} already exists.`);
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const suffix = ({ random }: SecretsState): string =>
  Array.from({ length: 6 }, () => letters[random.int(letters.length)]).join('');

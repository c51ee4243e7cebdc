import { refuse } from '../../aws-error.ts';
import { anySecretOf, findSecret, type Operation, secretOf } from './state.ts';
import { checkSecretId } from './validation.ts';

/** Source: SM-API/API_DeleteSecret */
export const deleteSecret: Operation<'DeleteSecret'> = (state, input) => {
  const { ForceDeleteWithoutRecovery: force, RecoveryWindowInDays: days } = input;
  if (force && days !== undefined) {
    refuse(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    refuse('InvalidParameterException', 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  }
  const { clock, timing } = state.world;
  const now = clock.now();
  // Forced, it is no mistake that there is none.
  if (force && !findSecret(state, checkSecretId(input.SecretId)))
    return { Name: input.SecretId, DeletionDate: new Date(now) };
  const secret = force ? anySecretOf(state, input.SecretId) : secretOf(state, input.SecretId);
  const date = force ? now : now + (days ?? 30) * 86_400_000;
  const goneAt = force ? now + timing.deprovisioning : date;
  state.secrets.put(secret.name, { ...secret, deletion: { date, goneAt } });
  return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(date) };
};

/** One that is not marked for deletion stays as it is. Source: SM-API/API_RestoreSecret */
export const restoreSecret: Operation<'RestoreSecret'> = (state, input) => {
  const secret = anySecretOf(state, input.SecretId);
  state.secrets.put(secret.name, { ...secret, deletion: null });
  return { ARN: secret.arn, Name: secret.name };
};

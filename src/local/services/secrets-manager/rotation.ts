import { refuse } from '../../aws-error.ts';
import { type Operation, secretOf } from './state.ts';
import { requestToken } from './validation.ts';
import { current, versionOf } from './versions.ts';

/** Kept and described; no function is called, and the value stays. Source: SM-API/API_RotateSecret */
export const rotateSecret: Operation<'RotateSecret'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  requestToken(input.ClientRequestToken, 'InvalidParameterException');
  const pending = secret.versions.find(({ stages }) => stages.includes('AWSPENDING'));
  if (pending && !pending.stages.includes(current)) {
    refuse('InvalidRequestException', "A previous rotation isn't complete. That rotation will be reattempted.");
  }
  const lambdaArn = input.RotationLambdaARN ?? secret.rotation?.lambdaArn ?? null;
  if (lambdaArn === null) {
    refuse('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.');
  }
  const { AutomaticallyAfterDays, Duration, ScheduleExpression } = input.RotationRules ?? {};
  if (AutomaticallyAfterDays !== undefined && (AutomaticallyAfterDays < 1 || AutomaticallyAfterDays > 1000)) {
    refuse(
      'InvalidParameterException',
      'The AutomaticallyAfterDays value must be between 1 and 1000 days (inclusive).',
    );
  }
  const rotation = {
    enabled: true,
    lambdaArn,
    days: AutomaticallyAfterDays ?? secret.rotation?.days ?? null,
    duration: Duration ?? secret.rotation?.duration ?? null,
    schedule: ScheduleExpression ?? secret.rotation?.schedule ?? null,
    rotatedAt: secret.rotation?.rotatedAt ?? null,
  };
  state.secrets.put(secret.name, { ...secret, rotation, changedAt: state.world.clock.now() });
  return { ARN: secret.arn, Name: secret.name, VersionId: versionOf(secret, {}).id };
};

/** Source: SM-API/API_CancelRotateSecret */
export const cancelRotateSecret: Operation<'CancelRotateSecret'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  if (secret.rotation) state.secrets.put(secret.name, { ...secret, rotation: { ...secret.rotation, enabled: false } });
  return { ARN: secret.arn, Name: secret.name };
};

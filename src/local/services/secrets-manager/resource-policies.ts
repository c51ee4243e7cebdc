import { refuse } from '../../aws-error.ts';
import { type Operation, secretOf } from './state.ts';

/** Kept and returned: there is no IAM here. Source: SM-API/API_PutResourcePolicy */
export const putResourcePolicy: Operation<'PutResourcePolicy'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  state.secrets.put(secret.name, { ...secret, policy: checked(input.ResourcePolicy) });
  return { ARN: secret.arn, Name: secret.name };
};

/** Source: SM-API/API_GetResourcePolicy */
export const getResourcePolicy: Operation<'GetResourcePolicy'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.policy ?? undefined };
};

/** Source: SM-API/API_DeleteResourcePolicy */
export const deleteResourcePolicy: Operation<'DeleteResourcePolicy'> = (state, input) => {
  const secret = secretOf(state, input.SecretId);
  state.secrets.put(secret.name, { ...secret, policy: null });
  return { ARN: secret.arn, Name: secret.name };
};

function checked(text = ''): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'Statement' in parsed) return text;
  } catch {
    // Told below.
  }
  return refuse('MalformedPolicyDocumentException', 'This resource policy contains a syntax error.');
}

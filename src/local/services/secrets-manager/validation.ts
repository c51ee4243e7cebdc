import { refuse } from '../../aws-error.ts';

/** AWS's text for a member that breaks its model's constraint. */
export const constraint = (member: string, value: string | null, rule: string): never =>
  refuse(
    'ValidationException',
    `1 validation error detected: Value ${value === null ? 'null' : `'${value}'`} at '${member}' failed to satisfy constraint: ${rule}`,
  );

/** @throws AwsError ValidationException where a text is shorter or longer than AWS's model has it */
export function checkLength(member: string, value: string | undefined, least: number, most: number): void {
  if (value === undefined) return;
  if (value.length < least) constraint(member, value, `Member must have length greater than or equal to ${least}`);
  if (value.length > most) constraint(member, value, `Member must have length less than or equal to ${most}`);
}

/** A name, or an ARN that has one. @throws AwsError ValidationException */
export function checkSecretId(id: string | undefined): string {
  if (id === undefined) return constraint('secretId', null, 'Member must not be null');
  checkLength('secretId', id, 1, 2048);
  const name = /^arn:[^:]+:secretsmanager:[^:]*:\d*:secret:(.+)$/.exec(id)?.[1] ?? id;
  return checkName(name) && id;
}

/** Source: SM-API/API_CreateSecret. @throws AwsError ValidationException */
export function checkName(name: string): string {
  if (/^[A-Za-z0-9/_+=.@!-]+$/.test(name)) return name;
  return refuse(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}

/** What SDKs fill in by themselves, and AWS refuses to go without. */
export function requestToken(
  token: string | undefined,
  code: 'InvalidRequestException' | 'InvalidParameterException' = 'InvalidRequestException',
): string {
  if (token === undefined) {
    return refuse(code, 'You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  }
  checkLength('clientRequestToken', token, 32, 64);
  return token;
}

import { refuse } from '../../aws-error.ts';

/**
 * CloudWatch's errors by the names of its model; clients that speak the query protocol get their codes
 * (`InvalidParameterValue`). CW-API/CommonErrors
 */
export const invalidValue = (message: string): never => refuse('InvalidParameterValueException', message);
export const invalidCombination = (message: string): never => refuse('InvalidParameterCombinationException', message);
export const missingParameter = (message: string): never => refuse('MissingRequiredParameterException', message);
export const invalid = (message: string): never => refuse('ValidationException', message);
export const noSuchResource = (message: string): never => refuse('ResourceNotFoundException', message, 404);

/** AWS's text for a member that breaks its model's constraint. `member` as in the API: `alarmName`. */
export const constraint = (member: string, value: unknown, rule: string): never =>
  invalid(`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`);

export function requiredText(value: string | undefined, member: string, longest: number): string {
  if (value === undefined) {
    return invalid(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return optionalText(value, member, longest) ?? '';
}

export function optionalText(value: string | undefined, member: string, longest: number): string | undefined {
  if (value === undefined) return undefined;
  if (value.length < 1) constraint(member, value, 'Member must have length greater than or equal to 1');
  if (value.length > longest) {
    constraint(member, value, `Member must have length less than or equal to ${longest}`);
  }
  return value;
}

export function oneOf<T extends string>(value: string, member: string, allowed: readonly T[]): T {
  return (
    allowed.find((candidate) => candidate === value) ??
    constraint(member, value, `Member must satisfy enum value set: [${allowed.join(', ')}]`)
  );
}

export function within(value: number, member: string, least: number, most: number): number {
  if (value < least) constraint(member, value, `Member must have value greater than or equal to ${least}`);
  if (value > most) constraint(member, value, `Member must have value less than or equal to ${most}`);
  return value;
}

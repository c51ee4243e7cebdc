import { refuse } from '../../aws-error.ts';

export const invalid = (message: string): never => refuse('ValidationException', message);

/** AWS's text for a member that breaks its model's constraint. */
export const constraint = (member: string, value: string | null, rule: string): never =>
  invalid(
    `1 validation error detected: Value ${value === null ? 'null' : `'${value}'`} at '${member}' ` +
      `failed to satisfy constraint: ${rule}`,
  );

export function required<T>(value: T | undefined, member: string): T {
  return value === undefined ? constraint(member, null, 'Member must not be null') : value;
}

/** @throws AwsError ValidationException unless the value is one of the allowed ones or absent. */
export function oneOf(value: string | undefined, member: string, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    constraint(member, value, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  }
}

/** The whole numbers that a page's limit may be. */
export function positiveLimit(limit: number | undefined): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  return limit >= 1 ? limit : constraint('limit', String(limit), 'Member must have value greater than or equal to 1');
}

import { refuse } from '../../aws-error.ts';
import { type ElbArnKind, kindOfArn } from './arn.ts';

/** @throws ValidationError with AWS's text when a required member is missing. `member` as in the API: `targetGroupArn`. */
export function required<T>(value: T | undefined | null, member: string): T {
  return (
    value ??
    refuse(
      'ValidationError',
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    )
  );
}

/** @throws ValidationError when `value` lies outside. */
export function withinRange(value: number, member: string, least: number, most: number): number {
  if (value < least || !Number.isInteger(value)) {
    return constraint(value, member, `Member must have value greater than or equal to ${least}`);
  }
  if (value > most) return constraint(value, member, `Member must have value less than or equal to ${most}`);
  return value;
}

/** @throws ValidationError when `value` is not one of `allowed`. */
export function oneOf<T extends string>(value: string, member: string, allowed: readonly T[]): T {
  return (
    allowed.find((candidate) => candidate === value) ??
    constraint(value, member, `Member must satisfy enum value set: [${allowed.join(', ')}]`)
  );
}

export const invalid = (message: string): never => refuse('ValidationError', message);

const nouns: Record<ElbArnKind, string> = {
  loadbalancer: 'load balancer',
  targetgroup: 'target group',
  listener: 'listener',
  'listener-rule': 'listener rule',
  truststore: 'trust store',
};

/** @throws ValidationError when `arn` is missing or of another kind. */
export function arnOf(kind: ElbArnKind, arn: string | undefined, member: string): string {
  const given = required(arn, member);
  if (kindOfArn(given) !== kind) return invalid(`'${given}' is not a valid ${nouns[kind]} ARN`);
  return given;
}

/** AWS's rules for the names of load balancers and target groups. ELB-API/API_CreateTargetGroup. */
export function checkedName(name: string | undefined, what: 'Target group' | 'The load balancer'): string {
  const given = required(name, 'name');
  if (given === '') return invalid(`${what} name '' cannot be empty`);
  if (given.length > 32) return invalid(`${what} name '${given}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(given)) {
    return invalid(
      `${what} name '${given}' can only contain characters that are alphanumeric characters or hyphens(-)`,
    );
  }
  if (/^-|-$/.test(given)) return invalid(`${what} name '${given}' cannot begin or end with '-'`);
  if (what === 'The load balancer' && given.startsWith('internal-')) {
    return invalid(`${what} name '${given}' cannot begin with 'internal-'`);
  }
  return given;
}

const constraint = (value: unknown, member: string, rule: string): never =>
  invalid(`1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`);

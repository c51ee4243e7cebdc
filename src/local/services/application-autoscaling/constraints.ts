import { refuse } from '../../aws-error.ts';

/** Refuses what the service's model rules out, all problems in one message (as every AWS JSON service does). */
export function checkConstraints(problems: readonly (string | undefined)[]): void {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return;
  const count = `${found.length} validation error${found.length === 1 ? '' : 's'} detected`;
  refuse('ValidationException', `${count}: ${found.join('; ')}`);
}

export function enumProblem(member: string, value: string | undefined, allowed: readonly string[]): string | undefined {
  if (value === undefined || allowed.includes(value)) return undefined;
  return `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`;
}

export function lengthProblem(member: string, value: string, least: number, most: number): string | undefined {
  const problem = (rule: string): string => `Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`;
  if (value.length < least) return problem(`Member must have length greater than or equal to ${least}`);
  if (value.length > most) return problem(`Member must have length less than or equal to ${most}`);
  return undefined;
}

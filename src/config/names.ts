import { createHash } from 'node:crypto';
import * as z from 'zod';

/** One of the two ECS services that a service is made of. */
export type Color = 'blue' | 'green';

const nameLimits = { service: 40, environment: 20 } as const;

/** Service names that would collide with teal's own parameters (`/teal/<environment>/platform`). */
const reserved: readonly string[] = ['platform'];

/** What a file `services/<name>.json` or `environments/<name>.json` may not be called; `undefined` if it may. */
export function nameProblem(kind: 'service' | 'environment', name: string): string | undefined {
  const parsed = nameSchema(`a${kind === 'environment' ? 'n' : ''} ${kind}`, nameLimits[kind]).safeParse(name);
  if (!parsed.success) return parsed.error.issues[0]?.message;
  // Its image is in a repository of its name (ECR-API/API_CreateRepository).
  if (kind === 'service' && name.length < 2)
    return `"${name}" is too short: a repository of ECR has two characters at least`;
  if (kind === 'service' && reserved.includes(name)) return `"${name}" is a name that teal itself uses`;
  return undefined;
}

/** `what`: "a service". Names stand in ARNs, host names and file names, hence lower case and hyphens. */
export function nameSchema(what: string, longest: number) {
  return z.string().regex(new RegExp(`^(?=.{1,${longest}}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$`), {
    error: `not a name for ${what}: lower-case letters, digits and single hyphens, beginning with a letter, at most ${longest}`,
  });
}

/** The ECS service of one colour. A cluster is one environment's, so that the environment need not be told. */
export const ecsServiceName = (service: string, color: Color): string => `${service}-${color}`;

const targetGroupNameLimit = 32;

/**
 * The target group of one colour: `<environment>-<service>-<color>`, or, where that is longer than the 32 characters
 * ELB allows, its beginning with a hash. Made to be told apart, never to be parsed: the tags say what it is.
 */
export function targetGroupName(environment: string, service: string, color: Color): string {
  const whole = `${environment}-${service}-${color}`;
  if (whole.length <= targetGroupNameLimit) return whole;
  const hash = createHash('sha256').update(`${environment}/${service}`).digest('hex').slice(0, 6);
  const ending = `-${hash}-${color}`;
  // A hyphen before the ending would be allowed, and look like a mistake.
  return `${`${environment}-${service}`.slice(0, targetGroupNameLimit - ending.length).replace(/-$/, '')}${ending}`;
}

/** A table of `uses.tables` in DynamoDB. An account may hold several environments. */
export const tableName = (environment: string, service: string, table: string): string =>
  `${environment}-${service}-${table}`;

/** The environment variable that tells a task what a table of `uses.tables` is called in DynamoDB. */
export const tableVariable = (table: string): string => `TEAL_TABLE_${table.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/** The alarms that are made of every service: both colours together. */
export const alarmKinds = ['errors', 'latency'] as const;

/** What CloudWatch calls an alarm of a service. */
export const alarmName = (environment: string, service: string, kind: (typeof alarmKinds)[number]): string =>
  `teal-${environment}-${service}-${kind}`;

/** The priorities of a route's two rules. The test rule comes first, because the production rule matches its requests too. */
export const rulePriorities = (priority: number): { readonly production: number; readonly test: number } => ({
  production: 2 * priority,
  test: 2 * priority - 1,
});

/** Where provisioning publishes what it made, in Parameter Store. */
export const discoveryPath = (environment: string, service?: string): string =>
  service === undefined ? `/teal/${environment}` : `/teal/${environment}/${service}`;

/** The tags by which rules, target groups and ECS services are found. */
export function tagsOf(environment: string, service: string, color?: Color): Readonly<Record<string, string>> {
  const tags = { 'teal:environment': environment, 'teal:service': service };
  return color === undefined ? tags : { ...tags, 'teal:color': color };
}

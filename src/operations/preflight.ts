import { imageDigest, registryImage } from '../aws/index.ts';
import type { Result } from '../base/index.ts';
import type { Circumstances, Plan, SecretNow } from '../deployment/index.ts';
import { alarmsBefore } from './alarms-before.ts';
import type { Context } from './context.ts';
import type { OperationRefusal } from './refusal.ts';

/** One thing that was looked at before a deployment changes anything. */
export interface PreflightCheck {
  readonly name:
    | 'account'
    | 'Terraform'
    | 'target groups'
    | 'roles'
    | 'secrets'
    | 'log group'
    | 'tables'
    | 'image'
    | 'alarms'
    | 'quotas'
    | 'vCPUs';
  readonly found: Finding;
}

type Finding =
  | { readonly kind: 'ok'; readonly what: string }
  /** It could not be looked at, or there is nothing to look at; ECS tells later. */
  | { readonly kind: 'skip'; readonly why: string }
  | { readonly kind: 'ng'; readonly refusal: OperationRefusal };

const ok = (what: string): Finding => ({ kind: 'ok', what });
const skip = (why: string): Finding => ({ kind: 'skip', why });
const ng = (refusal: OperationRefusal): Finding => ({ kind: 'ng', refusal });

type Surroundings = Pick<Context, 'alarms' | 'aws' | 'environment' | 'groundwork' | 'runtime' | 'signal'>;
type Looked = Pick<Circumstances, 'fleet' | 'secrets' | 'service'>;

/** No account's quota is below it (ELB-ALB/load-balancer-limits). */
const usualMostTargets = 1_000;

/**
 * Looks at all that a planned deployment rests on, at once. That it could be planned tells that both groups are named
 * by the actions and that Terraform's fields are applied.
 */
export async function preflight(
  context: Surroundings,
  circumstances: Looked,
  plan: Plan,
): Promise<readonly PreflightCheck[]> {
  const { service, secrets } = circumstances;
  const [roles, logGroup, tables, image, alarms, quotas, cpus] = await Promise.all([
    rolesCheck(context, plan),
    logGroupCheck(context, plan),
    tablesCheck(context, plan),
    imageCheck(context, plan),
    alarmsCheck(context, circumstances),
    quotasCheck(context, circumstances, plan),
    cpusCheck(context, circumstances, plan),
  ]);
  return [
    { name: 'Terraform', found: ok('the fields that Terraform owns are applied') },
    {
      name: 'target groups',
      found: ok(`both are named by ${plan.site.places.length} of ${plan.site.places.length} places`),
    },
    { name: 'roles', found: roles },
    { name: 'secrets', found: secretsCheck(Object.keys(service.secrets).length, secrets) },
    { name: 'log group', found: logGroup },
    ...(tables ? [{ name: 'tables' as const, found: tables }] : []),
    { name: 'image', found: image },
    { name: 'alarms', found: alarms },
    { name: 'quotas', found: quotas },
    { name: 'vCPUs', found: cpus },
  ];
}

/** Why nothing may be changed, if anything was found. */
export function refusalOf(checks: readonly PreflightCheck[]): OperationRefusal | undefined {
  const refusals = checks.flatMap(({ found }) => (found.kind === 'ng' ? [found.refusal] : []));
  const [only, ...more] = refusals;
  return more.length > 0 ? { kind: 'several', refusals } : only;
}

/** That a role is of another account can be seen in its ARN. ECS tells of one that is gone at the first task only. */
async function rolesCheck({ runtime, groundwork, signal }: Surroundings, { site }: Plan): Promise<Finding> {
  const { account } = site.environment;
  const { execution: role } = site.roles;
  if (!new RegExp(`^arn:[^:]+:iam::${account}:role/.`).test(role)) return ng({ kind: 'foreign-role', role, account });
  if (runtime) return skip('the local runtime takes roles as given');
  const roles = [...new Set([role, site.roles.task])];
  const found = await Promise.all(roles.map((arn) => groundwork.hasRole(arn, signal)));
  const missing = roles.filter((_, index) => isNone(found[index]));
  if (missing.length > 0) return ng({ kind: 'no-roles', roles: missing });
  const unread = roles.filter((_, index) => found[index]?.ok !== true);
  return unread.length > 0
    ? skip(`IAM did not tell whether there is ${unread.join(', ')}; ECS tells at the first task`)
    : ok(`${roles.length} of ${roles.length} are there`);
}

const isNone = (found: Result<boolean, unknown> | undefined): boolean => found?.ok === true && !found.value;

function secretsCheck(count: number, secrets: readonly SecretNow[]): Finding {
  if (count === 0) return skip('the service has none');
  const bad = secrets.filter(isBad);
  if (bad.length > 0) return ng({ kind: 'secrets-unreadable', secrets: bad });
  const unread = secrets.filter(({ reading }) => reading.kind === 'unread').map(({ variable }) => variable);
  return unread.length > 0
    ? skip(`Parameter Store did not tell whether there is what ${unread.join(', ')} takes`)
    : ok(`${count} of ${count} are there`);
}

/** What can't be read is only then in the way when its ARN is needed, which Secrets Manager alone knows. */
function isBad({ store, reading }: SecretNow): boolean {
  switch (reading.kind) {
    case 'there':
      return false;
    case 'missing':
    case 'without-value':
      return true;
    case 'unread':
      return store === 'secretsmanager';
  }
}

async function logGroupCheck({ runtime, groundwork, signal }: Surroundings, { site }: Plan): Promise<Finding> {
  if (runtime) return skip('a deployment on the local runtime makes it');
  const found = await groundwork.hasLogGroup(site.logGroup, signal);
  if (!found.ok) return skip(`CloudWatch Logs did not tell whether there is ${site.logGroup}`);
  return found.value ? ok(site.logGroup) : ng({ kind: 'no-log-group', name: site.logGroup });
}

/** A task of a service whose table is gone would fail at each request that needs it. */
async function tablesCheck(
  { runtime, groundwork, signal }: Surroundings,
  { site }: Plan,
): Promise<Finding | undefined> {
  const names = Object.values(site.tables);
  if (names.length === 0) return undefined;
  if (runtime) return skip('a deployment on the local runtime makes them');
  const found = await Promise.all(names.map((name) => groundwork.hasTable(name, signal)));
  const missing = names.filter((_, index) => isNone(found[index]));
  if (missing.length > 0) return ng({ kind: 'no-tables', names: missing });
  const unread = names.filter((_, index) => found[index]?.ok !== true);
  return unread.length > 0
    ? skip(`DynamoDB did not tell whether there is ${unread.join(', ')}`)
    : ok(`${names.length} of ${names.length} are there`);
}

/** That the image of a plan is in ECR. Of images elsewhere nothing can be said. */
export async function imageCheck(
  { aws, environment, signal }: Surroundings,
  { wish, revision }: Plan,
): Promise<Finding> {
  if (wish.kind !== 'register') return skip('what runs already is not pulled again');
  const reference = wish.definition.container.image;
  const image = registryImage(reference, environment);
  if (!image) return skip("it is not in this account's ECR");
  const digest = await imageDigest(aws, image, signal);
  if (!digest.ok) return skip('ECR did not tell whether it is there');
  return digest.value === undefined
    ? ng({ kind: 'no-image', reference })
    : ok(`${revision.digest.slice(0, 19)}… is in ECR`);
}

async function alarmsCheck(context: Surroundings, { service }: Looked): Promise<Finding> {
  const { alarms } = service.deployment;
  if (alarms.length === 0) return skip('the service has none');
  const refusal = await alarmsBefore(context, service);
  return refusal ? ng(refusal) : ok(`${alarms.length} of ${alarms.length} are there, and none fires`);
}

/**
 * What this service takes while both colours run: what other tasks of the region take besides is not known before ECS
 * places them.
 */
async function cpusCheck(
  { runtime, groundwork, signal }: Surroundings,
  { fleet, service }: Looked,
  plan: Plan,
): Promise<Finding> {
  if (runtime) return skip('the local runtime has as many as this machine');
  const most = await groundwork.fargateCpus(signal);
  if (!most.ok) return skip('Service Quotas did not tell how many vCPUs Fargate gives');
  const tasks = fleet[plan.from].running + Math.max(tasksWanted(fleet, plan), fleet[plan.to].running);
  const wanted = (tasks * service.cpu) / 1024;
  return wanted > most.value
    ? ng({ kind: 'too-few-cpus', wanted, most: most.value })
    : ok(`${wanted} while both colours run, and Fargate gives ${most.value} to all tasks of the region`);
}

/** The new colour gets as many tasks as the live one has. */
const tasksWanted = (fleet: Circumstances['fleet'], { minimumTasks, from }: Plan): number =>
  Math.max(minimumTasks, fleet[from].running);

/** A deployment adds targets, and neither rules nor target groups: those are made before it. */
async function quotasCheck({ groundwork, signal }: Surroundings, { fleet }: Looked, plan: Plan): Promise<Finding> {
  const added = Math.max(0, tasksWanted(fleet, plan) - fleet[plan.to].running);
  const wanted = fleet.blue.targets.length + fleet.green.targets.length + added;
  if (wanted <= usualMostTargets)
    return ok(`${wanted} targets, and a load balancer takes at least ${usualMostTargets}`);
  const most = await groundwork.mostTargets(signal);
  if (!most.ok) return skip('the load balancer did not tell how many targets it takes');
  return wanted > most.value
    ? ng({ kind: 'too-many-targets', wanted, most: most.value })
    : ok(`${wanted} targets, and a load balancer takes ${most.value}`);
}

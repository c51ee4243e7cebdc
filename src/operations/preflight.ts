import { imageDigest, registryImage } from '../aws/index.ts';
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
    | 'execution role'
    | 'secrets'
    | 'log group'
    | 'tables'
    | 'image'
    | 'alarms'
    | 'quotas';
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

/** No account's quota is below it (ELB-ALB/load-balancer-limits). */
const usualMostTargets = 1_000;

/**
 * Looks at all that a planned deployment rests on, at once. That it could be planned tells that both groups are named
 * by the actions and that Terraform's fields are applied.
 */
export async function preflight(
  context: Context,
  circumstances: Circumstances,
  plan: Plan,
): Promise<readonly PreflightCheck[]> {
  const { service, secrets } = circumstances;
  const [logGroup, tables, image, alarms, quotas] = await Promise.all([
    logGroupCheck(context, plan),
    tablesCheck(context, plan),
    imageCheck(context, plan),
    alarmsCheck(context, circumstances),
    quotasCheck(context, circumstances, plan),
  ]);
  return [
    { name: 'Terraform', found: ok('the fields that Terraform owns are applied') },
    {
      name: 'target groups',
      found: ok(`both are named by ${plan.site.places.length} of ${plan.site.places.length} places`),
    },
    { name: 'execution role', found: roleCheck(context, plan) },
    { name: 'secrets', found: secretsCheck(Object.keys(service.secrets).length, secrets) },
    { name: 'log group', found: logGroup },
    ...(tables ? [{ name: 'tables' as const, found: tables }] : []),
    { name: 'image', found: image },
    { name: 'alarms', found: alarms },
    { name: 'quotas', found: quotas },
  ];
}

/** Why nothing may be changed, if anything was found. */
export function refusalOf(checks: readonly PreflightCheck[]): OperationRefusal | undefined {
  const refusals = checks.flatMap(({ found }) => (found.kind === 'ng' ? [found.refusal] : []));
  const [only, ...more] = refusals;
  return more.length > 0 ? { kind: 'several', refusals } : only;
}

/** IAM is no API that teal asks; that a role is of another account can be seen in its ARN. */
function roleCheck({ runtime }: Context, { site }: Plan): Finding {
  const { account } = site.environment;
  const { execution: role } = site.roles;
  if (!new RegExp(`^arn:[^:]+:iam::${account}:role/.`).test(role)) return ng({ kind: 'foreign-role', role, account });
  return skip(
    runtime
      ? 'the local runtime takes roles as given'
      : 'IAM is not asked; ECS refuses at registration, or at the first task',
  );
}

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

async function logGroupCheck({ runtime, groundwork, signal }: Context, { site }: Plan): Promise<Finding> {
  if (runtime) return skip('a deployment on the local runtime makes it');
  const found = await groundwork.hasLogGroup(site.logGroup, signal);
  if (!found.ok) return skip(`CloudWatch Logs did not tell whether there is ${site.logGroup}`);
  return found.value ? ok(site.logGroup) : ng({ kind: 'no-log-group', name: site.logGroup });
}

/** A task of a service whose table is gone would fail at each request that needs it. */
async function tablesCheck({ runtime, groundwork, signal }: Context, { site }: Plan): Promise<Finding | undefined> {
  const names = Object.values(site.tables);
  if (names.length === 0) return undefined;
  if (runtime) return skip('a deployment on the local runtime makes them');
  const found = await Promise.all(names.map((name) => groundwork.hasTable(name, signal)));
  const missing = names.filter((_, index) => {
    const table = found[index];
    return table?.ok === true && !table.value;
  });
  if (missing.length > 0) return ng({ kind: 'no-tables', names: missing });
  const unread = names.filter((_, index) => found[index]?.ok !== true);
  return unread.length > 0
    ? skip(`DynamoDB did not tell whether there is ${unread.join(', ')}`)
    : ok(`${names.length} of ${names.length} are there`);
}

/** That the image of a plan is in ECR. Of images elsewhere nothing can be said. */
export async function imageCheck({ aws, environment, signal }: Context, { wish, revision }: Plan): Promise<Finding> {
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

async function alarmsCheck(context: Context, { service }: Circumstances): Promise<Finding> {
  const { alarms } = service.deployment;
  if (alarms.length === 0) return skip('the service has none');
  const refusal = await alarmsBefore(context, service);
  return refusal ? ng(refusal) : ok(`${alarms.length} of ${alarms.length} are there, and none fires`);
}

/** A deployment adds targets, and neither rules nor target groups: those are made before it. */
async function quotasCheck(
  { groundwork, signal }: Context,
  { fleet }: Circumstances,
  { minimumTasks, from, to }: Plan,
): Promise<Finding> {
  const added = Math.max(minimumTasks, fleet[from].running);
  const wanted = fleet.blue.targets.length + fleet.green.targets.length + Math.max(0, added - fleet[to].running);
  if (wanted <= usualMostTargets)
    return ok(`${wanted} targets, and a load balancer takes at least ${usualMostTargets}`);
  const most = await groundwork.mostTargets(signal);
  if (!most.ok) return skip('the load balancer did not tell how many targets it takes');
  return wanted > most.value
    ? ng({ kind: 'too-many-targets', wanted, most: most.value })
    : ok(`${wanted} targets, and a load balancer takes ${most.value}`);
}

import { readTaskDefinition } from '../aws/index.ts';
import { err, ms, ok, type Result } from '../base/index.ts';
import {
  type Circumstances,
  type Color,
  type FormerRevision,
  healthyAny,
  otherColor,
  type Plan,
  planColdRollback,
  planRollback,
  primaryOf,
  type SecretPlace,
  type TaskDefinition,
} from '../deployment/index.ts';
import type { Context } from './context.ts';
import { history } from './history.ts';
import type { OperationRefusal } from './refusal.ts';

/** What a rollback returns to: what was live before, a colour, or a deployment by its id or the beginning of it. */
export type RollbackTo = undefined | Color | { readonly deployment: string };

/** A revision to return to, as the journal knows it. */
interface Known {
  readonly taskDefinition: string;
  readonly revision: string;
}

/**
 * How long secrets are asked for before a warm rollback goes on without: a store that does not answer must not keep
 * traffic where it is.
 */
const patience = ms(1_000);

/**
 * Plans a rollback: at once where the former tasks are warm, else by starting them first. Warm ones that were given a
 * secret which has changed since count as cold: they would bring the old value back.
 */
export async function rollbackPlan(
  context: Context,
  given: Circumstances,
  to: RollbackTo,
): Promise<Result<Plan, OperationRefusal>> {
  if (typeof to === 'object') return toDeployment(context, given, to.deployment);
  const warm = planRollback(given, to);
  if (!warm.ok) {
    const { error } = warm;
    if (error.kind !== 'former-is-cold' || error.former === null) return err({ kind: 'plan', refusal: error });
    return coldPlan(context, given, error.former, 'has no running task');
  }
  return unlessStale(context, given, warm.value);
}

async function toDeployment(
  context: Context,
  given: Circumstances,
  id: string,
): Promise<Result<Plan, OperationRefusal>> {
  const past = await history(context, given.site.service);
  if (!past.ok) return past;
  const matching = past.value.filter(
    (deployment) => deployment.id.startsWith(id.toUpperCase()) || deployment.id === id,
  );
  const [found, ...more] = matching;
  if (!found || more.length > 0)
    return err({ kind: 'which-deployment', given: id, matching: matching.map((deployment) => deployment.id) });
  const { taskDefinition, outcome, revision } = found;
  if (taskDefinition === null || outcome?.name !== 'succeeded')
    return err({ kind: 'was-not-live', deployment: found.id, outcome: outcome?.name ?? null });
  for (const color of ['blue', 'green'] as const) {
    const reading = given.fleet[color];
    if (primaryOf(reading)?.taskDefinition !== taskDefinition || healthyAny(reading) === 0) continue;
    const warm = planRollback(given, color);
    return warm.ok ? unlessStale(context, given, warm.value) : err({ kind: 'plan', refusal: warm.error });
  }
  return coldPlan(context, given, { taskDefinition, revision }, 'is not running any more');
}

/** The warm plan, or a cold one where the tasks were given a secret that has changed since. */
async function unlessStale(
  context: Context,
  given: Circumstances,
  warm: Plan,
): Promise<Result<Plan, OperationRefusal>> {
  const injects = Object.values(given.service.secrets).some((secret) => !secret.fetch);
  if (warm.wish.kind !== 'existing' || !injects) return ok(warm);
  const { taskDefinition } = warm.wish;
  const asking = new AbortController();
  const cancel = context.clock.after(patience, () => asking.abort(new Error('took too long')));
  const changed = await changedSecret(context, taskDefinition, asking.signal);
  cancel();
  if (changed === undefined) return ok(warm);
  const known = { taskDefinition, revision: warm.revision.id };
  return coldPlan(context, given, known, `was started before ${changed} changed`);
}

/** The name of a variable whose secret changed after the task definition was registered; undefined where none did, or nothing answers. */
async function changedSecret(
  context: Context,
  taskDefinition: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const registered = await readTaskDefinition(context.aws, taskDefinition, signal);
  if (!registered.ok || !registered.value) return undefined;
  const { definition, registeredAt } = registered.value;
  const injected = placesOf(definition);
  if (injected.length === 0) return undefined;
  const readings = await context.groundwork.secrets(
    injected.map(([, place]) => place),
    signal,
  );
  const changed = injected.find((_, index) => {
    const reading = readings[index];
    return reading?.kind === 'there' && Date.parse(reading.changedAt) > Date.parse(registeredAt);
  });
  return changed?.[0];
}

/** Variables with the places of what ECS injects into them. A secret's ARN serves as its name. */
const placesOf = ({ container }: TaskDefinition): readonly (readonly [string, SecretPlace])[] =>
  Object.entries(container.secrets).flatMap(([variable, from]): (readonly [string, SecretPlace])[] => {
    const parameter = /^arn:[^:]+:ssm:[^:]*:\d*:parameter(\/.+)$/.exec(from)?.[1];
    if (parameter !== undefined) return [[variable, { store: 'ssm', name: parameter }]];
    const secret = /^arn:[^:]+:secretsmanager:[^:]*:\d*:secret:[^:]+/.exec(from)?.[0];
    return secret === undefined ? [] : [[variable, { store: 'secretsmanager', name: secret }]];
  });

async function coldPlan(
  context: Context,
  given: Circumstances,
  known: Known,
  why: string,
): Promise<Result<Plan, OperationRefusal>> {
  const former = await readFormer(context, known);
  if (!former.ok) return former;
  const plan = planColdRollback(given, former.value);
  if (!plan.ok) return err({ kind: 'plan', refusal: plan.error });
  const { to, minimumTasks, timings, from } = plan.value;
  const count = Math.max(minimumTasks, given.fleet[from].running);
  context.note(
    `Cold: ${known.revision} ${why}. ${count} of its tasks are started in ${to} first, which may take up to ${Math.round(timings.healthTimeoutSeconds / 60)} min; until then traffic stays on ${otherColor(to)}.`,
  );
  return plan;
}

async function readFormer(
  context: Context,
  { taskDefinition, revision }: Known,
): Promise<Result<FormerRevision, OperationRefusal>> {
  const registered = await readTaskDefinition(context.aws, taskDefinition, context.signal);
  if (!registered.ok) return err({ kind: 'call', what: 'read the former task definition', error: registered.error });
  const { value } = registered;
  if (!value?.isActive) return err({ kind: 'definition-gone', taskDefinition, isThere: value !== undefined });
  const { image, environment } = value.definition.container;
  // A task definition that teal did not register is none of its revisions: the bootstrap one never runs.
  const id = environment.TEAL_REVISION;
  if (id === undefined) return err({ kind: 'definition-gone', taskDefinition, isThere: true });
  return ok({
    revision: { id: revision === '' ? id : revision, digest: image.slice(image.indexOf('@') + 1) },
    definition: value.definition,
  });
}

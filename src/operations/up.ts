import { err, ok, type Result } from '../base/index.ts';
import { endangeredServices, ensureStateBucket, type RootPlan } from '../terraform/index.ts';
import { checkAccount } from './account.ts';
import { checkBeforeApply } from './before-apply.ts';
import { applyPlan, countChanges, isGone, openPart, type PartDone, serviceParts, unchanged } from './open-part.ts';
import type { Part, TerraformContext, TerraformRefusal } from './terraform-context.ts';

/**
 * Makes an environment, or brings it up to its files: the bucket of the states, the platform, then the services, each
 * planned once what it rests on is there. What changes nothing is asked of nobody.
 */
export async function up(context: TerraformContext): Promise<Result<readonly PartDone[], TerraformRefusal>> {
  const account = await checkAccount(context);
  if (account) return err({ kind: 'operation', refusal: account });
  const { obstacles, notices } = await checkBeforeApply(context);
  for (const notice of notices) context.tell(notice);
  if (obstacles.length > 0) return err({ kind: 'obstacles', obstacles });
  const state = await ensureStates(context);
  if (!state.ok) return state;
  const done: PartDone[] = [state.value];
  for (const part of [{ kind: 'platform' as const }, ...serviceParts(context)]) {
    const applied = await bringUp(context, part);
    if (!applied.ok) return applied;
    done.push(applied.value);
  }
  return ok(done);
}

async function ensureStates(context: TerraformContext): Promise<Result<PartDone, TerraformRefusal>> {
  const { environment, root, roots, terraform } = context;
  const part: Part = { kind: 'state' };
  let planned: Pick<RootPlan, 'changes'> = { changes: [] };
  const ensured = await ensureStateBucket(terraform, {
    project: root,
    roots,
    account: environment.account,
    region: environment.region,
    agree: (plan) => {
      planned = plan;
      return context.agree(part, plan);
    },
  });
  if (!ensured.ok) return err({ kind: 'terraform', part, failure: ensured.error });
  if (ensured.value === 'not-agreed') return err({ kind: 'not-agreed', part });
  return ok({ part, changed: ensured.value === 'made', counts: countChanges(planned) });
}

async function bringUp(
  context: TerraformContext,
  part: Exclude<Part, { kind: 'state' }>,
): Promise<Result<PartDone, TerraformRefusal>> {
  const opened = await openPart(context, part);
  if (!opened.ok) return opened;
  const root = opened.value;
  const gone = await isGone(context, part, root);
  if (!gone.ok) return gone;
  if (gone.value) return ok(unchanged(part));
  const plan = await root.plan();
  if (!plan.ok) return err({ kind: 'terraform', part, failure: plan.error });
  const endangered = endangeredServices(plan.value, context.synced.retired);
  if (endangered.length > 0) {
    root.forget();
    return err({ kind: 'endangered', part, services: endangered });
  }
  return applyPlan(context, part, root, plan.value);
}

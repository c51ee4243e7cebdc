import { err, ok, type Result } from '../base/index.ts';
import type { Color } from '../deployment/index.ts';
import { checkAccount } from './account.ts';
import type { Context } from './context.ts';
import { applyPlan, openPart, type PartDone, serviceParts, unchanged } from './open-part.ts';
import { serviceStatus } from './service-status.ts';
import type { Part, TerraformContext, TerraformRefusal } from './terraform-context.ts';

/** What a person has said about taking an environment down. */
export interface DownConsent {
  /** The environment's name, said again: asked for where it or its data is protected. */
  readonly confirmed: string | undefined;
  /** That services go which have tasks. */
  readonly live: boolean;
}

/** Why an environment is not taken down. */
export type DownRefusal =
  | TerraformRefusal
  /** The environment is, or what holds its data. */
  | { readonly kind: 'protected' }
  | { readonly kind: 'live'; readonly services: readonly LiveService[] }
  | { readonly kind: 'running'; readonly service: string; readonly deployment: string };

export interface LiveService {
  readonly service: string;
  readonly colors: readonly { readonly color: Color; readonly weight: number; readonly tasks: number }[];
}

/**
 * Takes an environment away: its services, then its platform. What was never in a state stays: the bucket of the states
 * itself, secrets, and what the services' tasks have written elsewhere.
 */
export async function down(
  context: TerraformContext,
  deployments: Context,
  consent: DownConsent,
): Promise<Result<readonly PartDone[], DownRefusal>> {
  const { environment } = context;
  const guarded = environment.protected || environment.settings.deletionProtection;
  if (guarded && consent.confirmed !== environment.name) return err({ kind: 'protected' });
  const account = await checkAccount(context);
  if (account) return err({ kind: 'operation', refusal: account });
  const unfit = await whatRuns(context, deployments, consent);
  if (unfit) return err(unfit);
  const done: PartDone[] = [];
  for (const part of [...serviceParts(context), { kind: 'platform' as const }]) {
    const gone = await takeDown(context, part);
    if (!gone.ok) return gone;
    done.push(gone.value);
  }
  return ok(done);
}

async function takeDown(
  context: TerraformContext,
  part: Exclude<Part, { kind: 'state' }>,
): Promise<Result<PartDone, TerraformRefusal>> {
  const lifts = context.environment.settings.deletionProtection;
  const opened = await openPart(context, part, lifts ? { protection_lifted: true } : {});
  if (!opened.ok) return opened;
  const root = opened.value;
  const standing = await root.addresses();
  if (!standing.ok) return err({ kind: 'terraform', part, failure: standing.error });
  // A plan would look for the platform, which is gone where an earlier run got so far.
  if (standing.value.length === 0) return ok(unchanged(part));
  if (lifts) {
    const lifting = await root.plan();
    if (!lifting.ok) return err({ kind: 'terraform', part, failure: lifting.error });
    const lifted = await applyPlan(context, part, root, lifting.value);
    if (!lifted.ok) return lifted;
  }
  const plan = await root.plan('destroy');
  if (!plan.ok) return err({ kind: 'terraform', part, failure: plan.error });
  return applyPlan(context, part, root, plan.value);
}

async function whatRuns(
  { synced }: TerraformContext,
  deployments: Context,
  { live }: DownConsent,
): Promise<DownRefusal | undefined> {
  const found: LiveService[] = [];
  for (const service of synced.services) {
    const status = await serviceStatus(deployments, service);
    if (!status.ok) {
      if (status.error.kind === 'site' && status.error.error.kind === 'missing') continue;
      return { kind: 'operation', refusal: status.error };
    }
    const { deployment, weights, colors } = status.value;
    if (deployment && !deployment.outcome) return { kind: 'running', service, deployment: deployment.plan.id };
    const standing = (['blue', 'green'] as const)
      .map((color) => ({ color, weight: weights?.[color] ?? 0, tasks: colors[color].desired }))
      .filter(({ tasks }) => tasks > 0);
    if (standing.length > 0) found.push({ service, colors: standing });
  }
  return found.length > 0 && !live ? { kind: 'live', services: found } : undefined;
}

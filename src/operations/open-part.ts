import { join } from 'node:path';
import { err, type Json, ok, type Result } from '../base/index.ts';
import { openRoot, type Root, type RootPlan, type StateScope, stateBucket, workingState } from '../terraform/index.ts';
import type { Part, TerraformContext, TerraformRefusal } from './terraform-context.ts';

/** The parts with the services: one for all, or one for each, retired ones too. */
export function serviceParts({ environment, synced }: TerraformContext): readonly Exclude<Part, { kind: 'state' }>[] {
  if (environment.stateScope === 'all') return [{ kind: 'services' }];
  return [...synced.services, ...synced.retired].sort().map((service) => ({ kind: 'service', service }));
}

/** Prepares a part's root with its state: both by what the part is, and never one without the other. `more`: further variables. */
export async function openPart(
  context: TerraformContext,
  part: Exclude<Part, { kind: 'state' }>,
  more: Readonly<Record<string, Json>> = {},
): Promise<Result<Root, TerraformRefusal>> {
  const { environment, root, roots, synced, terraform } = context;
  const { key, dataDir, only } = workingState(root, environment.name, scopeOf(part));
  const opened = await openRoot(terraform, {
    folder: join(roots, part.kind === 'platform' ? 'platform' : 'services'),
    dataDir,
    key,
    bucket: stateBucket(environment.account, environment.region),
    region: environment.region,
    variables: { synced: synced.folder, ...(part.kind !== 'platform' && { only }), ...more },
  });
  if (opened.ok) return opened;
  return err(
    opened.error.kind === 'no-bucket' ? { kind: 'no-states' } : { kind: 'terraform', part, failure: opened.error },
  );
}

const scopeOf = (part: Exclude<Part, { kind: 'state' }>): StateScope => part;

/** Whether a part is a retired service that is gone: there is nothing left to plan. */
export async function isGone(
  { synced }: TerraformContext,
  part: Part,
  root: Root,
): Promise<Result<boolean, TerraformRefusal>> {
  if (part.kind !== 'service' || !synced.retired.includes(part.service)) return ok(false);
  const standing = await root.addresses();
  return standing.ok ? ok(standing.value.length === 0) : err({ kind: 'terraform', part, failure: standing.error });
}

/** What became of a part. */
export interface PartDone {
  readonly part: Part;
  readonly changed: boolean;
  readonly counts: ChangeCounts;
}

export interface ChangeCounts {
  readonly created: number;
  readonly updated: number;
  readonly replaced: number;
  readonly deleted: number;
}

/** Of a part that stays as it is. */
export const unchanged = (part: Part): PartDone => ({
  part,
  changed: false,
  counts: { created: 0, updated: 0, replaced: 0, deleted: 0 },
});

/** How many resources a plan changes, and how. */
export function countChanges({ changes }: Pick<RootPlan, 'changes'>): ChangeCounts {
  const count = (...actions: readonly string[]): number =>
    changes.filter(({ action }) => actions.includes(action)).length;
  return {
    created: count('create'),
    updated: count('update'),
    replaced: count('replace'),
    deleted: count('delete', 'forget'),
  };
}

/** Applies the plan that a root keeps, if it changes anything and somebody agrees. */
export async function applyPlan(
  context: TerraformContext,
  part: Part,
  root: Root,
  plan: RootPlan,
): Promise<Result<PartDone, TerraformRefusal>> {
  const counts = countChanges(plan);
  if (!plan.changesAnything) {
    root.forget();
    return ok({ part, changed: false, counts });
  }
  if (!(await context.agree(part, plan))) {
    root.forget();
    return err({ kind: 'not-agreed', part });
  }
  const applied = await root.apply();
  return applied.ok ? ok({ part, changed: true, counts }) : err({ kind: 'terraform', part, failure: applied.error });
}

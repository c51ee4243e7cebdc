import { err, ok, type Result } from '../base/index.ts';
import { type Drift, driftOf } from '../terraform/index.ts';
import { checkAccount } from './account.ts';
import { isGone, openPart, serviceParts } from './open-part.ts';
import type { Part, TerraformContext, TerraformRefusal } from './terraform-context.ts';

/** What is not as it was left, of one part. */
export interface PartDrift {
  readonly part: Part;
  readonly drift: Drift;
}

/** Compares what stands with what Terraform left and what the files ask for. Changes nothing. */
export async function drift(context: TerraformContext): Promise<Result<readonly PartDrift[], TerraformRefusal>> {
  const account = await checkAccount(context);
  if (account) return err({ kind: 'operation', refusal: account });
  const found: PartDrift[] = [];
  for (const part of [{ kind: 'platform' as const }, ...serviceParts(context)]) {
    const opened = await openPart(context, part);
    if (!opened.ok) return opened;
    const gone = await isGone(context, part, opened.value);
    if (!gone.ok) return gone;
    if (gone.value) continue;
    const plan = await opened.value.plan();
    opened.value.forget();
    if (!plan.ok) return err({ kind: 'terraform', part, failure: plan.error });
    found.push({ part, drift: driftOf(plan.value) });
  }
  return ok(found);
}

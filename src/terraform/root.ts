import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, err, type Json, ok, type Result } from '../base/index.ts';
import { parsePlan, type TerraformPlan } from './plan.ts';
import { type TerraformFailure, terraformFailure } from './terraform-failure.ts';
import type { RunPlace, Terraform, TerraformRun } from './terraform-process.ts';

/** A root with one of its states. */
export interface RootAddress extends RunPlace {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly variables: Readonly<Record<string, Json>>;
}

/** A root that Terraform has been prepared for (`init`). */
export interface Root {
  /** Plans and keeps the plan for `apply`. */
  plan(how?: PlanKind): Promise<Result<RootPlan, TerraformFailure>>;
  /** Applies the kept plan, and nothing else. */
  apply(): Promise<Result<void, TerraformFailure>>;
  /** The addresses of what the state holds. */
  addresses(): Promise<Result<readonly string[], TerraformFailure>>;
  /** Removes the kept plan: it holds what the state holds. */
  forget(): void;
}

export type PlanKind = 'apply' | 'destroy';

export interface RootPlan extends TerraformPlan {
  /** Whether an apply would change anything, outputs included. */
  readonly changesAnything: boolean;
}

/** How long another process may hold the state before this one gives up. */
const lockPatience = '20s';

/** Prepares a root. Where it has another state than last time, nothing is moved between them. */
export async function openRoot(terraform: Terraform, address: RootAddress): Promise<Result<Root, TerraformFailure>> {
  mkdirSync(address.dataDir, { recursive: true });
  const init = await terraform.run(
    address,
    ['init', '-input=false', '-no-color', '-reconfigure', ...backend(address)],
    {
      silent: true,
    },
  );
  if (init.code !== 0) return err(terraformFailure('init', init));
  return ok(preparedRoot(terraform, address));
}

/** Where the state is, as options of `init`. */
export const backend = ({ bucket, key, region }: Omit<RootAddress, 'variables'>): readonly string[] =>
  Object.entries({ bucket, key, region, encrypt: true, use_lockfile: true }).map(
    ([name, value]) => `-backend-config=${name}=${value}`,
  );

const planIn = (folder: string): string => join(folder, 'teal.tfplan');

/** A root that `init` was run in. */
export function preparedRoot(terraform: Terraform, address: RunPlace & Pick<RootAddress, 'variables'>): Root {
  /** Of this process alone: what it showed is what it applies, though another plans in the same folder. */
  let kept: string | undefined;
  const forget = (): void => {
    if (kept !== undefined) rmSync(kept, { recursive: true, force: true });
    kept = undefined;
  };
  const run = (args: readonly string[], silent = false): Promise<TerraformRun> =>
    terraform.run(address, [...args, '-no-color'], { silent });
  return {
    async plan(how = 'apply') {
      forget();
      kept = mkdtempSync(join(address.dataDir, 'plan-'));
      const variables = join(kept, 'teal.tfvars.json');
      const plan = planIn(kept);
      writeFileSync(variables, JSON.stringify(address.variables));
      const planned = await run([
        ...['plan', '-input=false', '-detailed-exitcode', `-lock-timeout=${lockPatience}`],
        ...[`-var-file=${variables}`, `-out=${plan}`, ...(how === 'destroy' ? ['-destroy'] : [])],
      ]);
      if (planned.code === 1) return err(terraformFailure('plan', planned));
      const shown = await run(['show', '-json', plan], true);
      if (shown.code !== 0) return err(terraformFailure('show', shown));
      return ok({ ...parsePlan(shown.stdout), changesAnything: planned.code === 2 });
    },
    async apply() {
      assert(kept !== undefined, 'what is applied was planned');
      const applied = await run(['apply', '-input=false', `-lock-timeout=${lockPatience}`, planIn(kept)]);
      forget();
      return applied.code === 0 ? ok(undefined) : err(terraformFailure('apply', applied));
    },
    async addresses() {
      // Unlike `show` it needs no provider, whose start takes seconds.
      const listed = await terraform.run(address, ['state', 'list'], { silent: true });
      if (listed.code === 0) return ok(listed.stdout.split('\n').filter((line) => line !== ''));
      return /No state file was found/.test(listed.stderr) ? ok([]) : err(terraformFailure('state list', listed));
    },
    forget,
  };
}

import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../base/index.ts';
import { backend, preparedRoot, type RootPlan } from './root.ts';
import { type TerraformFailure, terraformFailure } from './terraform-failure.ts';
import type { RunPlace, Terraform } from './terraform-process.ts';
import { stateBucket, stateOfBucket, workFolder } from './working-state.ts';

/** What the bucket of the states needs. */
export interface StateBucketRequest {
  /** The project's folder. */
  readonly project: string;
  /** The copy of the roots. */
  readonly roots: string;
  readonly account: string;
  readonly region: string;
  /** Asked before anything is made. */
  readonly agree: (plan: RootPlan) => Promise<boolean>;
}

export type StateBucketEnd = 'there' | 'made' | 'not-agreed';

/**
 * Finds the bucket of an account's states, or makes it: with a state on this machine first, which then is moved into
 * the bucket. Where an earlier run ended between the two, it goes on there; what stands without any state is taken in.
 */
export async function ensureStateBucket(
  terraform: Terraform,
  request: StateBucketRequest,
): Promise<Result<StateBucketEnd, TerraformFailure>> {
  const { project, roots, account, region, agree } = request;
  const bucket = stateBucket(account, region);
  const work = join(workFolder(project), 'state', `${account}-${region}`);
  const place: RunPlace = { folder: join(work, 'state'), dataDir: join(work, 'data') };
  mkdirSync(place.dataDir, { recursive: true });
  const local = join(work, 'terraform.tfstate');
  const override = join(place.folder, 'backend_override.tf');
  for (const part of ['state', 'modules/state'])
    cpSync(join(roots, part), join(work, part), { recursive: true, force: true });
  const variables = { account, region };
  const remote = backend({ ...place, bucket, region, key: stateOfBucket });
  const init = (...more: readonly string[]) =>
    terraform.run(place, ['init', '-input=false', '-no-color', ...more], { silent: true });
  const root = preparedRoot(terraform, { ...place, variables });

  rmSync(override, { force: true });
  if (!existsSync(local)) {
    const found = await init('-reconfigure', ...remote);
    if (found.code !== 0) {
      const failure = terraformFailure('init', found);
      if (failure.kind !== 'no-bucket') return err(failure);
    } else {
      const known = await root.addresses();
      if (!known.ok) return known;
      if (known.value.length > 0) return ok('there');
      return adopt(root, join(place.folder, 'adopt.tf'), bucket);
    }
  }
  writeFileSync(override, `terraform {\n  backend "local" {\n    path = ${JSON.stringify(local)}\n  }\n}\n`);
  const started = await init('-reconfigure');
  if (started.code !== 0) return err(terraformFailure('init', started));
  const plan = await root.plan();
  if (!plan.ok) return plan;
  if (plan.value.changesAnything) {
    if (!(await agree(plan.value))) {
      root.forget();
      return ok('not-agreed');
    }
    const applied = await root.apply();
    if (!applied.ok) return applied;
  }
  rmSync(override);
  const moved = await init('-migrate-state', '-force-copy', ...remote);
  if (moved.code !== 0) return err(terraformFailure('init', moved));
  for (const file of [local, `${local}.backup`]) rmSync(file, { force: true });
  return ok('made');
}

/** Takes the bucket that stands into a state that knows nothing of it: it was made by a run that never got so far. */
async function adopt(
  root: ReturnType<typeof preparedRoot>,
  file: string,
  bucket: string,
): Promise<Result<StateBucketEnd, TerraformFailure>> {
  const parts = ['', '_versioning', '_server_side_encryption_configuration', '_public_access_block'];
  writeFileSync(
    file,
    parts.map((part) => `import {\n  to = module.state.aws_s3_bucket${part}.this\n  id = "${bucket}"\n}\n`).join(''),
  );
  try {
    const plan = await root.plan();
    if (!plan.ok) return plan;
    const applied = await root.apply();
    return applied.ok ? ok('there') : applied;
  } finally {
    rmSync(file);
  }
}

import { execFile } from 'node:child_process';
import { err, ok, type Result } from '../base/index.ts';

/** A Terraform that can be used. */
export interface TerraformBinary {
  readonly program: string;
  readonly version: string;
}

/** Why none can be used. */
export type TerraformLack =
  | { readonly kind: 'no-terraform'; readonly program: string }
  | { readonly kind: 'old-terraform'; readonly program: string; readonly version: string; readonly needed: string }
  | { readonly kind: 'strange-terraform'; readonly program: string; readonly said: string };

/** Since 1.10 a state in S3 is locked by a file beside it, and since 1.11 a value can be written that no state keeps. */
const needed = '1.11.0';

/** Terraform as the PATH has it, or the program that `TEAL_TERRAFORM` names (OpenTofu answers alike). */
export function findTerraform(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Result<TerraformBinary, TerraformLack>> {
  const program = variables.TEAL_TERRAFORM || 'terraform';
  return new Promise((resolve) => {
    execFile(program, ['version', '-json'], { env: { ...variables } }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') return resolve(err({ kind: 'no-terraform', program }));
      const version = versionIn(stdout);
      if (error || version === undefined)
        return resolve(err({ kind: 'strange-terraform', program, said: (stderr || stdout).trim() }));
      if (isBefore(version, needed)) return resolve(err({ kind: 'old-terraform', program, version, needed }));
      resolve(ok({ program, version }));
    });
  });
}

function versionIn(text: string): string | undefined {
  return /"terraform_version":\s*"([^"]+)"/.exec(text)?.[1];
}

/** By the three numbers; a pre-release counts as its release. */
function isBefore(version: string, other: string): boolean {
  const numbers = (text: string): readonly number[] => (text.split('-')[0] ?? '').split('.').map(Number);
  const [those, these] = [numbers(version), numbers(other)];
  for (const [index, number] of these.entries()) {
    const that = those[index] ?? 0;
    if (that !== number) return that < number;
  }
  return false;
}

import type { TerraformRun } from './terraform-process.ts';

/** Why Terraform did not do it. */
export type TerraformFailure =
  /** Somebody else holds the state; `who` as the lock says it. */
  | { readonly kind: 'locked'; readonly who: string; readonly since: string; readonly id: string }
  /** The state changed between the plan and its apply. */
  | { readonly kind: 'stale-plan' }
  /** The bucket of the states is not there. */
  | { readonly kind: 'no-bucket' }
  | { readonly kind: 'failed'; readonly command: string; readonly said: string };

/** What a run that ended with an error means. Terraform tells it in words alone. */
export function terraformFailure(command: string, { stdout, stderr }: TerraformRun): TerraformFailure {
  const said = `${stderr}\n${stdout}`;
  if (/Error acquiring the state lock/.test(said)) {
    const told = (name: string): string => new RegExp(`^[│ ]*${name}:\\s+(.+)$`, 'm').exec(said)?.[1]?.trim() ?? '';
    return { kind: 'locked', who: told('Who'), since: told('Created'), id: told('ID') };
  }
  if (/Saved plan is stale|saved plan does not match the given state/i.test(said)) return { kind: 'stale-plan' };
  if (/NoSuchBucket/.test(said)) return { kind: 'no-bucket' };
  return { kind: 'failed', command, said: (stderr.trim() || stdout.trim()).slice(-mostCharacters) };
}

/** The end of what Terraform said: where it failed. */
const mostCharacters = 8_000;

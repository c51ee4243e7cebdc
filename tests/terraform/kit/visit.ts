import { expect } from 'vitest';
import type { Root } from './root.ts';
import type { World } from './world.ts';
import { inWords, terraformWrites, type Write } from './writes.ts';

/**
 * Plans and applies each root in a phase of a deployment: there must be nothing to do. Prints what each was told, and
 * resolves with what was written all the same.
 */
export async function visit(
  phase: string,
  { endpoint }: World,
  roots: Readonly<Record<string, Root>>,
): Promise<readonly Write[]> {
  const since = new Date().toISOString();
  const told = await Promise.all(
    Object.entries(roots).map(async ([name, root]) => ({ name, plan: await root.plan(), done: await root.apply() })),
  );
  const writes = await terraformWrites(endpoint, since);
  const words = told.map(({ name, plan, done }) => `${name}: plan ${plan.length} changes, apply ${done}`);
  process.stdout.write(`${phase}: ${words.join('; ')}; writes ${inWords(writes)}\n`);
  for (const { name, plan, done } of told)
    expect({ name, plan, done }).toEqual({ name, plan: [], done: '0 added, 0 changed, 0 destroyed' });
  return writes;
}

import { beforeAll, expect, test } from 'vitest';
import { loadSdk } from '../../src/aws/clients.ts';
import { allGuards, type Guard, type Guards } from '../../src/deployment/index.ts';
import { runSeed } from './one-seed.ts';
import type { Leaning } from './scenario.ts';

beforeAll(loadSdk);

/** In the order of design's invariants. */
const guarded = allGuards.map((guard, index) => ({
  guard,
  invariant: (index + 1) as Exclude<Leaning, 'any'>,
}));

const without = (left: Guard): Guards => new Set(allGuards.filter((guard) => guard !== left));

test.each(guarded)(
  'invariant $invariant is reported broken within 200 seeds without its guard, $guard',
  async ({ guard, invariant }) => {
    const found: string[] = [];
    for (let seed = 1; seed <= 200 && found.length === 0; seed++) {
      const run = await runSeed(`guard-${seed}`, { guards: without(guard), stopAtFirst: true }, invariant);
      found.push(
        ...run.violations
          .filter((violation) => violation.invariant === invariant)
          .map(({ what }) => `${seed}: ${what}`),
      );
    }
    expect(found[0]).toBeDefined();
  },
);

test.each(guarded)('the same scenes break nothing with all guards (leaning to $invariant)', async ({ invariant }) => {
  for (let seed = 1; seed <= 3; seed++) {
    const { violations } = await runSeed(`guard-${seed}`, {}, invariant);
    expect(violations, `guard-${seed}`).toEqual([]);
  }
});

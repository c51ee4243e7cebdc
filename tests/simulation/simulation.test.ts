import { beforeAll, expect, test } from 'vitest';
import { loadSdk } from '../../src/aws/clients.ts';
import { allForbidden, forbidding } from './forbidden.ts';
import { runSeed } from './one-seed.ts';

beforeAll(loadSdk);

/** As many seeds as fit: a failure says which, and `npm run simulate -- --seed N` plays it again. */
const budgetMs = 80_000;
const leastSeeds = 100;

test('two runs of a seed are alike to the last byte, whatever ran between them, without real time or chance', async () => {
  const seeds = ['11', '12', '13', '14', '15', '16'];
  const hashes = new Map<string, string>();
  for (const seed of seeds) hashes.set(seed, (await forbidding(allForbidden, () => runSeed(seed))).hash);
  for (const seed of seeds.toReversed()) expect((await runSeed(seed)).hash, `seed ${seed}`).toBe(hashes.get(seed));
  expect(new Set(hashes.values()).size).toBe(seeds.length);
});

test('no scenario breaks an invariant, and every deployment ends', async () => {
  const started = performance.now();
  const outcomes = new Map<string, number>();
  let seed = 1;
  for (; seed <= leastSeeds || performance.now() - started < budgetMs; seed++) {
    const run = await runSeed(String(seed));
    expect(run.violations, `npm run simulate -- --seed ${seed}`).toEqual([]);
    for (const outcome of run.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const took = (performance.now() - started) / 1000;
  console.log(
    `${seed - 1} seeds in ${took.toFixed(0)} s: ${[...outcomes].map(([name, count]) => `${name} ${count}`).join(', ')}`,
  );
  expect([...outcomes.keys()].sort()).toEqual(['failed', 'halted', 'rolled-back', 'succeeded']);
});

import process from 'node:process';
import { parseArgs } from 'node:util';
import { startCoverage } from '../tests/simulation/coverage.ts';
import { faults } from '../tests/simulation/faults.ts';

// The SDK would print six lines about Node 20 at its first client.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const usage = `npm run simulate -- [--seeds N] [--seed S] [--trace]

Plays N scenarios against the real engine, SDK clients and control plane in virtual time, beginning with seed S, and
checks the invariants at every effect. Fails on a violation, and for N of 100 and more also where a kind of fault struck
fewer than 100 times, an outcome ended fewer than 2 % of the runs, or a branch of the engine's decisions never ran.
--trace prints every request, effect and answer.`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const outcomes = ['succeeded', 'rolled-back', 'failed', 'halted'] as const;
const leastStrikes = 100;
const leastShare = 0.02;

async function simulate(first: number, count: number): Promise<boolean> {
  const coverage = await startCoverage(/\/src\/deployment\/decide[^/]*\.ts/);
  // Loaded only now: V8 counts what is compiled after coverage has begun.
  const { loadSdk } = await import('../src/aws/clients.ts');
  const { runSeed } = await import('../tests/simulation/one-seed.ts');
  await loadSdk();
  const started = performance.now();
  const struck = new Map(faults.map((fault) => [fault, 0]));
  const ended = new Map(outcomes.map((outcome) => [outcome, 0]));
  const sum = { runs: 0, deployments: 0, calls: 0, requests: 0, virtualSeconds: 0, violations: 0, failed: 0 };
  for (let seed = first; seed < first + count; seed++) {
    try {
      const run = await runSeed(String(seed), values.trace ? { listen: (line) => console.log(line) } : {});
      sum.runs += 1;
      sum.deployments += run.outcomes.length;
      sum.calls += run.calls;
      sum.requests += run.clientRequests;
      sum.virtualSeconds += run.virtualSeconds;
      sum.violations += run.violations.length;
      for (const [fault, times] of run.struck) struck.set(fault, (struck.get(fault) ?? 0) + times);
      for (const outcome of new Set(run.outcomes)) ended.set(outcome, (ended.get(outcome) ?? 0) + 1);
      for (const { invariant, what, at } of run.violations.slice(0, 5))
        console.error(`seed ${seed}, ${at.toFixed(1)} s: invariant ${invariant} is broken: ${what}`);
      if (run.violations.length === 0) continue;
    } catch (error) {
      console.error(error);
    }
    sum.failed += 1;
    console.error(`again: npm run simulate -- --seed ${seed}`);
  }
  const seconds = (performance.now() - started) / 1000;
  const uncovered = await coverage.stop();

  const table = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([name, times]) => `${name} ${times}`).join(', ');
  console.log(
    `${sum.runs} runs of ${sum.deployments} deployments in ${seconds.toFixed(1)} s: ${(sum.runs / seconds).toFixed(2)} seeds/s`,
  );
  console.log(`${sum.violations} violations in ${sum.failed} seeds`);
  console.log(`runs with each outcome: ${table(ended)}`);
  console.log(`faults: ${table(struck)}`);
  console.log(
    `${Math.round(sum.calls / Math.max(1, sum.deployments))} calls per deployment, ${sum.requests} client requests, ${(sum.virtualSeconds / 3600).toFixed(1)} virtual hours`,
  );
  console.log(
    uncovered.length === 0 ? 'every branch of the decisions ran' : 'branches of the decisions that did not run:',
  );
  for (const { file, after, text } of uncovered)
    console.log(`  ${file}: ${after.replace(/\s+/g, ' ')} >>> ${text.replace(/\s+/g, ' ').slice(0, 120)}`);
  if (count < 100) return sum.failed === 0;

  const rare = [...struck].filter(([, times]) => times < leastStrikes).map(([fault]) => fault);
  const missing = [...ended].filter(([, times]) => times < leastShare * sum.runs).map(([outcome]) => outcome);
  if (rare.length > 0) console.error(`struck fewer than ${leastStrikes} times: ${rare.join(', ')}`);
  if (missing.length > 0) console.error(`ended fewer than ${100 * leastShare} % of the runs: ${missing.join(', ')}`);
  return sum.failed === 0 && rare.length === 0 && missing.length === 0 && uncovered.length === 0;
}

if (values.help) console.log(usage);
else {
  const first = Number(values.seed);
  const good = await simulate(first, Number(values.seeds ?? 1));
  process.exitCode = good ? 0 : 1;
}

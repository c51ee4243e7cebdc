import { parseArgs } from 'node:util';
import { loadSdk } from '../src/aws/clients.ts';
import { exercise } from '../tests/simulation/exercise.ts';
import { evenly } from '../tests/simulation/faults.ts';

const usage = `npm run simulate -- [--seed S] [--seeds N] [--faults 0.08] [--signed] [--trace]

Runs the simulation of one seed, or of N seeds beginning with S, and prints each one's hash.
--trace prints every request, effect and answer of the run.`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    faults: { type: 'string', default: '0.08' },
    signed: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(usage);
} else {
  await loadSdk();
  const started = performance.now();
  let calls = 0;
  for (const seed of seedsFrom(values.seed, Number(values.seeds))) {
    try {
      const run = await exercise(seed, {
        stack: values.signed ? 'signed' : 'trimmed',
        rates: evenly(Number(values.faults)),
        ...(values.trace && { listen: (line: string) => console.log(line) }),
      });
      calls += run.sent;
      console.log(
        `seed ${seed}: ${run.hash}, ${run.sent} calls, ${run.struck} faults, ${run.virtualSeconds.toFixed(1)} s`,
      );
    } catch (error) {
      console.error(error);
      console.error(
        `again: npm run simulate -- --seed ${seed}${values.signed ? ' --signed' : ''} --faults ${values.faults}`,
      );
      process.exitCode = 1;
      break;
    }
  }
  const tookMs = performance.now() - started;
  console.log(`${calls} calls in ${(tookMs / 1000).toFixed(1)} s: ${Math.round((tookMs / calls) * 1000)} µs each`);
}

/** A seed that is a number counts upwards. */
function seedsFrom(first: string, count: number): readonly string[] {
  const start = Number(first);
  return Array.from({ length: count }, (_, i) =>
    Number.isInteger(start) ? String(start + i) : i ? `${first}/${i}` : first,
  );
}

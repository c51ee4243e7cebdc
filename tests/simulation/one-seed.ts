import { createRandom } from '../../src/base/index.ts';
import { type Run, type RunOptions, runScenario } from './run-scenario.ts';
import { generate, type Leaning } from './scenario.ts';

/** The scenario and the run of one seed. */
export const runSeed = (seed: string, options: RunOptions = {}, leaning: Leaning = 'any'): Promise<Run> =>
  runScenario(seed, generate(createRandom(`scenario/${seed}`), leaning), options);

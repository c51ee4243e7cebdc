import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const shared = { isolate: false, env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } } as const;

/** Tests of the demo that send real requests on a real clock. */
const realTime = ['examples/demo/load.test.ts'];

/** They take longest, though their files are not the largest, by which Vitest orders what it has not run before. */
const longest = ['terraform/platform-production.test.ts', 'terraform/modules.test.ts', 'terraform/services.test.ts'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => longest.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** One project per suite, so that each can be run, timed and budgeted alone (see CONTRIBUTING.md). */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['src/**/*.test.ts', 'tests/*.test.ts', 'examples/demo/*.test.ts'],
          exclude: realTime,
          pool: 'threads',
        },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['tests/integration/**/*.test.ts', ...realTime],
          exclude: ['tests/integration/engine/**'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'engine',
          include: ['tests/integration/engine/**/*.test.ts'],
          pool: 'forks',
          // They wait for tasks, leases and holds, so that several run at once; with more, two cores are too few.
          maxConcurrency: 5,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'simulation',
          include: ['tests/simulation/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'cli',
          include: ['tests/cli/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'field',
          include: ['tests/field/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'terraform',
          include: ['tests/terraform/**/*.test.ts'],
          pool: 'forks',
          // They wait for the provider, which has waits of its own.
          maxWorkers: 5,
          testTimeout: 600_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'package',
          include: ['tests/package/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

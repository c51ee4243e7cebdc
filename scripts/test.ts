import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Runs every suite, or those named as arguments, and prints what each took, what was skipped and why, and as the last
 * line the sum. Fails on a failed test, on a suite without tests, and on one that takes more than twice its budget.
 * The budgets are explained in CONTRIBUTING.md.
 */

interface Suite {
  readonly name: string;
  readonly budgetSeconds: number;
  /** What it runs, one after the other, in a folder of the clone. */
  readonly commands: readonly Command[];
}

interface Command {
  readonly args: readonly string[];
  readonly folder?: string;
  /** How its tests are counted. A plain command is one test, passed when it ends with 0. */
  readonly counts: 'itself' | 'vitest' | 'tap' | 'cases';
}

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

interface Ended {
  readonly suite: Suite;
  readonly seconds: number;
  readonly tally: Tally;
  readonly problems: readonly string[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const records = mkdtempSync(join(tmpdir(), 'teal-test-'));

const tool = (name: string, ...args: readonly string[]): Command => ({ args: [bin(name), ...args], counts: 'itself' });
const project = (name: string, budgetSeconds: number): Suite => ({
  name,
  budgetSeconds,
  commands: [{ args: [bin('vitest'), 'run', '--project', name], counts: 'vitest' }],
});

const build: Suite = { name: 'build', budgetSeconds: 20, commands: [tool('tsx', 'scripts/build.ts')] };

/** By itself: a judge that waits for an answer takes a busy machine for a fault. */
const alone: readonly Suite[] = [
  {
    name: 'conformance',
    budgetSeconds: 360,
    commands: [{ args: [bin('tsx'), 'scripts/conformance.ts', '--check'], counts: 'cases' }],
  },
];

type Lanes = readonly (readonly Suite[])[];

/** Side by side: Terraform's worlds bear a busy machine, and beside them runs what computes or plays in virtual time. */
const computing: Lanes = [
  [project('terraform', 900)],
  [
    {
      name: 'types',
      budgetSeconds: 60,
      commands: [
        tool('tsc', '--pretty', 'false'),
        { ...tool('tsc', '--pretty', 'false'), folder: 'examples/items-api' },
      ],
    },
    { name: 'lint', budgetSeconds: 60, commands: [tool('biome', 'check', '.')] },
    { name: 'dead-code', budgetSeconds: 60, commands: [tool('knip')] },
    project('unit', 120),
    project('simulation', 600),
  ],
];

/** Side by side, and after that: what measures real time, or waits as the AWS CLI does. */
const waiting: Lanes = [
  [
    {
      name: 'engine',
      budgetSeconds: 600,
      commands: [{ args: [bin('vitest'), 'run', '--project', 'engine', '--maxWorkers=2'], counts: 'vitest' }],
    },
    project('package', 120),
    {
      name: 'sample',
      budgetSeconds: 60,
      commands: [
        {
          args: [
            process.execPath,
            ...['--import', 'tsx', '--test', '--test-concurrency=1', '--test-reporter=tap', 'test/items-api.test.ts'],
          ],
          folder: 'examples/items-api',
          counts: 'tap',
        },
      ],
    },
  ],
  [project('integration', 400), project('cli', 240), project('field', 600)],
];

/** Why a test that says nothing itself was skipped, by what its name or file speaks of. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /container (driver|of an engine)|containers of an engine/i,
    'no container engine runs containers here (a line of the suite says why; apt-get install podman runc)',
  ],
  [/terraform/i, 'terraform, a folder with its AWS provider (TF_PLUGIN_DIR) or moto_server is not there'],
  [/moto/i, 'moto_server is not on the PATH (pip install "moto[server]")'],
  [/boto3/i, 'python3 has no boto3 (pip install boto3)'],
  [/AWS CLI/i, 'aws is not on the PATH (pip install awscli)'],
  [/python/i, 'python3 is not on the PATH'],
  [/terminal/i, 'tmux is not on the PATH'],
  [/postgres|database/i, 'PostgreSQL has no binaries for this machine'],
];

const environment = {
  ...process.env,
  // What .ci/run installed for these tests comes first.
  PATH: [join(root, '.venv', 'bin'), process.env.PATH ?? ''].filter(existsOrList).join(delimiter),
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
};

const living = new Set<number>();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    for (const group of living) signalGroup(group, 'SIGTERM');
    rmSync(records, { recursive: true, force: true });
    process.exit(130);
  });
}
process.exitCode = await main(process.argv.slice(2));
rmSync(records, { recursive: true, force: true });

async function main(names: readonly string[]): Promise<number> {
  const all = [build, ...alone, ...computing.flat(), ...waiting.flat()];
  const unknown = names.filter((name) => !all.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(`No suite "${unknown.join('", "')}". There are: ${all.map((suite) => suite.name).join(', ')}.`);
    return 2;
  }
  // Without the bundle some suites have nothing to test, or an old one.
  const wanted = (suite: Suite) => names.length === 0 || suite === build || names.includes(suite.name);
  const started = performance.now();
  const ended: Ended[] = [];
  const runInOrder = async (suites: readonly Suite[]) => {
    for (const suite of suites.filter(wanted)) ended.push(await run(suite));
  };
  await runInOrder([build]);
  if (ended.every(({ problems }) => problems.length === 0)) {
    await runInOrder(alone);
    for (const lanes of [computing, waiting]) await Promise.all(lanes.map(runInOrder));
  }

  const skipped = ended.flatMap(({ suite, tally }) => tally.skipped.map((test) => `  ${suite.name}: ${test}`));
  console.log(skipped.length === 0 ? '\nNo test was skipped.' : `\nSkipped:\n${skipped.join('\n')}`);
  const problems = ended.flatMap(({ suite, problems }) => problems.map((problem) => `  ${suite.name}: ${problem}`));
  if (problems.length > 0) console.log(`\nWhat failed:\n${problems.join('\n')}`);
  console.log(`\n${ended.length} suites in ${seconds(performance.now() - started)}.`);
  const passed = sum(ended.map(({ tally }) => tally.passed));
  const failed = sum(ended.map(({ tally }) => tally.failed));
  console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
  return failed > 0 || problems.length > 0 || passed === 0 ? 1 : 0;
}

async function run(suite: Suite): Promise<Ended> {
  const started = performance.now();
  const limitMs = 2_000 * suite.budgetSeconds;
  const tallies: Tally[] = [];
  const problems: string[] = [];
  for (const [index, command] of suite.commands.entries()) {
    const record = join(records, `${suite.name}-${index}.json`);
    const leftMs = limitMs - (performance.now() - started);
    const { code, output } = await execute(command, record, leftMs);
    const tally = tallyOf(command, code, output, record);
    tallies.push(tally);
    if (code === 'late') problems.push(`took more than ${2 * suite.budgetSeconds} s, twice its budget, and was ended`);
    else if (tally.failed > 0) problems.push(`${tally.failed} failed, see above`);
    if (code !== 0) console.log(`\n--- ${suite.name}: ${command.args.slice(1).join(' ')}\n${output.trim()}\n---`);
  }
  const tally: Tally = {
    passed: sum(tallies.map(({ passed }) => passed)),
    failed: sum(tallies.map(({ failed }) => failed)),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
  if (tally.passed + tally.failed === 0) problems.push('ran no test');
  const took = performance.now() - started;
  const over = took > 1_000 * suite.budgetSeconds ? ', over' : '';
  const word = problems.length > 0 ? 'FAILED' : 'ok';
  const counts = `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped.length} skipped`;
  console.log(
    `${suite.name.padEnd(12)} ${word.padEnd(7)} ${counts.padEnd(36)} ${seconds(took)} of ${suite.budgetSeconds} s${over}`,
  );
  return { suite, seconds: took / 1_000, tally, problems };
}

/** In a process group of its own, so that nothing of it outlives a suite that hangs. */
function execute(
  command: Command,
  record: string,
  limitMs: number,
): Promise<{ readonly code: number | 'late'; readonly output: string }> {
  const recording =
    command.counts === 'vitest' ? ['--reporter=default', '--reporter=json', `--outputFile=${record}`] : [];
  const [program = '', ...args] = [...command.args, ...recording];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: join(root, command.folder ?? ''),
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    let late = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    const { pid } = child;
    if (pid === undefined) return;
    living.add(pid);
    const limit = setTimeout(() => {
      late = true;
      signalGroup(pid, 'SIGKILL');
    }, limitMs);
    child.once('exit', (code) => {
      clearTimeout(limit);
      living.delete(pid);
      signalGroup(pid, 'SIGTERM');
      // Whatever a child of it keeps open is not waited for.
      setImmediate(() => resolve({ code: late ? 'late' : (code ?? 1), output }));
    });
  });
}

function tallyOf({ counts }: Command, code: number | 'late', output: string, record: string): Tally {
  const counted =
    counts === 'itself'
      ? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] }
      : counts === 'tap'
        ? tallyOfTap(output)
        : counts === 'cases'
          ? tallyOfCases(output)
          : tallyOfVitest(record);
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

/** Of node:test's TAP: its last lines count, and a skipped test tells why. */
function tallyOfTap(output: string): Tally {
  const count = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const skipped = [...output.matchAll(/^\s*ok \d+ - (.*) # SKIP ?(.*)$/gm)].map(
    ([, name = '', why = '']) => `${name}: ${why || reasonFor(name)}`,
  );
  return { passed: count('pass'), failed: count('fail') + count('cancelled'), skipped };
}

/** Of the conformance suite: one line sums it up, or tells why it was skipped. */
function tallyOfCases(output: string): Tally {
  const [, passed = 0, failed = 0] = /^(\d+) cases passed, (\d+) failed/m.exec(output) ?? [];
  const skipped = [...output.matchAll(/^skipped: (.*)$/gm)].map(([, why = '']) => `all cases: ${why}`);
  return { passed: Number(passed), failed: Number(failed), skipped };
}

interface VitestRecord {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function tallyOfVitest(record: string): Tally {
  if (!existsSync(record)) return { passed: 0, failed: 0, skipped: [] };
  const told: VitestRecord = JSON.parse(readFileSync(record, 'utf8'));
  const broken = told.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const skipped = told.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => `${fullName}: ${reasonFor(`${name} ${fullName}`)}`),
  );
  return { passed: told.numPassedTests, failed: told.numFailedTests + broken.length, skipped };
}

function reasonFor(text: string): string {
  return reasons.find(([about]) => about.test(text))?.[1] ?? `not for ${process.platform}`;
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It is gone already.
  }
}

function bin(name: string): string {
  return join(root, 'node_modules', '.bin', name);
}

function existsOrList(path: string): boolean {
  return path.includes(delimiter) || existsSync(path);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeShop, setShop, writeVersion } from './shop.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
/** Of the deployments of v1, v2 and v3: green, blue, and green again. */
const ids: string[] = [];

beforeAll(async () => {
  bench = await openWorkbench();
  await makeShop(bench);
  setShop(bench, { steps: [{ weight: 100 }], bake: '0s' }, { keepWarm: '0s' });
  for (const version of ['v1', 'v2', 'v3']) {
    writeVersion(bench, version, lastWords);
    const { stdout, stderr } = await bench.teal('deploy', '--json');
    const { deployment, outcome } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(outcome, stderr).toEqual({ name: 'succeeded' });
    ids.push(deployment);
  }
  // What v2 had is scaled down once no request can reach it any more.
  await vi.waitFor(
    async () => {
      await bench.teal('sweep');
      expect((await words()).filter((line) => line === 'goodbye from v2')).toHaveLength(2);
    },
    { timeout: 60_000 },
  );
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Says when it starts and when it ends. */
const lastWords = `
console.log('hello from ' + version + ' in ' + process.env.TEAL_COLOR);
process.once('SIGTERM', () => console.log('goodbye from ' + version));
`;

/** What is printed of each task: its words, however the tasks came in between each other. */
async function words(...options: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await bench.teal('logs', ...options);
  expect(code, stderr).toBe(0);
  return stdout
    .split('\n')
    .flatMap((line) => /(hello|goodbye) from .*/.exec(line)?.[0] ?? [])
    .sort();
}

const twice = (...lines: readonly string[]): readonly string[] => lines.flatMap((line) => [line, line]);

test('the lines of every task are found over three cycles, those of stopped tasks too', async () => {
  expect(await words()).toEqual(
    twice(
      'goodbye from v1',
      'goodbye from v2',
      'hello from v1 in green',
      'hello from v2 in blue',
      'hello from v3 in green',
    ),
  );
});

test('--color, in both spellings, finds the lines of all tasks that a colour ever had, and of no other', async () => {
  const green = twice('goodbye from v1', 'hello from v1 in green', 'hello from v3 in green');
  expect(await words('--color', 'green')).toEqual(green);
  expect(await words('--colour', 'green')).toEqual(green);
  expect(await words('--color', 'blue')).toEqual(twice('goodbye from v2', 'hello from v2 in blue'));
});

test('--deployment finds the lines of the tasks that it started, long after they were replaced', async () => {
  const [first = '', second = '', third = ''] = ids;
  expect(await words('--deployment', first)).toEqual(twice('goodbye from v1', 'hello from v1 in green'));
  expect(await words('--deployment', second, '--color', 'blue')).toEqual(
    twice('goodbye from v2', 'hello from v2 in blue'),
  );
  expect(await words('--deployment', third.toLowerCase().slice(0, 22))).toEqual(twice('hello from v3 in green'));
});

test('a deployment that is not there, and a colour that it did not fill, are told', async () => {
  const unknown = await bench.teal('logs', '--deployment', '01ZZ');
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    'shop has no deployment "01ZZ". All of them: teal history shop\n',
  ]);
  const [first = ''] = ids;
  const elsewhere = await bench.teal('logs', '--deployment', first, '--color', 'blue');
  expect([elsewhere.code, elsewhere.stderr]).toEqual([
    2,
    `Deployment ${first} started its tasks in green, none in blue.\n`,
  ]);
});

test('a rollback started no tasks: it names the deployment whose tasks it made live again', async () => {
  setShop(bench, { steps: [{ weight: 100 }], bake: '0s' }, { keepWarm: '15m' });
  writeVersion(bench, 'v4');
  expect((await bench.teal('deploy')).code).toBe(0);
  const { stdout } = await bench.teal('rollback', '--json');
  const { deployment } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  const { code, stderr } = await bench.teal('logs', '--deployment', deployment);
  expect([code, stderr]).toEqual([
    2,
    `Deployment ${deployment} started no tasks: those of ${ids[2]} went live again. Their lines: teal logs shop --deployment ${ids[2]}\n`,
  ]);
});

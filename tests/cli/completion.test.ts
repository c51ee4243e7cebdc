import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has } from '../integration/local-runtime.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const run = promisify(execFile);

let bench: Workbench;
/** The project's folder first: its `teal` is the bundle. */
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  bench = await openWorkbench();
  await bench.teal('init', 'shop');
  bench.write('services/cart.json', bench.read('services/shop.json'));
  bench.write('environments/staging.json', '{}');
  symlinkSync(bench.program, join(bench.folder, 'teal'));
  environment = { ...bench.environment, PATH: `${bench.folder}:${bench.environment.PATH}` };
});
afterAll(() => bench[Symbol.asyncDispose]());

async function printed(shell: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run(shell, args, { cwd: bench.folder, env: environment });
  return stdout.trim() === '' ? [] : stdout.trim().split('\n');
}

async function words(...begun: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await bench.teal('words', '--', ...begun);
  return stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
}

describe('what can follow', () => {
  test('is a command, by its beginning, and the command of a command', async () => {
    expect(await words('s')).toEqual(['status', 'switch', 'sweep', 'sync', 'secret']);
    expect(await words('local', 'st')).toEqual(['start', 'status', 'stop']);
  });

  test('is a service or an environment of this project', async () => {
    expect(await words('deploy', '')).toEqual(expect.arrayContaining(['cart', 'shop']));
    expect(await words('deploy', '--json', 's')).toEqual(['shop']);
    expect(await words('deploy', '-e', '')).toEqual(['local', 'staging']);
  });

  test('is an option of that command, or one of its values', async () => {
    expect(await words('logs', 'shop', '--c')).toEqual(['--color']);
    expect(await words('logs', '--color', '')).toEqual(['blue', 'green']);
    expect(await words('switch', 'shop', '--to', 'g')).toEqual(['green']);
    expect(await words('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  test('is nothing where nothing is known of it, and what is hidden is not told', async () => {
    expect(await words('demo', '--report', '')).toEqual([]);
    expect(await words('deploy', 'shop', '')).toEqual([]);
    expect(await words('w')).toEqual([]);
  });
});

test('bash completes commands, services and options by the script', async () => {
  const ask = `source <(teal completion bash)
    COMP_WORDS=(teal deploy s); COMP_CWORD=2; _teal; echo "\${COMPREPLY[@]}"
    COMP_WORDS=(teal stat); COMP_CWORD=1; _teal; echo "\${COMPREPLY[@]}"
    COMP_WORDS=(teal logs --color b); COMP_CWORD=3; _teal; echo "\${COMPREPLY[@]}"
    complete -p teal`;
  expect(await printed('bash', '-c', ask)).toEqual(['shop', 'status', 'blue', 'complete -o default -F _teal teal']);
});

test.skipIf(!has('fish', '--version'))('fish completes with what each word is (fish)', async () => {
  const ask = (line: string) =>
    printed('fish', '--no-config', '-c', `teal completion fish | source; complete -C '${line}'`);
  expect(await ask('teal stat')).toEqual(['status\twhat is live where; what needs a person first']);
  expect(await ask('teal deploy s')).toEqual(['shop']);
  expect(await ask('teal logs --color ')).toEqual(['blue', 'green']);
});

test.skipIf(!has('zsh', '--version'))('zsh completes with what each word is (zsh)', async () => {
  const ask = `autoload -Uz compinit && compinit -u -D; source <(teal completion zsh)
    _describe() { print -l -- \${(P)2} }
    words=(teal stat) CURRENT=2; _teal
    words=(teal deploy s) CURRENT=3; _teal
    print -- $_comps[teal]`;
  expect(await printed('zsh', '-f', '-c', ask)).toEqual([
    'status:what is live where; what needs a person first',
    'shop',
    '_teal',
  ]);
});

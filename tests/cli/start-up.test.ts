import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const timed = (args: readonly string[]): number => {
  const started = performance.now();
  spawnSync(process.execPath, args, { stdio: 'ignore' });
  return performance.now() - started;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

test('--version answers within 1.5 times what Node itself needs to start', () => {
  expect(execFileSync(process.execPath, [bench.program, '--version'], { encoding: 'utf8' })).toBe(
    `${manifest.version}\n`,
  );
  // Side by side, so that whatever else runs slows both.
  const pairs = Array.from({ length: 25 }, () => [timed(['-e', '0']), timed([bench.program, '--version'])] as const);
  const ratio = median(pairs.map(([, teal]) => teal)) / median(pairs.map(([node]) => node));
  expect(ratio).toBeLessThan(1.5);
});

test('validate loads no SDK client', async () => {
  await bench.teal('init', 'shop');
  const probe = join(bench.folder, '..', 'probe.cjs');
  mkdirSync(join(bench.folder, '..', 'out'), { recursive: true });
  // Every SDK client loads the SDK's own handler, and that alone loads http2.
  writeFileSync(
    probe,
    `const Module = require('node:module'); const load = Module._load; const seen = new Set();
     Module._load = function (name, ...rest) { seen.add(name); return load.call(this, name, ...rest); };
     process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(join(bench.folder, '..', 'out', 'loaded'))}, [...seen].join('\\n')));`,
  );
  const ran = spawnSync(process.execPath, ['--require', probe, bench.program, 'validate'], {
    cwd: bench.folder,
    env: bench.environment,
    encoding: 'utf8',
  });
  expect(ran.status).toBe(0);
  const loaded = bench.read('../out/loaded').split('\n');
  expect(loaded.filter((name) => /^(node:)?http2$/.test(name))).toEqual([]);
});

describe('what V8 compiled of the commands', () => {
  const help = (cache: string) => {
    const environment = { ...bench.environment, XDG_CACHE_HOME: cache };
    const ran = spawnSync(process.execPath, [bench.program, 'validate', '--help'], {
      env: environment,
      encoding: 'utf8',
    });
    return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr };
  };
  const keptIn = (cache: string): string[] =>
    readdirSync(cache, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  test('is kept for the next time, of this bundle alone, and written anew where it is damaged', () => {
    const cache = join(bench.folder, '..', 'cache');
    mkdirSync(join(cache, 'teal', 'compiled', 'of-an-older-one'), { recursive: true });
    const first = help(cache);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    const [file = '', ...others] = keptIn(cache);
    expect(others).toEqual([]);
    expect(readdirSync(join(cache, 'teal', 'compiled'))).not.toContain('of-an-older-one');
    expect(file).toMatch(/\/validate$/);
    const { mtimeMs, size } = statSync(file);
    expect(help(cache)).toEqual(first);
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
    writeFileSync(file, 'damaged');
    expect(help(cache)).toEqual(first);
    expect(statSync(file).size).toBeGreaterThan(size / 2);
  });

  test('is done without where it can not be kept', () => {
    const noFolder = join(bench.folder, '..', 'no-folder');
    writeFileSync(noFolder, '');
    expect(help(noFolder)).toMatchObject({ status: 0, stderr: '' });
  });
});

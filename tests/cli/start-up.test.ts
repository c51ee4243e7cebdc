import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

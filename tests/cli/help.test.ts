import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordSession } from './golden.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const commands = [
  ...['init', 'validate', 'plan', 'deploy', 'status', 'rollback', 'abort', 'resume', 'pause', 'promote', 'switch'],
  ...[
    'sweep',
    'sync',
    'up',
    'down',
    'retire',
    'drift',
    'secret',
    'history',
    'logs',
    'image',
    'local',
    'demo',
    'completion',
  ],
];

test('--help fits a screen: one line per command, none over 80 columns', async () => {
  const { stdout, code } = await bench.teal('--help');
  const lines = stdout.trimEnd().split('\n');
  expect(code).toBe(0);
  expect(lines.length).toBeLessThan(50);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  for (const command of commands) expect(lines.filter((line) => line.startsWith(`  ${command} `))).toHaveLength(1);
});

test('every command explains itself within 80 columns, with an example', async () => {
  const session = recordSession(bench);
  await session.run('--help');
  for (const command of commands) {
    const { stdout } = await session.run(command, '--help');
    expect(stdout).toMatch(/Examples?:\n {2}/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }
  await session.compare('help');
});

test('a mistyped command or option is answered with the one that was meant, exit code 2', async () => {
  const session = recordSession(bench);
  expect((await session.run('depoly', 'api')).code).toBe(2);
  expect((await session.run('status', '--wach')).code).toBe(2);
  expect((await session.run('deploy', '--bake', 'long')).code).toBe(2);
  expect((await session.run('switch')).code).toBe(2);
  await session.compare('typos');
});

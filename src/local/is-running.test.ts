import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRunning } from './is-running.ts';

test('a process runs until it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  expect(isRunning(child.pid ?? 0)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(child.pid ?? 0)).toBe(false);
  expect(isRunning(0)).toBe(false);
});

test.skipIf(!existsSync('/proc/self/stat'))('one that ended and that nobody asked for does not run', async () => {
  // The shell becomes a program that never waits for the child that the shell had.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [line] = await once(parent.stdout.setEncoding('utf8'), 'data');
    const pid = Number(line);
    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
    expect(() => process.kill(pid, 0), 'its number is still taken').not.toThrow();
  } finally {
    parent.kill('SIGKILL');
  }
});

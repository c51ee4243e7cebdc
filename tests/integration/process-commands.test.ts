import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ms, systemClock } from '../../src/base/index.ts';
import { isRunning } from '../../src/local/is-running.ts';
import { processCommands } from '../../src/operations/index.ts';
import { eventually } from './engine/kit/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'teal-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

const commands = processCommands(folder, { PATH: process.env.PATH }, systemClock);
const run = (script: string, { timeoutMs = 20_000, signal = new AbortController().signal } = {}) =>
  commands.run(
    { command: ['sh', '-c', script], environment: { TEAL_COLOR: 'green' }, timeoutMs: ms(timeoutMs) },
    signal,
  );

/** A process that a command started in its group, and told of in a file. */
const startsAnother = (name: string): string => `sleep 60 & echo $! > ${name}; wait`;
const pidIn = (name: string): Promise<number> =>
  eventually(() => {
    try {
      return Number.parseInt(readFileSync(join(folder, name), 'utf8'), 10) || undefined;
    } catch {
      return undefined;
    }
  });
const gone = (pid: number): Promise<true> => eventually(() => (isRunning(pid) ? undefined : true));

test('a command runs in the folder, is told where it stands, and what it wrote to either stream is kept', async () => {
  const script = 'pwd; echo "$TEAL_COLOR" >&2; exit 3';
  const ended = await run(script);
  expect(ended).toMatchObject({ kind: 'ended', code: 3 });
  expect(ended.kind === 'ended' && [...ended.output].sort()).toEqual([folder, 'green'].sort());
});

test('of much output the end is kept', async () => {
  const ended = await run('i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i+1)); done');
  expect(ended.kind === 'ended' && ended.output.length).toBe(20);
  expect(ended.kind === 'ended' && ended.output.at(-1)).toBe('line 2999');
});

test('one that takes too long is ended with all that it started', async () => {
  expect(await run(startsAnother('slow'), { timeoutMs: 700 })).toMatchObject({ kind: 'timed-out' });
  await gone(await pidIn('slow'));
});

test('one that is interrupted is ended with all that it started', async () => {
  const stop = new AbortController();
  const running = run(startsAnother('interrupted'), { signal: stop.signal });
  const pid = await pidIn('interrupted');
  stop.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await gone(pid);
});

test('what it leaves behind in its group does not outlive it', async () => {
  expect(await run('sleep 60 & echo $! > left')).toMatchObject({ kind: 'ended', code: 0 });
  await gone(await pidIn('left'));
});

test('one that does not exist is not started', async () => {
  const missing = { command: ['no-such-program'], environment: {}, timeoutMs: ms(1_000) };
  expect(await commands.run(missing, new AbortController().signal)).toMatchObject({
    kind: 'not-started',
    why: expect.stringContaining('ENOENT'),
  });
});

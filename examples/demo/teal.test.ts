import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tealIn } from './teal.ts';

const folder = mkdtempSync(join(tmpdir(), 'demo-teal-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A command line that runs `script`. */
function tealThat(script: string, signal = new AbortController().signal) {
  const program = join(folder, 'teal.cjs');
  writeFileSync(program, script);
  return tealIn({ program, cwd: folder, environment: { PATH: process.env.PATH }, signal });
}

const line = (type: string, body: object) =>
  `console.log(${JSON.stringify(JSON.stringify({ schema: 1, at: '2026-11-21T04:00:00.000Z', type, body }))});`;

test('weight writes are taken from the events of all commands, with the time at which they were sent', async () => {
  const sentAt = '2026-11-21T04:00:00.123Z';
  const teal = tealThat(line('phase', {}) + line('weights', { blue: 90, green: 10, sentAt, tookMs: 3 }));
  expect((await teal.run(['deploy'])).map(({ type }) => type)).toEqual(['phase', 'weights']);
  expect(teal.writes).toEqual([{ sentAt: Date.parse(sentAt), weights: { blue: 90, green: 10 } }]);
});

test('an unexpected exit code is an error that tells what the command said last', async () => {
  const teal = tealThat("console.error('blue was changed by hand'); process.exit(3);");
  await expect(teal.run(['deploy', 'items'])).rejects.toThrow(
    'teal deploy items: expected exit code 0, found 3.\n  blue was changed by hand',
  );
  expect(await teal.run(['deploy', 'items'], [3])).toEqual([]);
});

test('an event can be waited for, and a command killed at it', async () => {
  const driver = tealThat(
    `${line('weights', { blue: 50, green: 50, sentAt: '2026-11-21T04:00:00Z' })} setInterval(() => {}, 9);`,
  ).start([]);
  await driver.event(({ type }) => type === 'weights');
  driver.kill();
  expect((await driver.ended).exitCode).toBeNull();
});

test('waiting for an event that never comes ends with the command', async () => {
  await expect(
    tealThat('process.exit(4)')
      .start(['deploy'])
      .event(() => true),
  ).rejects.toThrow('ended too early, found 4');
});

test('an interrupt kills what runs and lets nothing more be started', async () => {
  const interrupt = new AbortController();
  const teal = tealThat('setInterval(() => {}, 9)', interrupt.signal);
  const running = teal.run(['deploy']);
  interrupt.abort(new Error('SIGINT'));
  await expect(running).rejects.toThrow('found null');
  await expect(teal.run(['status'])).rejects.toThrow('SIGINT');
});

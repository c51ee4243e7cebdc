import { readFile } from 'node:fs/promises';
import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { call } from '../../src/aws/call.ts';
import { loadSdk } from '../../src/aws/clients.ts';
import { ms, seconds } from '../../src/base/index.ts';
import { exercise } from './exercise.ts';
import { allForbidden, type Forbidden, forbidding } from './forbidden.ts';
import { createScheduler } from './scheduler.ts';
import type { Stack } from './sdk.ts';
import { createWorld } from './world.ts';

beforeAll(loadSdk);

describe.each<Stack>(['trimmed', 'signed'])('with the %s stack', (stack) => {
  test('a seed decides all that happens, whatever ran before it', async () => {
    const seeds = ['1', '2', '3', '4', '5', '6'];
    const upwards = new Map<string, string>();
    for (const seed of seeds) upwards.set(seed, (await exercise(seed, { stack })).hash);
    const downwards = new Map<string, string>();
    for (const seed of seeds.toReversed()) downwards.set(seed, (await exercise(seed, { stack })).hash);

    for (const seed of seeds) expect(downwards.get(seed)).toBe(upwards.get(seed));
    expect(new Set(upwards.values()).size).toBe(seeds.length);
  });
});

test('the world goes on while faults strike, and virtual time is not real time', async () => {
  const { sent, struck, virtualSeconds } = await exercise('7');

  expect(sent).toBeGreaterThan(300);
  expect(struck).toBeGreaterThan(10);
  expect(virtualSeconds).toBeGreaterThan(20);
});

describe('real time and real chance', () => {
  test('do not come in anywhere in a run', async () => {
    const { hash } = await forbidding(allForbidden, () => exercise('8'));

    expect(hash).toBe((await exercise('8')).hash);
  });

  test.each<[Forbidden, () => unknown]>([
    ['crypto.randomUUID', () => crypto.randomUUID()],
    ['Date.now', () => Date.now()],
    ['Math.random', () => Math.random()],
    ['setTimeout', () => setTimeout(() => {}, 0)],
  ])('%s throws while it is forbidden, and works again after', async (name, use) => {
    await expect(forbidding([name], async () => use())).rejects.toThrow(`${name} was called in a simulation`);
    expect(() => use()).not.toThrow();
  });

  test('an idempotency token left to the SDK is noticed', async () => {
    const run = () => transact('left-to-the-sdk', undefined);

    expect(await run()).not.toBe(await run());
    await expect(forbidding(['crypto.randomUUID'], run)).rejects.toThrow('ana threw');
    expect(await transact('ours', 'a-token-of-ours')).toBe(await transact('ours', 'a-token-of-ours'));
  });
});

describe('an actor that awaits something outside the virtual clock', () => {
  test('is found out in its first line', async () => {
    const scheduler = createScheduler();
    scheduler.actor('ana').start(async () => {
      await readFile('package.json');
    });

    await expect(scheduler.run({ limit: seconds(1) })).rejects.toThrow(
      'ana awaits something outside the virtual clock',
    );
  });

  test('is found out after a virtual wait', async () => {
    const scheduler = createScheduler();
    const ana = scheduler.actor('ana');
    ana.start(async () => {
      await ana.clock.sleep(ms(10));
      await readFile('package.json');
    });

    await expect(scheduler.run({ limit: seconds(1) })).rejects.toThrow(
      'ana awaits something outside the virtual clock',
    );
  });
});

async function transact(seed: string, token: string | undefined): Promise<string> {
  const world = createWorld({ seed });
  const { actor, clients } = world.process('ana');
  actor.start(async () => {
    const { client } = await clients.dynamodb();
    const result = await call(
      client,
      new TransactWriteItemsCommand({
        ClientRequestToken: token,
        TransactItems: [{ Put: { TableName: 'none', Item: { pk: { S: 'a' } } } }],
      }),
      { clock: actor.clock, deadline: ms(4_500) },
      () => 'written',
    );
    if (!result.ok && result.error.kind === 'unknown') throw new Error(result.error.cause);
  });
  await world.scheduler.run({ limit: seconds(60) });
  return world.trace.hash();
}

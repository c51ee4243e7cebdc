import { expect, test } from 'vitest';
import { ms, seconds } from '../../src/base/index.ts';
import { type Actor, createScheduler } from './scheduler.ts';

test('actors sleep on one time, each with its own wall clock', async () => {
  const scheduler = createScheduler();
  const seen: string[] = [];
  for (const [name, skew, pause] of [
    ['ana', 0, 30],
    ['ben', 5_000, 20],
  ] as const) {
    const actor = scheduler.actor(name, ms(skew));
    const born = scheduler.clock.now();
    actor.start(async () => {
      await actor.clock.sleep(ms(pause));
      seen.push(`${name} ${actor.clock.now() - born} ${actor.clock.monotonic()}`);
    });
  }
  await scheduler.run({ limit: seconds(1) });

  expect(seen).toEqual(['ben 5020 20', 'ana 30 30']);
});

test('what is posted in one instant leaves in the order of actors and keys', async () => {
  const scheduler = createScheduler();
  const left: string[] = [];
  const post = (actor: Actor, key: string) => actor.post(key, () => left.push(`${actor.name} ${key}`));
  for (const [name, keys] of [
    ['cem', ['b', 'a']],
    ['ana', ['2', '1']],
  ] as const) {
    const actor = scheduler.actor(name);
    actor.start(async () => {
      for (const key of keys) post(actor, key);
      await actor.clock.sleep(ms(1));
    });
  }
  await scheduler.run({ limit: seconds(1) });

  expect(left).toEqual(['ana 1', 'ana 2', 'cem a', 'cem b']);
});

test('a crashed actor falls silent: nothing of it runs, no finally and no timer', async () => {
  const scheduler = createScheduler();
  const seen: string[] = [];
  const ana = scheduler.actor('ana');
  ana.start(async () => {
    ana.clock.after(ms(10), () => seen.push('timer'));
    try {
      await ana.clock.sleep(ms(10));
      seen.push('woke');
    } finally {
      seen.push('finally');
    }
  });
  const chaos = scheduler.actor('chaos');
  chaos.start(async () => {
    await chaos.clock.sleep(ms(5));
    ana.crash();
    await chaos.clock.sleep(seconds(1));
  });
  await scheduler.run({ limit: seconds(2) });

  expect(seen).toEqual([]);
  expect(ana.state).toBe('crashed');
});

test.each([
  ['before', ['first']],
  ['after', ['first', 'second']],
] as const)('a crash %s the second wait', async (moment, expected) => {
  const scheduler = createScheduler();
  const sent: string[] = [];
  const ana = scheduler.actor('ana');
  const send = (key: string) =>
    ana.wait<void>(({ resolve }) => {
      ana.post(key, () => {
        sent.push(key);
        scheduler.clock.after(ms(1), () => resolve());
      });
    });
  ana.crashAt(2, moment);
  ana.start(async () => {
    await send('first');
    await send('second');
    await send('third');
  });
  await scheduler.run({ limit: seconds(1) });

  expect(sent).toEqual(expected);
  expect(ana.state).toBe('crashed');
});

test('an abort ends a sleep as an error, at once', async () => {
  const scheduler = createScheduler();
  const ana = scheduler.actor('ana');
  const stopping = new AbortController();
  let ended = -1;
  ana.start(async () => {
    ana.clock.after(ms(5), () => stopping.abort(new Error('stop')));
    await ana.clock.sleep(seconds(10), stopping.signal).catch(() => {
      ended = ana.clock.monotonic();
    });
  });
  await scheduler.run({ limit: seconds(20) });

  expect(ended).toBe(5);
});

test('an exception of an actor ends the simulation and names it', async () => {
  const scheduler = createScheduler();
  scheduler.actor('ana').start(async () => {
    throw new Error('a bug');
  });

  await expect(scheduler.run({ limit: seconds(1) })).rejects.toMatchObject({
    message: 'ana threw',
    cause: new Error('a bug'),
  });
});

test('a run that does not finish in its time tells who is left', async () => {
  const scheduler = createScheduler();
  const ana = scheduler.actor('ana');
  ana.start(async () => {
    for (;;) await ana.clock.sleep(seconds(1));
  });

  await expect(scheduler.run({ limit: seconds(10) })).rejects.toThrow(
    'not finished after 10 s: ana running (11 waits)',
  );
});

import { describe, expect, test } from 'vitest';
import { createVirtualClock, err, ms, seconds } from '../base/index.ts';
import { everyGuard } from './guards.ts';
import type { Lease } from './lease.ts';
import { perform } from './perform.ts';
import type { Fleet, Traffic } from './ports.ts';
import { aPlan, aSite } from './testing/a-plan.ts';
import { aDeployment, weights } from './testing/a-stream.ts';
import { memoryScaling } from './testing/memory-scaling.ts';
import { memoryTraffic } from './testing/memory-traffic.ts';
import { nothingWatched } from './testing/memory-watched.ts';
import { anAnswer, noCommands, scriptedProber } from './testing/scripted-prober.ts';

const { deployment } = aDeployment({ plan: aPlan(), phase: 'shifting' });

const aLease = (): Lease => ({
  epoch: 1,
  takenOver: false,
  lost: new AbortController().signal,
  leftMs: () => ms(15_000),
  requests: () => [],
  refresh: async () => undefined,
  lose: () => undefined,
  release: async () => undefined,
});

/** Writes 10 percent, with some calls of the load balancer answered otherwise. */
async function writing(otherwise: (real: Traffic) => Partial<Traffic>) {
  const clock = createVirtualClock();
  const real = memoryTraffic(clock);
  const world = {
    traffic: { ...real, ...otherwise(real) },
    fleet: {} as Fleet,
    scaling: memoryScaling(clock),
    ...nothingWatched,
    prober: scriptedProber(clock, () => anAnswer('')),
    commands: noCommands,
    clock,
  };
  if (!deployment) throw new Error('a deployment runs');
  let endedAt = -1;
  const never = new AbortController().signal;
  const performed = perform(weights(10), deployment, world, aLease(), clock.monotonic(), never, everyGuard).then(
    (value) => {
      endedAt = clock.monotonic();
      return value;
    },
  );
  await clock.advanceAsync(seconds(60));
  return { performed: await performed, endedAt };
}

describe('a write of weights to several places', () => {
  const second = { kind: 'rule', arn: 'arn:second' } as const;
  const refusal = { kind: 'refused', code: 'AccessDenied', message: 'no' } as const;
  /** What the places show afterwards. */
  const writingTo = async (refusing: 'first' | 'second' | undefined, act = weights(10)) => {
    const clock = createVirtualClock();
    const real = memoryTraffic(clock, { blue: 50, green: 50 });
    const plan = { ...aPlan(), site: aSite({ places: [...aSite().places, second] }) };
    const { deployment } = aDeployment({ plan, phase: 'shifting' });
    if (!deployment) throw new Error('a deployment runs');
    const traffic: Traffic = {
      ...real,
      write: async (site, place, to, signal) =>
        (place === second ? 'second' : 'first') === refusing ? err(refusal) : real.write(site, place, to, signal),
    };
    const world = {
      traffic,
      fleet: {} as Fleet,
      scaling: memoryScaling(clock),
      ...nothingWatched,
      prober: scriptedProber(clock, () => anAnswer('')),
      commands: noCommands,
      clock,
    };
    const never = new AbortController().signal;
    const performing = perform(act, deployment, world, aLease(), clock.monotonic(), never, everyGuard);
    await clock.advanceAsync(seconds(30));
    const reading = real.read(plan.site, never);
    await clock.advanceAsync(seconds(1));
    const shown = await reading;
    return { performed: await performing, shown: shown.ok ? shown.value.production.map(({ green }) => green) : [] };
  };

  test('is done once every one is read back', async () => {
    expect(await writingTo(undefined)).toEqual({ performed: { kind: 'done', result: null }, shown: [10, 10] });
  });

  test('stops at the first that AWS refuses: nothing has changed', async () => {
    expect(await writingTo('first')).toEqual({ performed: { ...refusal, partly: false }, shown: [50, 50] });
  });

  test('that AWS refuses after one was written has happened in part', async () => {
    expect(await writingTo('second')).toEqual({ performed: { ...refusal, partly: true }, shown: [10, 50] });
  });

  test('goes on past a refusal where it takes traffic back: each place that returns helps', async () => {
    expect(await writingTo('first', weights(0))).toEqual({ performed: { ...refusal, partly: true }, shown: [50, 0] });
  });
});

describe('a write of weights', () => {
  test('is done once it is read back', async () => {
    const { performed, endedAt } = await writing(() => ({}));
    expect(performed).toEqual({ kind: 'done', result: null });
    expect(endedAt).toBeLessThan(100);
  });

  test('is done when it happened, whatever was heard of it', async () => {
    const { performed } = await writing((real) => ({
      async write(...given) {
        await real.write(...given);
        return err({ kind: 'unknown', cause: 'no answer within 4.5 s' });
      },
    }));
    expect(performed).toEqual({ kind: 'done', result: null });
  });

  test('that failed is soon free to be sent again: a rollback must not wait', async () => {
    const { performed, endedAt } = await writing(() => ({
      write: async () => err({ kind: 'unknown', cause: 'HTTP 500' }),
    }));
    expect(performed).toEqual({ kind: 'unanswered', cause: 'HTTP 500' });
    expect(endedAt).toBeLessThan(2_000);
  });

  test('that was answered gets the time that a stale read may take', async () => {
    const { performed, endedAt } = await writing((real) => ({
      write: (site, place, _to, signal) => real.write(site, place, { blue: 1, green: 0 }, signal),
    }));
    expect(performed).toEqual({ kind: 'unanswered', cause: 'the write does not show' });
    expect(endedAt).toBeGreaterThan(10_000);
  });

  test('that AWS refused has not happened', async () => {
    const refusal = { kind: 'refused', code: 'AccessDenied', message: 'no' } as const;
    const { performed } = await writing(() => ({ write: async () => err(refusal) }));
    expect(performed).toEqual({ ...refusal, partly: false });
  });

  test('that was throttled is sent again', async () => {
    let tries = 0;
    const { performed } = await writing((real) => ({
      write: async (...given) => (++tries < 3 ? err({ kind: 'throttled', code: 'Throttling' }) : real.write(...given)),
    }));
    expect([performed.kind, tries]).toEqual(['done', 3]);
  });
});

test('a verification ends at once when this process is told to end, and is no verdict', async () => {
  const clock = createVirtualClock();
  const { deployment } = aDeployment({ phase: 'verifying' });
  if (!deployment) throw new Error('a deployment runs');
  const lease = { epoch: 1, lost: new AbortController().signal } as Lease;
  const world = {
    traffic: memoryTraffic(clock),
    fleet: {} as Fleet,
    scaling: memoryScaling(clock),
    ...nothingWatched,
    // Never names another revision than the former's: verification goes on asking for as long as traffic settles.
    prober: scriptedProber(clock, () => anAnswer('{"version":"rev-1"}')),
    commands: noCommands,
    clock,
  };
  const interrupt = new AbortController();
  const performed = perform(
    { do: 'verify' },
    deployment,
    world,
    lease,
    clock.monotonic(),
    interrupt.signal,
    everyGuard,
  );
  await clock.advanceAsync(seconds(2));
  interrupt.abort('rollback');
  expect(await performed).toEqual({ kind: 'unanswered', cause: 'interrupted' });
});

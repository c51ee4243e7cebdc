import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failuresOf } from './kit/load.ts';
import { aServiceInUse, killedAt } from './kit/lost-driver.ts';
import { aStage, type Stage } from './kit/stage.ts';
import { isPhase, isWeights, statusOf, type TealEvent, wordsOf } from './kit/teal-run.ts';

/** A sample of the kill matrix with real processes and sockets under load: virtual time does all of its points. */
let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

type Point = readonly [service: string, point: string, wanted: (event: TealEvent) => boolean];

const registered: Point = ['registering', 'registering', ({ type }) => type === 'registered'];
const scaled: Point = ['scaling', 'scaling', ({ type }) => type === 'scaled'];
const verified: Point = ['verifying', 'verifying', ({ type }) => type === 'verified'];
const writing: Point = ['writing', 'telling of a write to come', isWeights(90, 'writing-weights')];
const written: Point = ['written', 'its last write', isWeights(0)];
const baking: Point = ['baking', 'beginning to bake', isPhase('baking')];

describe.concurrent('a driver killed right after', { timeout: 120_000 }, () => {
  for (const [name, point, wanted] of [registered, verified, writing, written, baking]) {
    test(`${point}: resume finishes, and no request fails`, async () => {
      const clients = await aServiceInUse(stage, `on-${name}`);
      await killedAt(stage, `on-${name}`, wanted);
      await stage.teal(['resume', `on-${name}`]);
      const records = await clients.stop();
      expect(failuresOf(records)).toEqual([]);
      const { weights, deployment } = await statusOf(stage, `on-${name}`);
      expect(weights).toEqual({ blue: 100, green: 0 });
      expect(deployment?.outcome?.name).toBe('succeeded');
    });
  }

  for (const [name, point, wanted] of [registered, scaled, verified, writing, written]) {
    test(`${point}: rollback takes it back, and no request fails`, async () => {
      const clients = await aServiceInUse(stage, `off-${name}`);
      await killedAt(stage, `off-${name}`, wanted);
      const back = await stage.start(['rollback', `off-${name}`]).ended;
      const records = await clients.stop();
      expect([4, 5], wordsOf(back)).toContain(back.exitCode);
      expect(failuresOf(records)).toEqual([]);
      expect((await statusOf(stage, `off-${name}`)).weights).toEqual({ blue: 0, green: 100 });
    });
  }
});

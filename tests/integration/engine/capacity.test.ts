import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failuresOf, someClients } from './kit/load.ts';
import { aStage, type Stage } from './kit/stage.ts';
import { isWeights, statusOf, wordsOf } from './kit/teal-run.ts';

/** Each test has a service of its own. */
let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe.concurrent('capacity', { timeout: 120_000 }, () => {
  test('of live that grows from 4 to 8 tasks during a 10 % canary is followed before the new colour gets 100 %', async () => {
    const host = 'growing.test';
    const deployment = { strategy: { canary: { weight: 10, bake: '12s' } } };
    stage.service('growing', { host, priority: 10, tasks: 4, deployment });
    await stage.teal(['deploy', 'growing']);
    stage.version('growing', { name: 'v2' });
    const clients = someClients(await stage.url(), 30, host);
    await clients.answeredBy('v1', 30);

    const run = stage.start(['deploy', 'growing']);
    await run.event(isWeights(90));
    const before = await statusOf(stage, 'growing');
    const ecs = new ECSClient(stage.client);
    await ecs.send(new UpdateServiceCommand({ cluster: 'local', service: 'growing-green', desiredCount: 8 }));
    ecs.destroy();
    await run.event(isWeights(0, 'writing-weights'));
    const atCutover = await statusOf(stage, 'growing');
    const ended = await run.ended;
    const records = await clients.stop();

    expect(ended.exitCode, wordsOf(ended)).toBe(0);
    expect(before.colors.blue).toMatchObject({ desired: 4, healthy: 4 });
    expect(atCutover.colors).toMatchObject({ blue: { desired: 8, healthy: 8 }, green: { desired: 8, healthy: 8 } });
    expect(failuresOf(records)).toEqual([]);
  });

  test('of the former colour stays where it is to be kept warm always, whoever sweeps', async () => {
    const deployment = { strategy: 'all-at-once', bake: '0s', keepWarm: 'always' };
    stage.service('warm', { host: 'warm.test', priority: 20, tasks: 1, deployment });
    await stage.teal(['deploy', 'warm']);
    stage.version('warm', { name: 'v2' });
    await stage.teal(['deploy', 'warm']);
    const swept = await stage.teal(['sweep']);
    expect(swept.documents).toContainEqual(expect.objectContaining({ service: 'warm', kind: 'due-later' }));
    const { colors } = await statusOf(stage, 'warm');
    expect(colors).toMatchObject({ blue: { desired: 1, healthy: 1 }, green: { desired: 1, healthy: 1 } });
  });
});

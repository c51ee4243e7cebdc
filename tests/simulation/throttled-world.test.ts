import { ListServicesCommand } from '@aws-sdk/client-ecs';
import { beforeAll, expect, test } from 'vitest';
import { call } from '../../src/aws/call.ts';
import { loadSdk } from '../../src/aws/clients.ts';
import { ms, seconds } from '../../src/base/index.ts';
import { createWorld, type WorldOptions } from './world.ts';

beforeAll(loadSdk);

/** How many of 101 calls at the same moment were answered, and whether one a second later was. */
async function answered(throttle: WorldOptions['throttle']): Promise<readonly [number, boolean]> {
  const { scheduler, process } = createWorld({ seed: 'throttled', throttle });
  const { actor, clients } = process('ana');
  let atOnce = 0;
  let later = false;
  actor.start(async () => {
    const { client, sdk } = await clients.ecs();
    const ask = async () => {
      const limit = { clock: actor.clock, deadline: ms(actor.clock.monotonic() + 4_500) };
      const { ok } = await call(client, new ListServicesCommand({ cluster: 'none' }), limit, () => 0);
      return ok;
    };
    await call(
      client,
      new sdk.CreateClusterCommand({ clusterName: 'none' }),
      { clock: actor.clock, deadline: ms(4_500) },
      () => 0,
    );
    atOnce = (await Promise.all(Array.from({ length: 130 }, ask))).filter((ok) => ok).length;
    await actor.clock.sleep(seconds(1));
    later = await ask();
  });
  await scheduler.run({ limit: seconds(60) });
  return [atOnce, later];
}

test('a world throttles calls by AWS’s token buckets where it is asked to, and not otherwise (ECS-API/request-throttling)', async () => {
  const [atOnce, later] = await answered('aws');
  // A burst of 100, and 20 a second while the calls are on their way.
  expect(atOnce).toBeGreaterThanOrEqual(100);
  expect(atOnce).toBeLessThan(130);
  expect(later).toBe(true);
  expect(await answered(undefined)).toEqual([130, true]);
});

import { beforeAll, describe, expect, test } from 'vitest';
import { applicationAutoScaling, loadSdk, scalableDimension, scalableResource } from '../src/aws/index.ts';
import { createVirtualClock, seconds } from '../src/base/index.ts';
import { colors, type ScalingLimits, type Site } from '../src/deployment/index.ts';
import { aSite } from '../src/deployment/testing/a-plan.ts';
import { memoryScaling } from '../src/deployment/testing/memory-scaling.ts';
import { type ProvisionedSite, provisionedSite } from './provisioned-site.ts';

const signal = new AbortController().signal;
const idle: ScalingLimits = { min: 0, max: 6, schedules: 'suspended' };

beforeAll(loadSdk);

async function inMemory(scalable: boolean) {
  const clock = createVirtualClock();
  const soon = async <T>(promise: Promise<T>): Promise<T> => {
    await clock.advanceAsync(seconds(1));
    return promise;
  };
  return { scaling: memoryScaling(clock, scalable ? { blue: idle, green: idle } : {}), site: aSite(), soon };
}

const resource = (site: Site, color: 'blue' | 'green'): string =>
  scalableResource(site.environment.cluster, site.colors[color].service);

async function register({ aws, soon, site }: ProvisionedSite, more: { DynamicScalingInSuspended?: boolean } = {}) {
  const { client, sdk } = await aws.clients.autoscaling();
  for (const color of colors) {
    const command = new sdk.RegisterScalableTargetCommand({
      ...scalableDimension,
      ResourceId: resource(site, color),
      MinCapacity: 0,
      MaxCapacity: 6,
      SuspendedState: { ScheduledScalingSuspended: true, ...more },
    });
    await soon(client.send(command));
  }
}

async function atAutoScaling(scalable: boolean) {
  const place = await provisionedSite();
  if (scalable) await register(place);
  return { scaling: applicationAutoScaling(place.aws), ...place };
}

describe.each([
  ['in memory', inMemory],
  ['at Application Auto Scaling', atAutoScaling],
])('limits %s', (_, make) => {
  test('are read of both colours', async () => {
    const { scaling, site, soon } = await make(true);
    expect(await soon(scaling.read(site, signal))).toEqual({ ok: true, value: { blue: idle, green: idle } });
  });

  test('are written together, of one colour alone', async () => {
    const { scaling, site, soon } = await make(true);
    const wanted: ScalingLimits = { min: 3, max: 9, schedules: 'active' };
    expect(await soon(scaling.write(site, 'green', wanted, signal))).toEqual({ ok: true, value: undefined });
    expect(await soon(scaling.read(site, signal))).toEqual({ ok: true, value: { blue: idle, green: wanted } });
  });

  test('are absent where nothing scales, and then not made', async () => {
    const { scaling, site, soon } = await make(false);
    expect(await soon(scaling.read(site, signal))).toEqual({ ok: true, value: { blue: undefined, green: undefined } });
    expect(await soon(scaling.write(site, 'blue', idle, signal))).toMatchObject({
      ok: false,
      error: { kind: 'refused', code: 'ObjectNotFoundException' },
    });
    expect(await soon(scaling.read(site, signal))).toMatchObject({ value: { blue: undefined } });
  });
});

test('what a person suspended of dynamic scaling stays suspended', async () => {
  const place = await provisionedSite();
  await register(place, { DynamicScalingInSuspended: true });
  const { aws, soon, site } = place;
  await soon(applicationAutoScaling(aws).write(site, 'blue', { min: 0, max: 4, schedules: 'active' }, signal));
  const { client, sdk } = await aws.clients.autoscaling();
  const command = new sdk.DescribeScalableTargetsCommand({
    ...scalableDimension,
    ResourceIds: [resource(site, 'blue')],
  });
  const { ScalableTargets } = await soon(client.send(command));
  expect(ScalableTargets?.[0]).toMatchObject({
    MaxCapacity: 4,
    SuspendedState: { DynamicScalingInSuspended: true, ScheduledScalingSuspended: false },
  });
});

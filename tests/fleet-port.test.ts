import { beforeAll, describe, expect, test } from 'vitest';
import { ecsFleet, loadSdk } from '../src/aws/index.ts';
import { ms, seconds } from '../src/base/index.ts';
import { healthyOf, primaryOf } from '../src/deployment/index.ts';
import { aPlan } from '../src/deployment/testing/a-plan.ts';
import { healthyBehaviour } from '../src/local/tasks/simulated/index.ts';
import { provisionedSite } from './provisioned-site.ts';

const signal = new AbortController().signal;
const container = { name: 'app', port: 8080 };
const { wish } = aPlan();
if (wish.kind !== 'register') throw new Error('a deployment registers');
const { definition } = wish;

beforeAll(loadSdk);

async function aFleet(image = 'web@sha256:2') {
  const place = await provisionedSite((name) =>
    name.startsWith('crashing')
      ? { ...healthyBehaviour, life: { kind: 'exits', after: ms(300), code: 3 } }
      : healthyBehaviour,
  );
  const fleet = ecsFleet(place.aws);
  const { site, soon } = place;
  const wanted = { ...definition, container: { ...definition.container, image, logGroup: site.logGroup } };
  const register = async (deployment: string): Promise<string> => {
    const registered = await soon(fleet.register(site, wanted, deployment, signal));
    if (!registered.ok) throw new Error('the runtime registers');
    return registered.value;
  };
  const read = async () => {
    const reading = await soon(fleet.read(site, 'green', signal));
    if (!reading.ok) throw new Error('the runtime answers');
    return reading.value;
  };
  return { ...place, fleet, register, read };
}

describe('the fleet', () => {
  test('is empty when it was provisioned', async () => {
    const { read } = await aFleet();
    const { blue, green } = await read();
    for (const color of [blue, green])
      expect(color).toMatchObject({ desired: 0, running: 0, tasks: [], targets: [], stopped: [] });
  });

  test('finds what a deployment registered, by its tag, and nothing of another', async () => {
    const { fleet, soon, register } = await aFleet();
    expect(await soon(fleet.findRegistered(definition.family, 'd-2', signal))).toEqual({ ok: true, value: undefined });
    const arn = await register('d-2');
    expect(await soon(fleet.findRegistered(definition.family, 'd-2', signal))).toEqual({ ok: true, value: arn });
    expect(await soon(fleet.findRegistered(definition.family, 'd-3', signal))).toEqual({ ok: true, value: undefined });
  });

  test('changes task definition and count in one call, and the count alone without a new ECS deployment', async () => {
    const { fleet, site, soon, register, read } = await aFleet();
    const taskDefinition = await register('d-2');
    await soon(fleet.update(site, { color: 'green', taskDefinition, desiredCount: 2 }, container, signal));
    const { green } = await read();
    expect(green.desired).toBe(2);
    expect(primaryOf(green)?.taskDefinition).toBe(taskDefinition);
    await soon(fleet.update(site, { color: 'green', taskDefinition: undefined, desiredCount: 1 }, container, signal));
    const { green: smaller } = await read();
    expect(smaller.desired).toBe(1);
    expect(primaryOf(smaller)?.id).toBe(primaryOf(green)?.id);
  });

  test('reads tasks and targets so that healthy capacity is what really serves', async () => {
    const { fleet, site, soon, clock, register, read } = await aFleet();
    const taskDefinition = await register('d-2');
    await soon(fleet.update(site, { color: 'green', taskDefinition, desiredCount: 2 }, container, signal));
    await clock.advanceAsync(seconds(5));
    expect(healthyOf((await read()).green, taskDefinition)).toBe(0);
    await clock.advanceAsync(seconds(240));
    const { green, blue } = await read();
    expect(healthyOf(green, taskDefinition)).toBe(2);
    expect(healthyOf(green, 'another')).toBe(0);
    expect(green.tasks.map((task) => task.startedBy)).toEqual([green.deployments[0]?.id, green.deployments[0]?.id]);
    expect(green.targets.map((target) => target.address).sort()).toEqual(
      green.tasks.map((task) => task.address).sort(),
    );
    expect(blue.tasks).toEqual([]);
  });

  test('tells why tasks stopped, with their exit codes', async () => {
    const { fleet, site, soon, clock, register, read } = await aFleet('crashing@sha256:3');
    const taskDefinition = await register('d-2');
    await soon(fleet.update(site, { color: 'green', taskDefinition, desiredCount: 1 }, container, signal));
    await clock.advanceAsync(seconds(60));
    const { green } = await read();
    expect(green.stopped[0]).toMatchObject({ taskDefinition, container: 'app', exitCode: 3 });
    expect(healthyOf(green, taskDefinition)).toBe(0);
  });

  test('refuses a service that is not there', async () => {
    const { fleet, site, soon } = await aFleet();
    const gone = { ...site, colors: { ...site.colors, green: { ...site.colors.green, service: 'gone' } } };
    expect(await soon(fleet.read(gone, undefined, signal))).toMatchObject({ ok: false, error: { kind: 'refused' } });
  });
});

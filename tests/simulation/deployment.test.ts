import { beforeAll, expect, test } from 'vitest';
import { loadSdk } from '../../src/aws/clients.ts';
import { seconds } from '../../src/base/index.ts';
import type { Context } from '../../src/operations/context.ts';
import { type Intention, release } from '../../src/operations/deploy.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { createContext } from './context.ts';
import { type Installation, install } from './installation.ts';
import { anImage, simulatedService } from './simulated-service.ts';
import { truthOf } from './truth.ts';
import { createWorld, type SimulatedWorld } from './world.ts';

beforeAll(loadSdk);

async function inProcess<T>(
  world: SimulatedWorld,
  made: Installation,
  name: string,
  command: (context: Context) => Promise<T>,
): Promise<T> {
  const process = world.process(name);
  const results: T[] = [];
  process.actor.start(async () => {
    results.push(await command(createContext(world, made, process)));
  });
  await world.scheduler.run({ limit: seconds(3_600) });
  const [result] = results;
  if (result === undefined) throw new Error(`${name} ended without a result`);
  return result;
}

test.each(['aws-like', 'instant'] as const)(
  'deploys, deploys by canary, rolls back and sweeps under %s',
  async (timing) => {
    const world = createWorld({ seed: '1', timing });
    const service = simulatedService({ strategy: { canary: { weight: 10, bake: '30s' } }, keepWarm: '60s' });
    const made = await install(world, service, timing === 'instant' ? 0 : 60);
    const { weights } = truthOf(world, made);
    const outcomeOf = async (name: string, intention: Intention) => {
      const driven = await inProcess(world, made, name, (context) => release(context, service, intention));
      return driven.ok && driven.value.kind === 'outcome' ? driven.value.outcome.name : driven;
    };
    const deploy = (label: string): Intention => ({
      kind: 'deploy',
      image: anImage('good', label),
      bakeSeconds: undefined,
    });

    expect(await outcomeOf('first', deploy('v1'))).toBe('succeeded');
    expect(weights()).toEqual({ blue: 0, green: 100 });
    expect(await outcomeOf('second', deploy('v2'))).toBe('succeeded');
    expect(weights()).toEqual({ blue: 100, green: 0 });
    expect(await outcomeOf('back', { kind: 'rollback', to: undefined })).toBe('succeeded');
    const swept = await inProcess(world, made, 'sweep', (context) => sweep(context, service.name));
    expect(swept).toMatchObject({ ok: true, value: { kind: 'due-later' } });
    expect(weights()).toEqual({ blue: 0, green: 100 });
  },
);

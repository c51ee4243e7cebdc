import { describe, expect, test } from 'vitest';
import { createRandom, createVirtualClock, ms, seconds } from '../base/index.ts';
import { createRuntime } from './runtime.ts';
import type { ServiceDefinition } from './service.ts';
import { memoryStore } from './store/memory-store.ts';
import type { TaskEvent, TaskSpec } from './tasks/task-driver.ts';
import { instant } from './timing.ts';
import type { World } from './world.ts';

const spec: TaskSpec = {
  id: '0'.repeat(32),
  address: '10.0.0.4',
  arn: 'arn:aws:ecs:us-east-1:000000000000:task/main/0',
  clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/main',
  taskRoleArn: undefined,
  family: 'api',
  revision: 1,
  size: { cpuUnits: 256, memoryMiB: 512 },
  containers: [
    {
      name: 'app',
      image: 'api:1',
      entryPoint: undefined,
      command: undefined,
      workingDirectory: undefined,
      environment: {},
      ports: [80],
      waits: false,
    },
  ],
};

interface Probe {
  readonly world: World;
  readonly seen: string[];
}

/** A runtime with one service that starts a task and counts seconds in each world; it ends on the second SIGTERM. */
function aRuntime(store = memoryStore()) {
  const clock = createVirtualClock();
  const signals: string[] = [];
  const closed: string[] = [];
  const worldsTold: number[] = [];
  let tell: (event: TaskEvent) => void = () => {};
  const probe: ServiceDefinition<Probe> = {
    name: 'sts',
    sdk: {},
    create(world) {
      const seen: string[] = [];
      world.store.collection<number>('probe/started').put('at', world.clock.now());
      const tick = () => {
        seen.push('tick');
        world.clock.after(seconds(1), tick);
      };
      world.clock.after(seconds(1), tick);
      world.tasks.start(spec, (event) => seen.push(event.kind));
      return { world, seen };
    },
    close: ({ world }) => closed.push(world.region),
    operations: {},
  };
  const runtime = createRuntime({
    surroundings: {
      clock,
      random: createRandom('runtime'),
      timing: instant,
      network: { locate: () => undefined, check: () => {} },
      tasks: {
        name: 'simulated',
        start(_task, events) {
          tell = events;
          return {
            release: () => {},
            signal: (name) => signals.push(name),
            exec: () => {},
            usage: (done) => done(undefined),
          };
        },
      },
    },
    store,
    services: [probe],
    defaultAccount: '000000000000',
    onWorlds: (worlds) => worldsTold.push(worlds.length),
  });
  return { runtime, probe, clock, signals, closed, worldsTold, store, tell: (event: TaskEvent) => tell(event) };
}

const exited: TaskEvent = { kind: 'exited', container: 'app', exitCode: 0 };

describe('a world', () => {
  test('is made once per account and region, with a state of its own', () => {
    const { runtime, probe } = aRuntime();
    const here = runtime.world('111122223333', 'us-east-1');
    expect(runtime.world('111122223333', 'us-east-1')).toBe(here);
    expect(here.use(probe)).toBe(here.use(probe));
    expect(runtime.world('111122223333', 'eu-west-1').use(probe)).not.toBe(here.use(probe));
    expect(runtime.worlds()).toHaveLength(2);
  });

  test('comes back after a restart when it has stored anything', () => {
    const { runtime, probe, store } = aRuntime();
    runtime.world('111122223333', 'eu-west-1').use(probe);
    runtime.world('444455556666', 'us-east-1');
    const again = aRuntime(store);
    again.runtime.wake();
    expect(again.runtime.worlds().map(({ account, region }) => [account, region])).toEqual([
      ['111122223333', 'eu-west-1'],
    ]);
  });
});

describe('a reset', () => {
  test('kills tasks, stops time and events for what was there, and empties the store', () => {
    const { runtime, probe, clock, signals, closed, worldsTold, store, tell } = aRuntime();
    const { seen } = runtime.world('111122223333', 'eu-west-1').use(probe);
    clock.advance(seconds(2));
    runtime.reset();
    tell(exited);
    clock.advance(seconds(5));
    expect(seen).toEqual(['tick', 'tick']);
    expect([signals, closed, worldsTold, store.names()]).toEqual([['SIGKILL'], ['eu-west-1'], [1, 0], []]);
    expect(runtime.worlds()).toEqual([]);
  });
});

describe('a stop', () => {
  test('asks tasks to end, kills those that do not, and forgets nothing', async () => {
    const { runtime, probe, clock, signals, store } = aRuntime();
    runtime.world('111122223333', 'eu-west-1').use(probe);
    const stopped = runtime.stop(seconds(5));
    await clock.advanceAsync(seconds(4));
    expect(signals).toEqual(['SIGTERM']);
    await clock.advanceAsync(seconds(10));
    await stopped;
    expect(signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(store.names()).toEqual(['111122223333/eu-west-1/probe/started']);
  });

  test('is over as soon as the last task has ended', async () => {
    const { runtime, probe, clock, signals, tell } = aRuntime();
    const { seen } = runtime.world('111122223333', 'eu-west-1').use(probe);
    const stopped = runtime.stop(seconds(5));
    tell(exited);
    await clock.advanceAsync(ms(100));
    await stopped;
    expect([signals, seen]).toEqual([['SIGTERM'], []]);
  });
});

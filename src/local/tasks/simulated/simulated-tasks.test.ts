import { describe, expect, test } from 'vitest';
import { createRandom, createVirtualClock, ms, seconds } from '../../../base/index.ts';
import type { HealthCheckAnswer } from '../network.ts';
import type { TaskEvent, TaskSpec, TaskUsage } from '../task-driver.ts';
import { answered, type Behaviour, healthyBehaviour } from './behaviour.ts';
import { createSimulatedTasks } from './simulated-tasks.ts';

const spec: TaskSpec = {
  id: '0'.repeat(32),
  arn: 'arn:aws:ecs:eu-central-1:000000000000:task/main/0',
  clusterArn: 'arn:aws:ecs:eu-central-1:000000000000:cluster/main',
  taskRoleArn: undefined,
  address: '10.0.0.4',
  family: 'api',
  revision: 1,
  size: { cpuUnits: 256, memoryMiB: 512 },
  containers: [
    {
      name: 'app',
      image: 'app:1',
      entryPoint: undefined,
      command: undefined,
      workingDirectory: undefined,
      environment: { TEAL_REVISION: 'r1', TEAL_COLOR: 'green' },
      ports: [8080],
      waits: false,
    },
  ],
};

function start(change: Partial<Behaviour> = {}) {
  const clock = createVirtualClock();
  const simulated = createSimulatedTasks({
    clock,
    random: createRandom('1'),
    behaviourOf: () => ({ ...healthyBehaviour, ...change }),
  });
  const events: TaskEvent[] = [];
  const task = simulated.driver.start(spec, (event) => events.push(event));
  const get = (path = '/') => simulated.answer('10.0.0.4', 8080, { method: 'GET', path, headers: {} });
  const check = (timeout = seconds(5)) => {
    let found: HealthCheckAnswer | undefined;
    simulated.network.check(
      { address: '10.0.0.4', port: 8080, path: '/health', protocol: 'HTTP', version: 'HTTP1', timeout },
      (answer) => {
        found = answer;
      },
    );
    clock.advance(timeout);
    return found;
  };
  return { clock, simulated, events, task, get, check };
}

describe('a simulated task', () => {
  test('pulls, starts, writes, and answers with its revision', () => {
    const { clock, events, get, check } = start({ output: ['hello'] });
    expect(get()).toEqual({ kind: 'failed' });
    clock.advance(seconds(1));
    expect(events.map((event) => event.kind)).toEqual(['pulled', 'started', 'output']);
    expect(get()).toMatchObject({ status: 200, headers: { 'x-revision': 'r1' } });
    expect(check()).toEqual({ kind: 'answered', status: 200 });
  });

  test('listens only some time after its start', () => {
    const { clock, get } = start({ listensAfter: seconds(10) });
    clock.advance(seconds(10));
    expect(get()).toEqual({ kind: 'failed' });
    clock.advance(seconds(1));
    expect(get()).toMatchObject({ status: 200 });
  });

  test('tells a failed pull', () => {
    const reason = 'CannotPullContainerError: no such image';
    const { clock, events } = start({ pull: { kind: 'failed', reason } });
    clock.advance(seconds(1));
    expect(events).toEqual([{ kind: 'failed', container: 'app', reason }]);
  });

  test('exits by itself', () => {
    const { clock, events, get } = start({ life: { kind: 'exits', after: seconds(5), code: 7 } });
    clock.advance(seconds(6));
    expect(events[events.length - 1]).toEqual({ kind: 'exited', container: 'app', exitCode: 7 });
    expect(get()).toEqual({ kind: 'failed' });
  });

  test('exits on SIGTERM, or ignores it until SIGKILL', () => {
    const polite = start();
    polite.clock.advance(seconds(1));
    polite.task.signal('SIGTERM');
    polite.clock.advance(seconds(1));
    expect(polite.events[2]).toEqual({ kind: 'exited', container: 'app', exitCode: 0 });

    const stubborn = start({ onSigterm: { kind: 'ignored' } });
    stubborn.clock.advance(seconds(1));
    stubborn.task.signal('SIGTERM');
    stubborn.clock.advance(seconds(60));
    expect(stubborn.events).toHaveLength(2);
    stubborn.task.signal('SIGKILL');
    expect(stubborn.events[2]).toEqual({ kind: 'exited', container: 'app', exitCode: 137 });
  });

  test('dies when it is killed, once', () => {
    const { clock, simulated, events } = start();
    clock.advance(seconds(1));
    expect(simulated.running()).toEqual([spec.id]);
    expect(simulated.kill(spec.id)).toBe(true);
    expect(simulated.kill(spec.id)).toBe(false);
    expect(events[2]).toEqual({ kind: 'exited', container: 'app', exitCode: 137 });
    expect(simulated.running()).toEqual([]);
  });

  test('fails health checks as its behaviour says: by status, by time, by turning bad later', () => {
    expect(start({ answer: () => answered(500) }).check()).toEqual({ kind: 'failed' });
    const bad = start({ answer: () => answered(500) });
    bad.clock.advance(seconds(1));
    expect(bad.check()).toEqual({ kind: 'answered', status: 500 });
    const slow = start({ answer: () => answered(200, '', {}, seconds(6)) });
    slow.clock.advance(seconds(1));
    expect(slow.check()).toEqual({ kind: 'timed-out' });
    const silent = start({ answer: () => ({ kind: 'timed-out' }) });
    silent.clock.advance(seconds(1));
    expect(silent.check()).toEqual({ kind: 'timed-out' });
    const later = start({ answer: (_request, { upFor }) => answered(upFor > 60_000 ? 503 : 200) });
    later.clock.advance(seconds(30));
    expect(later.check()).toEqual({ kind: 'answered', status: 200 });
    later.clock.advance(seconds(60));
    expect(later.check()).toEqual({ kind: 'answered', status: 503 });
  });

  test('may fail above a request rate; health checks do not count', () => {
    const { clock, get, check } = start({
      answer: (_request, { requestsPerSecond }) => answered(requestsPerSecond > 10 ? 500 : 200),
    });
    clock.advance(seconds(1));
    const statuses = Array.from({ length: 12 }, () => {
      const answer = get();
      return answer.kind === 'answered' ? answer.status : 0;
    });
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    clock.advance(ms(1_100));
    expect(check(ms(100))).toEqual({ kind: 'answered', status: 200 });
    expect(get()).toMatchObject({ status: 200 });
  });

  test('uses what its behaviour says, by the requests that it got since the last look', () => {
    const { clock, task, get } = start({
      load: ({ requestsPerSecond }) => ({ cpuUnits: 64 + requestsPerSecond * 10, memoryMiB: 100 }),
    });
    const usage = () => {
      let found: TaskUsage | undefined;
      task.usage((now) => {
        found = now;
      });
      return found?.containers[0];
    };
    expect(usage()).toBeUndefined();
    clock.advance(seconds(10));
    const first = usage();
    expect(first).toMatchObject({ name: 'app', memoryBytes: 100 * 2 ** 20 });
    // A sixteenth of a processor, for almost ten seconds.
    expect(first?.cpu).toBeCloseTo(625, -1);
    expect(usage()).toEqual(first);
    for (let n = 0; n < 60; n++) get();
    clock.advance(seconds(10));
    expect((usage()?.cpu ?? 0) - (first?.cpu ?? 0)).toBeCloseTo(625 + 586, -1);
    task.signal('SIGKILL');
    expect(usage()).toMatchObject({ memoryBytes: 0 });
  });

  test("runs its container's health command", () => {
    const { clock, task } = start({ healthCommand: ({ upFor }) => (upFor > 10_000 ? undefined : 0) });
    const codes: (number | undefined)[] = [];
    clock.advance(seconds(1));
    task.exec('app', ['true'], seconds(2), (code) => codes.push(code));
    clock.advance(seconds(20));
    task.exec('app', ['true'], seconds(2), (code) => codes.push(code));
    clock.advance(seconds(1));
    expect(codes).toEqual([0]);
    clock.advance(seconds(1));
    expect(codes).toEqual([0, undefined]);
  });
});

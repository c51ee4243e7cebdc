import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { type Behaviour, healthyBehaviour } from '../../tasks/simulated/index.ts';
import { type EcsFixture, ecsFixture, network, tasksOf, until } from './ecs-fixture.ts';

type Condition = 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY';

/** A task whose `app` depends on `side`; returns its ARN. */
function run(fixture: EcsFixture, condition: Condition, side: object = {}, app: object = {}): string {
  const { call } = fixture;
  call('CreateCluster', { clusterName: 'main' });
  call('RegisterTaskDefinition', {
    family: 'two',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      { name: 'app', image: 'app:1', dependsOn: [{ containerName: 'side', condition }], ...app },
      { name: 'side', image: 'side:1', essential: false, ...side },
    ],
  });
  const input = { cluster: 'main', taskDefinition: 'two', networkConfiguration: network };
  return call('RunTask', { ...input, launchType: 'FARGATE' }).tasks?.[0]?.taskArn ?? '';
}

const task = ({ call }: EcsFixture, arn: string) => call('DescribeTasks', { cluster: 'main', tasks: [arn] }).tasks?.[0];

const statuses = (fixture: EcsFixture, arn: string) =>
  Object.fromEntries((task(fixture, arn)?.containers ?? []).map((one) => [one.name, one.lastStatus]));

const ends = (code: number): Behaviour => ({ ...healthyBehaviour, life: { kind: 'exits', after: seconds(30), code } });

describe('a container that depends on another (ECS-API/API_ContainerDependency)', () => {
  test('START: starts after it', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('side:1', { ...healthyBehaviour, startsAfter: seconds(20) });
    const arn = run(fixture, 'START');
    fixture.clock.advance(seconds(30));
    expect(statuses(fixture, arn)).toEqual({ app: 'PENDING', side: 'PENDING' });
    until(fixture, () => task(fixture, arn)?.lastStatus === 'RUNNING');
    expect(statuses(fixture, arn)).toEqual({ app: 'RUNNING', side: 'RUNNING' });
  });

  test.each([
    ['COMPLETE' as const, 3],
    ['SUCCESS' as const, 0],
  ])('%s: starts when it has ended with %i, and the task runs on without it', (condition, code) => {
    const fixture = ecsFixture();
    fixture.behaviours.set('side:1', ends(code));
    const arn = run(fixture, condition);
    until(fixture, () => statuses(fixture, arn).side === 'RUNNING');
    fixture.clock.advance(seconds(29));
    expect(statuses(fixture, arn).app).toBe('PENDING');
    expect(task(fixture, arn)?.lastStatus).toBe('ACTIVATING');
    until(fixture, () => task(fixture, arn)?.lastStatus === 'RUNNING');
    expect(statuses(fixture, arn)).toEqual({ app: 'RUNNING', side: 'STOPPED' });
  });

  test('SUCCESS: never starts when it has failed', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('side:1', ends(1));
    const arn = run(fixture, 'SUCCESS');
    until(fixture, () => task(fixture, arn)?.lastStatus === 'STOPPED');
    expect(task(fixture, arn)).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'Container app was not started: side does not reach SUCCESS.',
    });
    expect(task(fixture, arn)).not.toHaveProperty('startedAt');
    expect(fixture.tasks.running()).toEqual([]);
  });

  test('HEALTHY: starts when its check has passed', () => {
    const fixture = ecsFixture();
    let exitCode = 1;
    fixture.behaviours.set('side:1', { ...healthyBehaviour, healthCommand: () => exitCode });
    const healthCheck = { command: ['CMD', 'check'], interval: 10, retries: 10 };
    const arn = run(fixture, 'HEALTHY', { healthCheck });
    fixture.clock.advance(seconds(60));
    expect(statuses(fixture, arn)).toEqual({ app: 'PENDING', side: 'RUNNING' });
    exitCode = 0;
    until(fixture, () => task(fixture, arn)?.lastStatus === 'RUNNING');
  });

  test('is given up after the start time-out of what it waits for', () => {
    const fixture = ecsFixture();
    const arn = run(fixture, 'COMPLETE', { startTimeout: 20 });
    until(fixture, () => statuses(fixture, arn).side === 'RUNNING');
    fixture.clock.advance(seconds(19));
    expect(task(fixture, arn)?.desiredStatus).toBe('RUNNING');
    fixture.clock.advance(seconds(2));
    expect(task(fixture, arn)?.stoppedReason).toBe('Container app was not started: side took too long.');
  });

  test('is stopped first, each after its own stop time-out (ECS-DG/task_definition_parameters)', () => {
    const fixture = ecsFixture();
    const order: string[] = [];
    const dies = (after: number): Behaviour => ({
      ...healthyBehaviour,
      onSigterm: { kind: 'exits', after: seconds(after), code: 143 },
    });
    fixture.behaviours.set('app:1', { ...healthyBehaviour, onSigterm: { kind: 'ignored' } });
    fixture.behaviours.set('side:1', dies(3));
    const arn = run(fixture, 'START', { stopTimeout: 10 }, { stopTimeout: 5 });
    until(fixture, () => tasksOf(fixture)[0]?.lastStatus === 'RUNNING');
    fixture.call('StopTask', { cluster: 'main', task: arn });
    const from = fixture.clock.monotonic();
    until(fixture, () => {
      for (const [name, status] of Object.entries(statuses(fixture, arn)))
        if (status === 'STOPPED' && !order.some((one) => one.startsWith(name)))
          order.push(`${name} after ${(fixture.clock.monotonic() - from) / 1000} s`);
      return task(fixture, arn)?.lastStatus === 'STOPPED';
    });
    expect(order).toEqual(['app after 5 s', 'side after 8 s']);
    expect(task(fixture, arn)?.containers?.map((one) => one.exitCode)).toEqual([137, 143]);
  });
});

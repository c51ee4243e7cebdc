import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../../../base/index.ts';
import { healthyBehaviour } from '../../tasks/simulated/index.ts';
import { aService, completed, ecsFixture, network, tasksOf, until } from './ecs-fixture.ts';
import { createUtilizationMeter, type TaskUtilization } from './utilization.ts';

function meterOf(fixture: ReturnType<typeof ecsFixture>) {
  const meter = createUtilizationMeter(fixture.world.use(fixture.ecs));
  return (): readonly TaskUtilization[] => {
    let found: readonly TaskUtilization[] = [];
    meter.read((tasks) => {
      found = tasks;
    });
    return found;
  };
}

describe('the utilization of tasks (ECS-DG/cloudwatch-metrics)', () => {
  test('is what a task used since the last reading, of what it reserves, and may be more than 100 %', () => {
    const fixture = ecsFixture();
    let cpuUnits = 64;
    fixture.behaviours.set('app:1', { ...healthyBehaviour, load: () => ({ cpuUnits, memoryMiB: 128 }) });
    aService(fixture);
    const read = meterOf(fixture);
    expect(read()).toEqual([]);
    until(fixture, () => completed(fixture));
    expect(read()).toEqual([]);
    fixture.clock.advance(seconds(60));
    const [first, second] = read();
    expect(first).toMatchObject({ clusterName: 'main', serviceName: 'api', memoryPercent: 25 });
    expect(first?.cpuPercent).toBeCloseTo(25);
    expect([first?.taskId, second?.taskId].sort()).toEqual(
      tasksOf(fixture)
        .map(({ taskArn = '' }) => taskArn.split('/')[2])
        .sort(),
    );
    cpuUnits = 512;
    fixture.clock.advance(seconds(60));
    expect(read()[0]?.cpuPercent).toBeCloseTo(200);
  });

  test('leaves out tasks that do not run, and knows those that no service started', () => {
    const fixture = ecsFixture();
    aService(fixture, { desiredCount: 1 });
    fixture.call('RunTask', {
      cluster: 'main',
      taskDefinition: 'api',
      networkConfiguration: network,
      launchType: 'FARGATE',
    });
    until(fixture, () => completed(fixture));
    const read = meterOf(fixture);
    read();
    fixture.clock.advance(seconds(1));
    expect(new Set(read().map(({ serviceName }) => serviceName))).toEqual(new Set(['api', undefined]));
    fixture.call('UpdateService', { cluster: 'main', service: 'api', desiredCount: 0 });
    until(fixture, () =>
      tasksOf(fixture).every(({ lastStatus }) => lastStatus === 'RUNNING' && tasksOf(fixture).length === 1),
    );
    fixture.clock.advance(ms(1));
    expect(read().map(({ serviceName }) => serviceName)).toEqual([undefined]);
  });
});

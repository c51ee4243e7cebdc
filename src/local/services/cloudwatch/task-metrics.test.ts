import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { healthyBehaviour } from '../../tasks/simulated/index.ts';
import { aService, completed, ecsFixture, until } from '../ecs/ecs-fixture.ts';
import type { EcsState } from '../ecs/index.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { createCloudWatchState } from './state.ts';
import { measureTasks } from './task-metrics.ts';

const call = { requestId: '', host: '' };

describe('AWS/ECS (ECS-DG/available-metrics)', () => {
  test('tells what the tasks of a service and of its cluster use of what they reserve, by the minute and late', () => {
    const fixture = ecsFixture();
    fixture.behaviours.set('app:1', { ...healthyBehaviour, load: () => ({ cpuUnits: 64, memoryMiB: 128 }) });
    aService(fixture);
    const ecs = fixture.world.use<EcsState>({
      name: 'ecs',
      create: () => {
        throw new Error('the fixture has made it');
      },
    });
    const state = createCloudWatchState(fixture.world, [(world, data) => measureTasks(world, data, ecs)]);
    const start = fixture.clock.now();
    until(fixture, () => completed(fixture));
    fixture.clock.advance(seconds(420));
    const read = (MetricName: string, Stat: string, ...names: readonly string[]) => {
      const values: Readonly<Record<string, string>> = { ClusterName: 'main', ServiceName: 'api' };
      const Dimensions = names.map((Name) => ({ Name, Value: values[Name] }));
      const MetricStat = { Metric: { Namespace: 'AWS/ECS', MetricName, Dimensions }, Stat, Period: 60 };
      const input = {
        MetricDataQueries: [{ Id: 'm', MetricStat }],
        StartTime: new Date(start),
        EndTime: new Date(fixture.clock.now()),
      };
      return getMetricData(state, input, call).MetricDataResults?.[0]?.Values ?? [];
    };
    expect(read('CPUUtilization', 'Average', 'ClusterName', 'ServiceName')[0]).toBeCloseTo(25);
    expect(read('MemoryUtilization', 'Average', 'ClusterName', 'ServiceName')[0]).toBeCloseTo(25);
    expect(read('CPUUtilization', 'SampleCount', 'ClusterName')[0]).toBe(2);
    const shown = read('CPUUtilization', 'Average', 'ClusterName').length;
    expect(shown).toBeGreaterThan(2);
    expect(shown).toBeLessThan((fixture.clock.now() - start) / 60_000 - 1);
  });
});

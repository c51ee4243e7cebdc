import { ms } from '../../../base/index.ts';
import type { World } from '../../world.ts';
import { createUtilizationMeter, type EcsState, type TaskUtilization } from '../ecs/index.ts';
import { metric } from './metric.ts';
import type { MetricData } from './metric-data.ts';
import { setOf } from './statistic-set.ts';

/**
 * AWS/ECS of one account and region: what tasks really use of what they reserve, one sample per task and period, by
 * service and by cluster. Source: ECS-DG/available-metrics
 */
export function measureTasks(world: World, data: MetricData, ecs: EcsState): void {
  const meter = createUtilizationMeter(ecs);
  const { metricPeriod } = world.timing;
  const record = (tasks: readonly TaskUtilization[], at: number): void => {
    for (const { clusterName, serviceName, cpuPercent, memoryPercent } of tasks) {
      const cluster = { Name: 'ClusterName', Value: clusterName };
      const service = serviceName === undefined ? [] : [[cluster, { Name: 'ServiceName', Value: serviceName }]];
      for (const dimensions of [[cluster], ...service]) {
        const of = (name: string) => data.series(metric('AWS/ECS', name, dimensions), 'Percent', 'measured');
        data.record(of('CPUUtilization'), at, setOf(cpuPercent));
        data.record(of('MemoryUtilization'), at, setOf(memoryPercent));
      }
    }
  };
  const measureLater = (): void => {
    const now = world.clock.now();
    // At the end of a period, so that what is measured then is that period's.
    const end = (Math.floor(now / metricPeriod) + 1) * metricPeriod;
    world.clock.after(
      ms(end - now),
      () => {
        if (ecs.tasks.all().length > 0) meter.read((tasks) => record(tasks, end - 1));
        measureLater();
      },
      { unref: true },
    );
  };
  measureLater();
}

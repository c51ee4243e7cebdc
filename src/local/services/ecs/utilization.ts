import type { Ms } from '../../../base/index.ts';
import type { TaskUsage } from '../../tasks/task-driver.ts';
import { ecsResource } from './arn.ts';
import type { EcsState } from './ecs-state.ts';
import type { EcsTask } from './task.ts';
import { reservedSize } from './task-spec.ts';

/** What a task used of what it reserves, between two readings; more than 100 is possible. */
export interface TaskUtilization {
  readonly clusterName: string;
  /** Undefined for a task that no service started. */
  readonly serviceName: string | undefined;
  readonly taskId: string;
  readonly cpuPercent: number;
  /** At the later reading. */
  readonly memoryPercent: number;
}

/** Measures all RUNNING tasks of a world; each reading begins where this meter's last one ended. */
export interface UtilizationMeter {
  /** Calls `done` once, synchronously where tasks are simulated. A task counts from its second reading on. */
  read(done: (tasks: readonly TaskUtilization[]) => void): void;
}

interface Reading {
  readonly at: Ms;
  readonly cpu: number;
}

export function createUtilizationMeter(state: EcsState): UtilizationMeter {
  let before: ReadonlyMap<EcsTask, Reading> = new Map();
  return {
    read(done) {
      const tasks = state.tasks.all().filter((task) => task.facts.lastStatus === 'RUNNING');
      const readings = new Map<EcsTask, Reading>();
      const found = new Map<EcsTask, TaskUtilization>();
      let left = tasks.length;
      const finish = (): void => {
        before = readings;
        // In the order of the tasks, whichever was measured first.
        done(tasks.flatMap((task) => found.get(task) ?? []));
      };
      const note = (task: EcsTask, usage: TaskUsage | undefined): void => {
        if (usage) {
          const reading = { at: usage.at, cpu: usage.containers.reduce((sum, { cpu }) => sum + cpu, 0) };
          const former = before.get(task);
          readings.set(task, reading);
          if (former && reading.at > former.at) found.set(task, utilization(task, former, reading, usage));
        }
        left -= 1;
        if (left === 0) finish();
      };
      if (left === 0) finish();
      for (const task of tasks) task.usage((usage) => note(task, usage));
    },
  };
}

function utilization(task: EcsTask, from: Reading, to: Reading, usage: TaskUsage): TaskUtilization {
  const { clusterArn, group, id } = task.plan;
  const { cpuUnits, memoryMiB } = reservedSize(task.plan);
  const usedUnits = ((to.cpu - from.cpu) / (to.at - from.at)) * 1024;
  const usedMiB = usage.containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) / 2 ** 20;
  return {
    clusterName: ecsResource(clusterArn)[1] ?? '',
    serviceName: group.startsWith('service:') ? group.slice('service:'.length) : undefined,
    taskId: id,
    cpuPercent: percentOf(usedUnits, cpuUnits),
    memoryPercent: percentOf(usedMiB, memoryMiB),
  };
}

/** On EC2 a task may reserve nothing: then nothing can be said. */
const percentOf = (used: number, reserved: number): number => (reserved > 0 ? (used / reserved) * 100 : 0);

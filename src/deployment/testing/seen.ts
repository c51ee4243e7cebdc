import { ms } from '../../base/index.ts';
import { otherColor } from '../color.ts';
import type { Observation } from '../observation.ts';
import type { Plan } from '../plan.ts';
import type { ColorReading, TaskReading } from '../readings.ts';
import { percent, weightsFor } from '../weights.ts';
import { aPlan, liveTaskDefinition, newTaskDefinition } from './a-plan.ts';

/** One colour in which `count` tasks of a task definition run, `healthy` of them in service (all, where not said). */
export function aColor({
  taskDefinition = newTaskDefinition,
  count = 2,
  healthy = count,
  rollout = 'COMPLETED',
  ...fields
}: Partial<ColorReading> & {
  readonly taskDefinition?: string;
  readonly count?: number;
  readonly healthy?: number;
  readonly rollout?: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
} = {}): ColorReading {
  const id = `ecs-svc/${taskDefinition}`;
  const address = (index: number): string => `10.0.${taskDefinition.at(-1)}.${index}`;
  const tasks = Array.from(
    { length: count },
    (_, index): TaskReading => ({
      arn: `${id}/${index}`,
      taskDefinition,
      startedBy: id,
      lastStatus: 'RUNNING',
      address: address(index),
      health: 'UNKNOWN',
    }),
  );
  return {
    desired: count,
    running: count,
    pending: 0,
    deployments: [{ id, status: 'PRIMARY', taskDefinition, rolloutState: rollout, rolloutReason: '', failedTasks: 0 }],
    tasks,
    targets: tasks.map((_, index) => ({
      address: address(index),
      port: 8080,
      state: index < healthy ? 'healthy' : 'unhealthy',
      reason: index < healthy ? '' : 'Target.FailedHealthChecks',
      description: '',
    })),
    stopped: [],
    ...fields,
  };
}

/** A colour without tasks. */
export const anEmptyColor = (taskDefinition = 'bootstrap'): ColorReading => aColor({ taskDefinition, count: 0 });

/**
 * A look at a world in which all is well: the new colour of the plan is up, the former too, the load balancer shows
 * `share` percent for the new one, and nobody has waited for anything yet.
 */
export function seen(
  given: Partial<Observation> & {
    readonly plan?: Plan;
    /** Percent of production traffic at the new colour. */
    readonly share?: number;
    readonly idle?: ColorReading;
    readonly live?: ColorReading;
  } = {},
): Observation {
  const { plan = aPlan(), share = 0, idle = aColor(), live, ...fields } = given;
  const former = live ?? (plan.first ? anEmptyColor() : aColor({ taskDefinition: liveTaskDefinition }));
  return {
    traffic: { production: [weightsFor(plan.to, percent(share))], test: [weightsFor(plan.to, percent(100))] },
    fleet: plan.to === 'green' ? { green: idle, blue: former } : { blue: idle, green: former },
    scaling: undefined,
    alarms: undefined,
    metrics: undefined,
    requests: [],
    probes: { answers: 0, failed: 0, p50Ms: 0, p99Ms: 0, overMs: 0, example: '' },
    watchedMs: ms(0),
    phaseMs: ms(0),
    sinceActMs: ms(Number.POSITIVE_INFINITY),
    quietMs: ms(Number.POSITIVE_INFINITY),
    strangeMs: ms(0),
    atZeroMs: { [plan.to]: ms(0), [otherColor(plan.to)]: undefined } as Observation['atZeroMs'],
    at: '2026-01-01T01:00:00.000Z',
    epoch: 1,
    sinceAnswerMs: { blue: ms(Number.POSITIVE_INFINITY), green: ms(Number.POSITIVE_INFINITY) },
    ...fields,
  };
}

import { describe, expect, test } from 'vitest';
import { healthyAny, healthyOf } from './capacity.ts';
import type { ColorReading } from './readings.ts';
import { liveTaskDefinition as older, newTaskDefinition as ours } from './testing/a-plan.ts';
import { aColor, anEmptyColor } from './testing/seen.ts';

const oldTasks = aColor({ taskDefinition: older });
const newTasks = aColor({ taskDefinition: ours });
const draining = oldTasks.targets.map((target) => ({ ...target, state: 'draining' }));
const [task] = newTasks.tasks;
const [target] = newTasks.targets;
if (!task || !target) throw new Error('a colour of two has both');

const cases: readonly (readonly [string, ColorReading, number])[] = [
  ['counts healthy targets of running tasks', newTasks, 2],
  ['leaves out those that are not healthy', aColor({ healthy: 1 }), 1],
  ['counts nothing in an empty colour', anEmptyColor(ours), 0],
  ['counts nothing while the rollout is not completed', aColor({ rollout: 'IN_PROGRESS' }), 0],
  ['counts nothing of a failed rollout', aColor({ rollout: 'FAILED' }), 0],
  ['counts nothing of a warm older revision', oldTasks, 0],
  [
    'counts nothing while a target of the older revision still serves',
    { ...newTasks, tasks: [...newTasks.tasks, ...oldTasks.tasks], targets: [...newTasks.targets, ...oldTasks.targets] },
    0,
  ],
  ['lets targets of the older revision drain', { ...newTasks, targets: [...newTasks.targets, ...draining] }, 2],
  [
    'counts nothing while a target of nobody knows whom is there',
    { ...newTasks, targets: [...newTasks.targets, { ...target, address: '10.9.9.9', state: 'initial' }] },
    0,
  ],
  [
    'takes a replacement that is still starting for no stranger',
    {
      ...newTasks,
      tasks: [...newTasks.tasks, { ...task, address: '10.0.2.9', lastStatus: 'ACTIVATING' }],
      targets: [...newTasks.targets, { ...target, address: '10.0.2.9', state: 'initial' }],
    },
    2,
  ],
  [
    'leaves out a task that is not RUNNING yet, though its target is healthy',
    { ...newTasks, tasks: newTasks.tasks.map((one, index) => (index ? one : { ...one, lastStatus: 'ACTIVATING' })) },
    1,
  ],
  [
    'counts nothing of an earlier ECS deployment of the same task definition',
    { ...newTasks, tasks: newTasks.tasks.map((one) => ({ ...one, startedBy: 'ecs-svc/earlier' })) },
    0,
  ],
  [
    'leaves out a task whose task definition is another than its deployment’s',
    { ...newTasks, tasks: newTasks.tasks.map((one, index) => (index ? one : { ...one, taskDefinition: older })) },
    1,
  ],
];

describe('healthy capacity of a task definition', () => {
  for (const [behaviour, reading, expected] of cases)
    test(behaviour, () => expect(healthyOf(reading, ours)).toBe(expected));
});

test('what a rollback can return to is any healthy target', () => {
  expect(healthyAny(aColor({ taskDefinition: older, count: 3, healthy: 2, rollout: 'FAILED' }))).toBe(2);
});

import { describe, expect, test } from 'vitest';
import { ms } from '../base/index.ts';
import type { Action } from './action.ts';
import {
  type Ages,
  type Depth,
  depthFor,
  depthOf,
  isTroubled,
  needsRequests,
  needsServices,
  needsTasks,
  needsWeights,
  nextLookMs,
  targetsNeeded,
} from './look-need.ts';
import type { ColorReading } from './readings.ts';
import type { DeploymentState, StreamState } from './state.ts';
import { anExistingPlan, aPlan, newTaskDefinition } from './testing/a-plan.ts';
import { aDeployment, answered, following, takingBack, weights } from './testing/a-stream.ts';
import { aColor, anEmptyColor } from './testing/seen.ts';
import { percent } from './weights.ts';

const plan = aPlan({ steps: [10, 100], hold: 60 });
const { pollMs } = plan.timings;
const just: Ages = { servicesMs: pollMs, tasksMs: pollMs, targetsMs: { blue: pollMs, green: pollMs } };
const ofDeployment = (state: StreamState): DeploymentState => {
  if (!state.deployment) throw new Error('a deployment runs');
  return state.deployment;
};
const at = (phase: Parameters<typeof aDeployment>[0] & object): StreamState => aDeployment({ plan, ...phase });
const filling = at({ phase: 'provisioning' });
const due = at({ phase: 'shifting' });
const holding = following(due, ...answered(weights(10)));
const starting = aColor({ rollout: 'IN_PROGRESS', healthy: 0 });
const up = aColor();

describe('an action rests on', () => {
  const because = { kind: 'asked', by: 'ben', request: 'abort' } as const;
  const evidence = { stopped: [], targets: [], lastLines: [] };
  const cases: readonly (readonly [string, Action, Depth])[] = [
    ['nothing new: waiting', { do: 'wait', for: 'hold', ms: 1 }, 'some'],
    [
      'capacity of now: an UpdateService',
      { do: 'update-service', color: 'green', taskDefinition: null, desiredCount: 2 },
      'capacity',
    ],
    [
      'capacity of now: limits',
      { do: 'set-limits', color: 'green', min: 2, max: 4, schedules: 'suspended' },
      'capacity',
    ],
    ['capacity of now: a weight', { do: 'set-weights', idle: percent(10), healthy: 2 }, 'capacity'],
    ['capacity of now: an outcome', { do: 'close', outcome: { name: 'succeeded' } }, 'capacity'],
    ['capacity of now: the end of filling', { do: 'enter', phase: 'verifying', step: 0, because: null }, 'capacity'],
    [
      'all: taking back for what a colour shows',
      {
        do: 'enter',
        phase: 'rolling-back',
        step: 0,
        because: { kind: 'too-few-healthy', healthy: 1, required: 2, evidence },
      },
      'all',
    ],
    ['nothing new: taking back as asked', { do: 'enter', phase: 'rolling-back', step: 0, because }, 'some'],
  ];
  test.each(cases)('%s', (_, action, depth) => {
    expect(depthFor(action, plan)).toBe(depth);
  });
});

describe('a look goes at once as deep as', () => {
  const cases: readonly (readonly [string, StreamState, Depth])[] = [
    ['some, while a colour is filled', filling, 'some'],
    ['capacity, when a step is due', due, 'capacity'],
    ['some, while a step holds', holding, 'some'],
    [
      'capacity, where baking begins below 100 %',
      following(holding, { kind: 'entered', body: { phase: 'baking', step: 0, because: null } }),
      'capacity',
    ],
  ];
  test.each(cases)('%s', (_, state, depth) => {
    expect(depthOf(state)).toBe(depth);
  });
});

describe('the fleet', () => {
  const cases: readonly (readonly [string, StreamState, Depth, ColorReading, Ages, boolean, readonly string[]])[] = [
    ['while ECS rolls out: services alone', filling, 'some', starting, just, true, []],
    [
      'now and then live’s targets, which people watch',
      filling,
      'some',
      starting,
      { ...just, targetsMs: { blue: 5 * pollMs, green: 0 } },
      true,
      ['blue'],
    ],
    ['once the rollout is completed: its targets', filling, 'some', up, just, true, ['green']],
    [
      'another revision’s completed rollout is none',
      filling,
      'some',
      aColor({ taskDefinition: 'earlier:1' }),
      just,
      true,
      [],
    ],
    ['while a step holds: targets in each look', holding, 'some', up, just, false, ['green']],
    ['and services in every second', holding, 'some', up, { ...just, servicesMs: 2 * pollMs }, true, ['green']],
    ['before a weight: both', holding, 'capacity', up, just, true, ['green']],
    ['as evidence: everything', holding, 'all', up, just, true, ['green', 'blue']],
    ['taken back before it had traffic: services alone', following(filling, takingBack()), 'some', up, just, true, []],
  ];
  test.each(cases)('%s', (_, state, depth, to, ages, services, targets) => {
    const deployment = ofDeployment(state);
    expect(needsServices(deployment, depth, ages)).toBe(services);
    expect(targetsNeeded(deployment, depth, to, ages)).toEqual(targets);
  });

  test('is not asked of ECS where a colour that still runs gets the traffic back, until it has it', () => {
    const backTo = anExistingPlan('rollback');
    const back = aDeployment({ plan: backTo, phase: 'shifting' });
    expect(depthOf(back)).toBe('targets');
    expect(depthFor({ do: 'set-weights', idle: percent(100), healthy: 1 }, backTo)).toBe('targets');
    expect(needsServices(ofDeployment(back), 'targets', just)).toBe(false);
    expect(targetsNeeded(ofDeployment(back), 'targets', up, just)).toEqual(['green']);
    // Nothing more is watched: the outcome tells of what runs.
    expect(depthOf(following(back, ...answered(weights(100))))).toBe('capacity');
    expect(needsServices(ofDeployment(back), 'some', { ...just, servicesMs: Number.POSITIVE_INFINITY })).toBe(true);
    expect(depthOf(aDeployment({ plan: anExistingPlan('switch'), phase: 'shifting' }))).toBe('capacity');
  });

  test('is read so deep before the first phase that what runs already can be shifted on that look', () => {
    const back = aDeployment({ plan: anExistingPlan('rollback'), phase: 'preparing' });
    expect(depthOf(back)).toBe('targets');
    expect(needsServices(ofDeployment(back), 'targets', just)).toBe(false);
    expect(targetsNeeded(ofDeployment(back), 'targets', up, just)).toEqual(['green']);
    expect(depthOf(aDeployment({ plan: anExistingPlan('switch'), phase: 'preparing' }))).toBe('capacity');
    expect(depthOf(aDeployment({ phase: 'preparing' }))).toBe('some');
  });
});

describe('tasks are read again', () => {
  const replaced = [...up.targets, { address: '10.9.9.9', port: 8080, state: 'initial', reason: '', description: '' }];
  const cases: readonly (readonly [string, Depth, ColorReading, ColorReading['targets'], number, boolean])[] = [
    ['not while their service shows the same', 'some', up, up.targets, pollMs, false],
    ['for a weight', 'capacity', up, up.targets, pollMs, true],
    ['when a count changes', 'some', { ...up, running: 1 }, up.targets, pollMs, true],
    [
      'when a task failed',
      'some',
      { ...up, deployments: up.deployments.map((one) => ({ ...one, failedTasks: 1 })) },
      up.targets,
      pollMs,
      true,
    ],
    ['when a target belongs to none of them', 'some', up, replaced, pollMs, true],
    [
      'not when that one drains',
      'some',
      up,
      replaced.map((one) => (one.state === 'initial' ? { ...one, state: 'draining' } : one)),
      pollMs,
      false,
    ],
    ['after a while', 'some', up, up.targets, 5 * pollMs, true],
  ];
  test.each(cases)('%s', (_, depth, now, targets, tasksMs, needed) => {
    const { tasks, targets: _targets, stopped: _stopped, ...before } = up;
    const { tasks: _tasks, targets: _others, stopped: _gone, ...service } = now;
    expect(needsTasks(ofDeployment(holding), depth, before, service, tasks, targets, { ...just, tasksMs })).toBe(
      needed,
    );
  });
});

test('weights are read in each look, in every second while a colour is filled, and always before a write', () => {
  expect(needsWeights(holding.deployment, 'some', 0)).toBe(true);
  expect(needsWeights(filling.deployment, 'some', pollMs)).toBe(false);
  expect(needsWeights(filling.deployment, 'some', 2 * pollMs)).toBe(true);
  expect(needsWeights(filling.deployment, 'capacity', 0)).toBe(true);
});

test('requests are looked for where people wait for a hold to end', () => {
  expect([filling, due, holding].map(needsRequests)).toEqual([false, true, true]);
});

test('stopped tasks are worth a call where tasks are missing or failed', () => {
  expect(isTroubled(up, up.tasks)).toBe(false);
  expect(isTroubled(up, up.tasks.slice(1))).toBe(true);
  expect(isTroubled(starting, starting.tasks)).toBe(true);
  expect(isTroubled({ ...up, deployments: up.deployments.map((one) => ({ ...one, failedTasks: 1 })) }, up.tasks)).toBe(
    true,
  );
});

test('the next look at tasks that are slow to start is twice as far away', () => {
  const action = { do: 'wait', for: 'healthy-tasks', ms: pollMs } as const;
  const deployment = ofDeployment(filling);
  const pending = { ...anEmptyColor(newTaskDefinition), desired: 2, pending: 2 };
  const live = aColor();
  const next = (green: ColorReading, polls: number): number =>
    nextLookMs(deployment, action, { phaseMs: ms(polls * pollMs), fleet: { green, blue: live } });
  expect(next(pending, 1)).toBe(pollMs);
  expect(next(pending, 5)).toBe(2 * pollMs);
  expect(next(up, 5)).toBe(pollMs);
});

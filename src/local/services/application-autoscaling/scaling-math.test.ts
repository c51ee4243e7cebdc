import type { StepScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling';
import { describe, expect, test } from 'vitest';
import { type AlarmSignal, readSignal } from './alarm-signal.ts';
import { decideScaling, type Question } from './scaling-decision.ts';
import { stepCapacity } from './step-scaling.ts';
import { lowThreshold, trackingCapacity } from './target-tracking.ts';

const signal = (points: readonly number[], threshold: number, below = false): AlarmSignal => ({
  alarmName: 'alarm',
  state: 'ALARM',
  points,
  threshold,
  below,
});

describe('step scaling (AAS/step-scaling-policy-overview)', () => {
  const steps = [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 15, ScalingAdjustment: 1 },
    { MetricIntervalLowerBound: 15, MetricIntervalUpperBound: 25, ScalingAdjustment: 2 },
    { MetricIntervalLowerBound: 25, ScalingAdjustment: 3 },
  ];
  test.each([
    [60, 11],
    [74.9, 11],
    [75, 12],
    [85, 13],
    [1000, 13],
    [59, undefined],
  ])(
    'a metric of %d over a threshold of 60 asks for %s tasks from 10: the lower bound belongs to a step',
    (metric, wanted) => {
      expect(
        stepCapacity({ AdjustmentType: 'ChangeInCapacity', StepAdjustments: steps }, 10, signal([metric], 60)),
      ).toBe(wanted);
    },
  );

  const down = [
    { MetricIntervalUpperBound: 0, MetricIntervalLowerBound: -10, ScalingAdjustment: -1 },
    { MetricIntervalUpperBound: -10, ScalingAdjustment: -3 },
  ];
  test.each([
    [40, 9],
    [30.1, 9],
    [30, 7],
    [0, 7],
    [41, undefined],
  ])('a metric of %d under a threshold of 40 asks for %s: the upper bound belongs to a step', (metric, wanted) => {
    expect(
      stepCapacity({ AdjustmentType: 'ChangeInCapacity', StepAdjustments: down }, 10, signal([metric], 40, true)),
    ).toBe(wanted);
  });

  // The user guide's own figures of rounding, of 10 tasks: 12.7 % is 1.27.
  test.each([
    [12.7, undefined, 11],
    [6.7, undefined, 11],
    [-3.3, undefined, 9],
    [-66.8, undefined, 4],
    [25, 5, 15],
    [-10, 3, 7],
    [0, 3, 10],
  ])('%d percent of 10, by at least %s, is %d', (percent, least, wanted) => {
    const policy: StepScalingPolicyConfiguration = {
      AdjustmentType: 'PercentChangeInCapacity',
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: percent }],
      ...(least !== undefined && { MinAdjustmentMagnitude: least }),
    };
    expect(stepCapacity(policy, 10, signal([1], 0))).toBe(wanted);
  });

  test.each([
    [undefined, 2],
    ['Average', 2],
    ['Minimum', 1],
    ['Maximum', 3],
  ] as const)('points are aggregated by %s', (MetricAggregationType, wanted) => {
    const StepAdjustments = [1, 2, 3].map((n) => ({
      MetricIntervalLowerBound: n - 0.5,
      MetricIntervalUpperBound: n + 0.5,
      ScalingAdjustment: n,
    }));
    const policy = {
      AdjustmentType: 'ExactCapacity',
      StepAdjustments,
      ...(MetricAggregationType && { MetricAggregationType }),
    } as const;
    expect(stepCapacity(policy, 10, signal([1, 2, 3], 0))).toBe(wanted);
  });
});

describe('target tracking (ECS-DG/service-autoscaling-targettracking)', () => {
  test.each([
    [60, 2, 120, 4],
    [60, 2, 61, 3],
    [60, 3, 100, 5],
    [60, 2, 60, 2],
    [60, 4, 30, 2],
    [60, 4, 31, 3],
    [60, 4, 0, 0],
    [60, 0, 61, 1],
    [60, 0, 10, 0],
    [0.3, 3, 0.1, 1],
  ])('for a target of %d, %d tasks at %d become %d: proportional, rounded up', (target, running, metric, wanted) => {
    expect(trackingCapacity(target, running, metric)).toBe(wanted);
  });

  test('scales in only below nine tenths of the target', () => {
    expect(lowThreshold(60)).toBe(54);
  });
});

describe('whether to scale', () => {
  const ask = (change: Partial<Question> & { readonly wants: number | ((running: number) => number) }) => {
    const { wants, ...rest } = change;
    return decideScaling({
      running: 4,
      desired: 4,
      min: 1,
      max: 10,
      suspended: { in: false, out: false },
      deploying: false,
      othersNeed: () => 0,
      cooling: undefined,
      proposed: typeof wants === 'number' ? () => wants : wants,
      ...rest,
    });
  };
  const to = (count: number, direction: 'out' | 'in') => ({ kind: 'scale', to: count, direction });
  const not = (reason: object) => ({ kind: 'not-scaled', reason });

  test('goes out and in as far as the policy asks, within the limits', () => {
    expect(ask({ wants: 7 })).toEqual(to(7, 'out'));
    expect(ask({ wants: 99 })).toEqual(to(10, 'out'));
    expect(ask({ wants: 2 })).toEqual(to(2, 'in'));
    expect(ask({ wants: 0 })).toEqual(to(1, 'in'));
  });

  test('does nothing where nothing matches, and tells why it is there already', () => {
    expect(ask({ wants: 4 })).toEqual(not({ Code: 'AlreadyAtDesiredCapacity', CurrentCapacity: 4 }));
    expect(ask({ wants: 12, desired: 10 })).toEqual(not({ Code: 'AlreadyAtMaxCapacity', MaxCapacity: 10 }));
    expect(ask({ wants: 0, desired: 1 })).toEqual(not({ Code: 'AlreadyAtMinCapacity', MinCapacity: 1 }));
    // Its tasks are still starting.
    expect(ask({ wants: 6, desired: 8 })).toEqual(not({ Code: 'AlreadyAtDesiredCapacity', CurrentCapacity: 8 }));
  });

  test('a desired count below the minimum is raised by the next alarm outwards, not by one inwards', () => {
    expect(ask({ wants: 3, running: 2, desired: 2, min: 5 })).toEqual(to(5, 'out'));
    expect(ask({ wants: 1, running: 2, desired: 2, min: 5 })).toMatchObject({ kind: 'not-scaled' });
  });

  test('suspended directions rest, each by itself', () => {
    expect(ask({ wants: 7, suspended: { in: false, out: true } })).toEqual({ kind: 'nothing' });
    expect(ask({ wants: 2, suspended: { in: false, out: true } })).toEqual(to(2, 'in'));
    expect(ask({ wants: 2, suspended: { in: true, out: false } })).toEqual({ kind: 'nothing' });
    expect(ask({ wants: 7, suspended: { in: true, out: false } })).toEqual(to(7, 'out'));
  });

  test('nothing is scaled in while ECS deploys, scaling out goes on', () => {
    expect(ask({ wants: 2, deploying: true })).toEqual(not({ Code: 'TargetServicePutResourceAsUnscalable' }));
    expect(ask({ wants: 7, deploying: true })).toEqual(to(7, 'out'));
  });

  test('inwards all policies must be ready, and the one that needs most decides', () => {
    expect(ask({ wants: 1, othersNeed: () => 3 })).toEqual(to(3, 'in'));
    expect(ask({ wants: 1, othersNeed: () => Number.POSITIVE_INFINITY })).toEqual({ kind: 'nothing' });
    expect(ask({ wants: 7, othersNeed: () => Number.POSITIVE_INFINITY })).toEqual(to(7, 'out'));
  });

  test('a cooldown inwards holds up what goes in, not what goes out', () => {
    const cooling = { from: 6, to: 4 };
    expect(ask({ wants: 2, cooling })).toEqual({ kind: 'nothing' });
    expect(ask({ wants: 7, cooling })).toEqual(to(7, 'out'));
  });

  test('during a cooldown outwards only what goes beyond the first change is added', () => {
    const cooling = { from: 2, to: 4 };
    // Two more were added; the alarm asks for the same two, and then for five.
    expect(ask({ wants: (running) => running + 2, cooling })).toMatchObject({ kind: 'not-scaled' });
    expect(ask({ wants: (running) => running + 5, cooling })).toEqual(to(7, 'out'));
    expect(ask({ wants: 2, cooling })).toEqual(to(2, 'in'));
  });
});

describe('what an alarm tells', () => {
  const read = (reasonData: string | null) =>
    readSignal({ name: 'a', state: 'ALARM', reasonData, comparison: 'LessThanThreshold' });

  test('is its data points and threshold', () => {
    expect(read('{"recentDatapoints":[1,2],"threshold":5.0}')).toEqual({
      alarmName: 'a',
      state: 'ALARM',
      points: [1, 2],
      threshold: 5,
      below: true,
    });
  });

  test.each([null, '', 'null', '[]', '{}', '{"recentDatapoints":[],"threshold":1}', '{"recentDatapoints":[1]}'])(
    'is nothing to scale on where there are none: %s',
    (reasonData) => expect(read(reasonData)).toBeUndefined(),
  );
});

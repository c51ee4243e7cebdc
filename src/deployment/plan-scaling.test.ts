import { describe, expect, test } from 'vitest';
import { planScaling, planScalingAlike } from './plan-scaling.ts';
import type { ScalingLimits } from './scaling.ts';
import { aPlan } from './testing/a-plan.ts';
import { aDeployment, closed, following } from './testing/a-stream.ts';

const live: ScalingLimits = { min: 2, max: 10, schedules: 'active' };
const idle: ScalingLimits = { min: 0, max: 10, schedules: 'suspended' };
const own: ScalingLimits = { min: 3, max: 12, schedules: 'active' };
const configured = { min: 3, max: 12, schedules: [{ min: 8, max: null }] };
const asked = { kind: 'asked', by: 'ben', request: 'abort' } as const;
const running = aDeployment({ plan: aPlan({ scaling: { before: live, after: own } }), phase: 'shifting' });
const last = (name: 'succeeded' | 'rolled-back' | 'halted') =>
  following(running, closed(name === 'succeeded' ? { name } : { name, because: asked })).deployment;

describe('the limits before and after a deployment', () => {
  test('are those found and those configured', () => {
    expect(planScaling(configured, { blue: live, green: idle }, undefined, 'blue', false)).toEqual({
      before: live,
      after: own,
    });
  });

  test('stay where a schedule has set them', () => {
    const scheduled = { ...live, min: 8 };
    expect(planScaling(configured, { blue: scheduled, green: idle }, undefined, 'blue', false)).toEqual({
      before: scheduled,
      after: { ...own, min: 8 },
    });
  });

  test('are those that the last deployment was to restore, where it did not', () => {
    const raised: ScalingLimits = { min: 9, max: 12, schedules: 'suspended' };
    const found = { blue: raised, green: raised };
    expect(planScaling(configured, found, last('halted'), 'blue', false)?.before).toEqual(live);
    expect(planScaling(configured, found, last('succeeded'), 'green', false)?.before).toEqual(own);
  });

  test('are the configured ones for a live colour that was never given any', () => {
    expect(planScaling(configured, { blue: idle, green: idle }, undefined, 'blue', false)?.before).toEqual(own);
  });

  test('of a first deployment go back to nothing', () => {
    expect(planScaling(configured, { blue: idle, green: idle }, undefined, 'blue', true)?.before).toEqual(idle);
  });

  test('are none where a colour has no scalable target', () => {
    expect(planScaling(configured, { blue: live, green: undefined }, undefined, 'blue', false)).toBeNull();
    expect(planScaling(configured, null, undefined, 'blue', false)).toBeNull();
  });
});

describe('limits that go with the traffic', () => {
  test('are what the last deployment left or meant to leave', () => {
    expect(planScalingAlike(last('succeeded'), 'green')).toEqual({ before: own, after: own });
    expect(planScalingAlike(last('rolled-back'), 'blue')).toEqual({ before: live, after: live });
  });

  test('are none where nothing scales', () => {
    expect(planScalingAlike(aDeployment().deployment, 'blue')).toBeNull();
    expect(planScalingAlike(undefined, 'blue')).toBeNull();
  });
});

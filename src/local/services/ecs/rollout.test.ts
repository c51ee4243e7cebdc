import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRollout, type RolloutInput, type SeenTask } from './rollout.ts';

/** `'new 2 healthy, old 1 sick'` as tasks, numbered from 1. */
function tasks(text: string): SeenTask[] {
  const all: SeenTask[] = [];
  for (const part of text.split(', ').filter((one) => one !== '')) {
    const [deployment = '', count, condition] = part.split(' ');
    for (let n = 0; n < Number(count); n++)
      all.push({ id: String(all.length + 1), deployment, condition: condition as SeenTask['condition'] });
  }
  return all;
}

function plan(desired: number, text: string, change: Partial<RolloutInput> = {}): string {
  const seen = tasks(text);
  const { start, stop, blocked } = planRollout({
    desiredCount: desired,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    primary: { id: 'new', mayStart: true },
    older: seen.some((task) => task.deployment === 'old')
      ? [{ id: 'old', keeps: desired, completedBefore: true, mayStart: true }]
      : [],
    tasks: seen,
    ...change,
  });
  const of = (id: string) => {
    const task = seen.find((one) => one.id === id);
    return `${task?.deployment} ${task?.condition}`;
  };
  return [
    ...start.map((one) => `start ${one.count} ${one.deployment}`),
    ...stop.map((one) => `stop ${of(one.id)}${one.because === 'sick' ? ' as sick' : ''}`),
    ...(blocked ? ['blocked'] : []),
  ].join(', ');
}

describe('the next step of a service', () => {
  test.each([
    // Scaling.
    [2, '', 'start 2 new'],
    [2, 'new 2 starting', ''],
    [2, 'new 2 healthy', ''],
    [1, 'new 1 healthy, new 1 starting', 'stop new starting'],
    [0, 'new 2 healthy', 'stop new healthy, stop new healthy'],
    // Replacing.
    [2, 'old 2 healthy', 'start 2 new'],
    [2, 'old 2 healthy, new 2 starting', ''],
    [2, 'old 2 healthy, new 1 healthy, new 1 starting', 'stop old healthy'],
    [2, 'old 2 healthy, new 2 healthy', 'stop old healthy, stop old healthy'],
    [2, 'old 2 stopping, new 2 healthy', ''],
    // An old task that died meanwhile comes back, and first.
    [2, 'old 1 healthy', 'start 1 old, start 2 new'],
    // Sick ones: the replacement first, where there is room.
    [2, 'new 1 healthy, new 1 sick', 'start 1 new'],
    [2, 'new 1 healthy, new 1 sick, new 1 starting', ''],
    [2, 'new 2 healthy, new 1 sick', 'stop new sick as sick'],
    [2, 'old 2 healthy, new 2 sick', 'stop new sick as sick'],
    [2, 'old 2 healthy, new 1 sick, new 1 stopping', ''],
  ])('desired %i, %s: %s', (desired, text, expected) => {
    expect(plan(desired, text)).toBe(expected);
  });

  test('rounds the minimum up and the maximum down', () => {
    const percentages = { minimumHealthyPercent: 50, maximumPercent: 150 };
    // 3 tasks: at least 2, at most 4.
    expect(plan(3, 'old 3 healthy', percentages)).toBe('start 1 new, stop old healthy');
    expect(plan(3, 'old 2 healthy, new 1 starting', percentages)).toBe('start 1 new');
  });

  test('stops first and starts later where the maximum is 100', () => {
    const percentages = { minimumHealthyPercent: 0, maximumPercent: 100 };
    expect(plan(1, 'old 1 healthy', percentages)).toBe('stop old healthy');
    expect(plan(1, 'old 1 stopping', percentages)).toBe('');
    expect(plan(1, '', percentages)).toBe('start 1 new');
  });

  test('counts what is pending and what is stopping against the maximum', () => {
    const percentages = { minimumHealthyPercent: 50, maximumPercent: 150 };
    expect(plan(4, 'old 3 healthy, old 1 stopping, new 2 starting', percentages)).toBe('stop old healthy');
    expect(plan(4, 'old 2 healthy, new 2 starting', percentages)).toBe('start 2 new');
  });

  test.each([
    // Desired, minimum, maximum.
    [2, 100, 100],
    // 50 % of one task is one, rounded up; 150 % is one, rounded down.
    [1, 50, 100],
    [1, 100, 150],
    [3, 67, 100],
  ])('says when %i tasks at %i to %i %% leave it nothing to do', (desired, minimumHealthyPercent, maximumPercent) => {
    expect(plan(desired, `old ${desired} healthy`, { minimumHealthyPercent, maximumPercent })).toBe('blocked');
  });

  test.each([
    [1, 0, 100, 'stop old healthy'],
    [1, 100, 200, 'start 1 new'],
    [3, 66, 100, 'stop old healthy'],
    [2, 50, 100, 'stop old healthy'],
    [2, 100, 150, 'start 1 new'],
  ])('%i tasks at %i to %i %%: %s', (desired, minimumHealthyPercent, maximumPercent, step) => {
    expect(plan(desired, `old ${desired} healthy`, { minimumHealthyPercent, maximumPercent })).toBe(step);
  });

  test('keeps the healthy tasks of the last good deployment, not those of one that never came up', () => {
    const older = [
      { id: 'failed', keeps: 0, completedBefore: false, mayStart: false },
      { id: 'old', keeps: 2, completedBefore: true, mayStart: true },
    ];
    expect(plan(2, 'old 2 healthy, failed 1 starting, failed 1 unproven, new 2 starting', { older })).toBe(
      'stop failed starting, stop failed unproven',
    );
  });

  test('starts nothing that has to wait', () => {
    expect(plan(2, '', { primary: { id: 'new', mayStart: false } })).toBe('');
  });

  test('never takes the healthy tasks below the minimum, nor all tasks above the maximum', () => {
    const task = fc.record({
      deployment: fc.constantFrom('new', 'old', 'failed'),
      condition: fc.constantFrom(
        'starting' as const,
        'unproven' as const,
        'healthy' as const,
        'sick' as const,
        'stopping' as const,
      ),
    });
    fc.assert(
      fc.property(
        fc.array(task, { maxLength: 12 }),
        fc.nat(5),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 100, max: 300 }),
        fc.nat(5),
        (seen, desiredCount, minimumHealthyPercent, maximumPercent, keeps) => {
          const all = seen.map((one, index) => ({ ...one, id: String(index) }));
          const { start, stop } = planRollout({
            desiredCount,
            minimumHealthyPercent,
            maximumPercent,
            primary: { id: 'new', mayStart: true },
            older: [
              { id: 'failed', keeps: 0, completedBefore: false, mayStart: false },
              { id: 'old', keeps, completedBefore: true, mayStart: true },
            ],
            tasks: all,
          });
          const stopped = new Set(stop.map((one) => one.id));
          expect(stopped.size).toBe(stop.length);
          const healthy = all.filter((one) => one.condition === 'healthy');
          const left = healthy.filter((one) => !stopped.has(one.id)).length;
          const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
          expect(left).toBeGreaterThanOrEqual(Math.min(healthy.length, least));
          const started = start.reduce((sum, one) => sum + one.count, 0);
          const most = Math.floor((desiredCount * maximumPercent) / 100);
          expect(all.length + started).toBeLessThanOrEqual(Math.max(all.length, most));
        },
      ),
      { numRuns: 500 },
    );
  });
});

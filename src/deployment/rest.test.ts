import { describe, expect, test } from 'vitest';
import { ms } from '../base/index.ts';
import type { Rest } from './carried.ts';
import { restLeftMs } from './rest.ts';
import { aPlan } from './testing/a-plan.ts';
import { seen } from './testing/seen.ts';

const plan = aPlan({ timings: { deregistrationDelaySeconds: 30, trafficSettleSeconds: 60, clockSkewSeconds: 600 } });
const at = (minutes: number, epoch = 1): Rest => ({
  kind: 'resting',
  at: new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString(),
  epoch,
});
const left = (rest: Rest, now: Parameters<typeof seen>[0] = {}): number =>
  restLeftMs(plan, rest, 'green', seen({ at: '2026-01-01T01:00:00.000Z', ...now }));
const zero = (forMs: number) => ({ blue: undefined, green: ms(forMs) });
const answered = (agoMs: number) => ({ blue: ms(0), green: ms(agoMs) });

describe('how long something may still follow a colour', () => {
  test('not at all where it never had weight', () => expect(left({ kind: 'never-carried' })).toBe(0));
  test('for the deregistration delay and the settle time after the read-back', () => {
    expect(left(at(60))).toBe(90_000);
    expect(left(at(59))).toBe(30_000);
    expect(left(at(58))).toBe(0);
  });
  test('longer by the greatest skew of two clocks, where another driver wrote', () => {
    expect(left(at(58, 7))).toBe(90_000);
    expect(left(at(50, 7))).toBe(90_000);
    expect(left(at(49, 7))).toBe(30_000);
    expect(left(at(48, 7))).toBe(0);
  });
  test('what this driver saw at 0 itself counts in full, whoever wrote', () => {
    expect(left(at(58, 7), { atZeroMs: zero(80_000) })).toBe(10_000);
    expect(left({ kind: 'carrying' }, { atZeroMs: zero(80_000) })).toBe(10_000);
  });
  test('for ever while it is not seen at 0', () =>
    expect(left({ kind: 'carrying' }, { atZeroMs: { blue: undefined, green: undefined } })).toBe(90_000));
  test('for half the settle time after its last answer', () => {
    expect(left(at(30), { sinceAnswerMs: answered(10_000) })).toBe(20_000);
    expect(left(at(30), { sinceAnswerMs: answered(30_000) })).toBe(0);
  });
  test('a record from the future is not believed', () => expect(left(at(90, 1))).toBeGreaterThan(90_000 - 1));
});

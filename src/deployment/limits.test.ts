import { describe, expect, test } from 'vitest';
import { overLimit } from './limits.ts';
import { aPlan } from './testing/a-plan.ts';

const { limits } = aPlan({ limits: { failurePercent: 5, p99Seconds: 1, minimumAnswers: 20, windowSeconds: 60 } });
const probes = (answers: number, failed: number, p99Ms = 10) => ({
  answers,
  failed,
  p50Ms: 5,
  p99Ms,
  overMs: 60_000,
  example: failed ? '500 from GET /' : '',
});

describe('limits', () => {
  test.each([
    ['too few answers prove nothing', probes(19, 19, 9_000), undefined],
    ['a share above the limit', probes(100, 6), 'failures'],
    ['a share at the limit passes', probes(100, 5), undefined],
    ['one lost answer of few is chance', probes(20, 2), undefined],
    ['three are not', probes(20, 3), 'failures'],
    ['a p99 above the limit', probes(20, 0, 1_001), 'latency'],
    ['a p99 at the limit passes', probes(20, 0, 1_000), undefined],
  ] as const)('%s', (_, window, kind) => expect(overLimit(limits, window)?.kind).toBe(kind));

  test('none allowed means none', () =>
    expect(overLimit({ ...limits, failurePercent: 0 }, probes(20, 1))?.kind).toBe('failures'));

  test('without a latency limit answers may take as long as they do', () =>
    expect(overLimit({ ...limits, p99Seconds: null }, probes(20, 0, 60_000))).toBeUndefined());

  test('the reason tells what was counted', () =>
    expect(overLimit(limits, probes(40, 20))).toEqual({
      kind: 'failures',
      percent: 50,
      limit: 5,
      failed: 20,
      answers: 40,
      windowSeconds: 60,
      example: '500 from GET /',
    }));
});

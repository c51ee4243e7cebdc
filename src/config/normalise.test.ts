import { describe, expect, test } from 'vitest';
import { defaults } from './defaults.ts';
import type { DeploymentFile } from './deployment-schema.ts';
import { stepsOf } from './normalise.ts';
import { aService } from './testing.ts';

const weights = (strategy: DeploymentFile['strategy']) => stepsOf(strategy).map(({ weight }) => weight);
const linear = (weight: number) => weights({ linear: { weight, every: 60 } });

describe('a strategy becomes one list of steps', () => {
  test('all at once: one step', () => {
    expect(stepsOf('all-at-once')).toEqual([{ weight: 100, hold: { bakeSeconds: 0 } }]);
  });

  test('canary: its weight and time, then all', () => {
    expect(stepsOf({ canary: { weight: 2.5, bake: 300 } })).toEqual([
      { weight: 2.5, hold: { bakeSeconds: 300 } },
      { weight: 100, hold: { bakeSeconds: 0 } },
    ]);
  });

  test('linear: the first step at once, the last exactly 100', () => {
    expect(linear(10)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(linear(30)).toEqual([30, 60, 90, 100]);
    expect(linear(50)).toEqual([50, 100]);
    expect(linear(60)).toEqual([60, 100]);
    expect(linear(33.3)).toEqual([33.3, 66.6, 99.9, 100]);
  });

  test('linear in tenths adds up without the errors of binary fractions', () => {
    const steps = linear(0.1);
    expect(steps).toHaveLength(1000);
    expect(steps[2]).toBe(0.3);
    expect(steps.every((weight, index) => weight === (index + 1) / 10)).toBe(true);
  });

  test('linear: every step but the last holds as long as asked', () => {
    const holds = stepsOf({ linear: { weight: 40, every: 90 } }).map(({ hold }) => hold.bakeSeconds);
    expect(holds).toEqual([90, 90, 0]);
  });

  test('steps: as written', () => {
    expect(stepsOf({ steps: [{ weight: 20, hold: { bake: 600 } }, { weight: 100 }] })).toEqual([
      { weight: 20, hold: { bakeSeconds: 600 } },
      { weight: 100, hold: { bakeSeconds: 0 } },
    ]);
  });
});

describe('a service', () => {
  test('that says the least has every default', () => {
    const service = aService({});
    expect(service).toMatchObject({
      kind: 'web',
      cpu: defaults.cpu.value,
      memory: defaults.memory.value,
      command: null,
      stickiness: null,
      routes: [{ host: null, path: '/*', priority: 10 }],
      scaling: { min: 2, max: 2, cpuPercent: null, memoryPercent: null, requestsPerTarget: null, schedules: [] },
      deployment: {
        steps: [{ weight: 100, hold: { bakeSeconds: 0 } }],
        healthTimeoutSeconds: 600,
        bakeSeconds: 300,
        keepWarmSeconds: 900,
        onInterrupt: 'rollback',
        identity: null,
      },
    });
  });

  test.each([
    [{ build: '../app' }, { kind: 'build', directory: 'app' }],
    [{ build: '..' }, { kind: 'build', directory: '.' }],
    [{ build: '../app/' }, { kind: 'build', directory: 'app' }],
    [{ build: '../../shared/app' }, { kind: 'build', directory: '../shared/app' }],
    ['registry:5000/api:1.2', { kind: 'tag', reference: 'registry:5000/api:1.2' }],
    [
      `api@sha256:${'0'.repeat(64)}`,
      { kind: 'digest', reference: `api@sha256:${'0'.repeat(64)}`, digest: `sha256:${'0'.repeat(64)}` },
    ],
  ])('has image %j', (image, normalised) => {
    expect(aService({ image }).image).toEqual(normalised);
  });

  test('keeps its secrets in one of two stores', () => {
    const { secrets } = aService({
      secrets: { A: { from: 'ssm:/items/a' }, B: { from: 'secretsmanager:api/b', fetch: true } },
    });
    expect(secrets).toEqual({
      A: { store: 'ssm', name: '/items/a', fetch: false },
      B: { store: 'secretsmanager', name: 'api/b', fetch: true },
    });
  });

  test.each([
    ['90s', 90],
    [0, 0],
    ['always', 'always'],
  ])('keeps the old colour warm for %j', (keepWarm, seconds) => {
    expect(aService({ deployment: { keepWarm } }).deployment.keepWarmSeconds).toBe(seconds);
  });

  test("has hosts in lower case, as a load balancer's conditions match them", () => {
    expect(aService({ routes: [{ host: 'API.Example.com', priority: 1 }] })).toMatchObject({
      routes: [{ host: 'api.example.com' }],
    });
  });
});

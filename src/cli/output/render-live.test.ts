import { expect, test } from 'vitest';
import type { DeploymentEvent } from '../../deployment/index.ts';
import { percent } from '../../deployment/index.ts';
import { createLiveView, type LiveView } from './live-view.ts';
import { uncolored } from './paint.ts';
import { type Frame, renderLive } from './render-live.ts';

const envelope = { schema: 1, environment: 'local', service: 'api', deployment: '01JD3KZ5N8Q4T2V7W9X0Y1Z2A3' } as const;
const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 4, 0, second)).toISOString();

const driving: DeploymentEvent = {
  ...envelope,
  at: at(0),
  type: 'driving',
  body: {
    kind: 'deploy',
    from: 'blue',
    to: 'green',
    first: false,
    revisions: { blue: 'aaaaaaaaaaaa', green: 'bbbbbbbbbbbb' },
    names: { blue: 'v1', green: null },
    openedAt: at(0),
    phase: 'preparing',
    step: 0,
    steps: [
      { weight: percent(10), bakeSeconds: 300 },
      { weight: percent(100), bakeSeconds: 0 },
    ],
    bakeSeconds: 300,
    keepWarmSeconds: 900,
    healthTimeoutSeconds: 600,
    windowSeconds: 30,
    measured: 'yes',
  },
};

const phase = (second: number, name: 'provisioning' | 'verifying' | 'shifting' | 'rolling-back'): DeploymentEvent => ({
  ...envelope,
  at: at(second),
  type: 'phase',
  body: { phase: name, step: 0, because: null },
});

const status = (paused = false): DeploymentEvent => ({
  ...envelope,
  at: at(60),
  type: 'status',
  body: {
    phase: 'shifting',
    step: 0,
    paused,
    waitingFor: 'hold',
    heldMs: 72_000,
    holdMs: 300_000,
    required: 4,
    colors: {
      blue: { revision: 'aaaaaaaaaaaa', name: 'v1', weight: 90, healthy: 4, desired: 4, probes: probes(540, 4.1) },
      green: { revision: 'bbbbbbbbbbbb', name: 'v2', weight: 10, healthy: 4, desired: 4, probes: probes(63, 3.9) },
    },
  },
});

const probes = (answers: number, p50Ms: number) => ({
  answers,
  failed: 0,
  p50Ms,
  p99Ms: 11,
  overMs: 30_000,
  example: '',
});

const viewOf = (...events: DeploymentEvent[]): LiveView => {
  const fold = createLiveView();
  const [last] = events.map(fold).slice(-1);
  if (!last) throw new Error('no event');
  return last;
};

const frame = (over: Partial<Frame> = {}): Frame => ({
  width: 80,
  height: 30,
  now: Date.parse(at(60)),
  paint: uncolored,
  keys: true,
  probes: true,
  question: undefined,
  ...over,
});

const shifting = [driving, phase(1, 'provisioning'), phase(21, 'verifying'), phase(22, 'shifting'), status()];

test('shows phases, weights, probes, the hold and the log, newest first', async () => {
  await expect(renderLive(viewOf(...shifting), frame())).toMatchFileSnapshot('../../../tests/golden/cli/live-view.txt');
});

test.each([60, 80, 100, 120])('fits %d columns', (width) => {
  const lines = renderLive(viewOf(...shifting), frame({ width })).split('\n');
  expect(lines.filter((line) => line.length > Math.max(width, 66))).toEqual([]);
});

test('fits the height: the log gives way', () => {
  expect(renderLive(viewOf(...shifting), frame({ height: 18 })).split('\n').length).toBeLessThan(18);
});

test('a pause says how it ends', () => {
  expect(renderLive(viewOf(...shifting, status(true)), frame())).toContain('paused at 10 %: "teal resume api" goes on');
});

test('a roll-back marks the phase that failed', () => {
  const view = viewOf(...shifting, phase(61, 'rolling-back'));
  expect(renderLive(view, frame())).toMatch(/shift ✗ {2,3}rolling back ▸/);
});

test('the last frame has the whole log, oldest first, and no keys', () => {
  const text = renderLive(viewOf(...shifting), frame({ height: undefined }));
  expect(text).not.toContain('p promote');
  expect(text.indexOf('provisioning:')).toBeLessThan(text.indexOf('shifting:'));
});

test('a driver that goes on with what another began shows what was done before', () => {
  const resumed: DeploymentEvent = { ...driving, body: { ...driving.body, phase: 'shifting' } };
  expect(renderLive(viewOf(resumed), frame())).toMatch(/prepare ✓ {2,3}provision ✓ {2,3}verify ✓ {2,3}shift ▸ 1 of 2/);
});

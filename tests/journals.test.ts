import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  decide,
  decideDue,
  type Entry,
  fold,
  isRunning,
  readEntry,
  type StreamState,
  type Weights,
} from '../src/deployment/index.ts';
import { aColor, anEmptyColor, seen } from '../src/deployment/testing/seen.ts';

/**
 * Every release leaves journals of whole deployments in `journals/<version>/` (recorded by `journals/record.ts`). A
 * deployment that an earlier release began must be resumed by this one from wherever it was left.
 */
const folder = new URL('journals/', import.meta.url);
const recorded = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: version }) =>
    readdirSync(new URL(`${version}/`, folder)).map((file) => ({
      name: `${version}/${file}`,
      entries: (JSON.parse(readFileSync(new URL(`${version}/${file}`, folder), 'utf8')) as readonly Entry[]).map(
        readEntry,
      ),
    })),
  );

/** A look at a world in which the new colour is up and the load balancer shows these weights. */
function look(state: StreamState, weights: Weights) {
  const { plan, taskDefinition = 'none', provisioned = false } = state.deployment ?? {};
  if (!plan) return seen();
  const there = provisioned || plan.wish.kind === 'existing';
  const idle = there ? aColor({ taskDefinition }) : anEmptyColor();
  return seen({
    plan,
    idle,
    epoch: state.epoch + 1,
    traffic: { production: [weights], test: [{ blue: 0, green: 0 }] },
  });
}

/** All that a load balancer may show, as far as the journal knows. */
const possible = (state: StreamState): readonly Weights[] => [
  ...(state.weights ? [state.weights] : []),
  ...state.unansweredWeights,
];

test('there are recorded journals', () => expect(recorded.length).toBeGreaterThan(5));

describe.each(recorded)('$name', ({ entries }) => {
  const prefixes = entries.map((_, index) => entries.slice(0, index + 1));
  const running = prefixes.map(fold).filter(isRunning);

  test('ends with an outcome', () => {
    expect(entries.length).toBeGreaterThan(10);
    expect(fold(entries).deployment?.outcome).toBeDefined();
  });

  test('tells from the last opening all that it tells from the beginning', () => {
    const opened = entries.findLastIndex((entry) => entry.kind === 'opened');
    expect(fold(entries.slice(opened))).toEqual(fold(entries));
  });

  test('can be gone on with from every prefix, whatever of the last call took effect', () => {
    for (const state of running)
      for (const weights of possible(state)) expect(decide(state, look(state, weights)).do).not.toBe('rest');
  });

  test('skips no step and doubles none: no prefix raises further than its step', () => {
    for (const state of running) {
      const { plan, phase, undo } = state.deployment ?? {};
      for (const weights of possible(state)) {
        const action = decide(state, look(state, weights));
        if (action.do !== 'set-weights' || !plan || !phase) continue;
        const allowed = phase.name === 'rolling-back' || undo ? 0 : (plan.steps[phase.step]?.weight ?? 100);
        expect(action.idle).toBe(allowed);
      }
    }
  });

  test('succeeds in no prefix before all of the traffic is read back', () => {
    for (const state of running) {
      for (const weights of possible(state)) {
        const action = decide(state, look(state, weights));
        if (action.do !== 'close' || action.outcome.name !== 'succeeded') continue;
        expect(state.deployment?.phase.name).toBe('baking');
        expect(state.weights).toEqual(weights);
      }
    }
  });

  test('leaves due work that this release can do', () => {
    for (const state of prefixes.map(fold).filter((each) => each.deployment?.outcome)) {
      const [weights] = possible(state);
      if (!weights) throw new Error('an ended deployment knows its weights');
      const scales = state.deployment?.plan.scaling ? ['set-limits'] : [];
      expect(['rest', 'wait', 'update-service', ...scales]).toContain(decideDue(state, look(state, weights)).do);
    }
  });
});

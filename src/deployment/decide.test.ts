import { describe, expect, test } from 'vitest';
import { ms } from '../base/index.ts';
import { decide } from './decide.ts';
import { decideDue } from './decide-due.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import { emptyStream, type StreamState } from './state.ts';
import { anExistingPlan, aPlan, newTaskDefinition } from './testing/a-plan.ts';
import {
  aDeployment,
  answered,
  blueIsLive,
  closed,
  entered,
  following,
  intended,
  nothingIsLive,
  refused,
  replaced,
  requested,
  takingBack,
  unanswered,
  weights,
} from './testing/a-stream.ts';
import { aColor, anEmptyColor, seen } from './testing/seen.ts';

type Case = readonly [behaviour: string, state: StreamState, observation: Observation, expected: object];

const plan = aPlan({ steps: [10, 100], hold: 30 });
const first = aPlan({ first: true, identity: null });
const old = anEmptyColor('arn:aws:ecs:eu-west-1:123456789012:task-definition/test-web:0');
const rollingBack = (reason: string): object => ({
  do: 'enter',
  phase: 'rolling-back',
  because: expect.objectContaining({ kind: reason }),
});
const waiting = (reason: string, forMs: unknown = expect.anything()): object => ({
  do: 'wait',
  for: reason,
  ms: forMs,
});
const closing = (name: string, because?: object): object => ({
  do: 'close',
  outcome: because ? { name, because: expect.objectContaining(because) } : expect.objectContaining({ name }),
});
const healthTimeout = ms(plan.timings.healthTimeoutSeconds * 1000);
const bad = { answers: 40, failed: 20, p50Ms: 5, p99Ms: 20, overMs: 60_000, example: '500 from GET /' };
const good = { ...bad, failed: 0, example: '' };

const asked = { kind: 'asked', by: 'ben', request: 'abort' } as const;

function check(cases: readonly Case[]): void {
  for (const [behaviour, state, observation, expected] of cases)
    test(behaviour, () => expect(decide(state, observation)).toMatchObject(expected));
}

describe('whatever the phase', () => {
  const shifting = aDeployment({ plan, phase: 'shifting', step: 1 });
  const abort = { id: 'r-1', deployment: 'd-2', hold: '', kind: 'abort', by: 'ben' } as const;
  const foreign = seen({ plan, share: 50 });
  check([
    ['rests where no deployment ever was', emptyStream, seen(), { do: 'rest' }],
    ['rests after the outcome', following(shifting, closed({ name: 'succeeded' })), seen(), { do: 'rest' }],
    [
      'takes a request to the journal first',
      shifting,
      seen({ plan, requests: [abort] }),
      { do: 'accept', request: abort },
    ],
    [
      'does not take a request twice',
      following(shifting, { kind: 'requested', body: { ...abort, kind: 'pause' } }),
      seen({ plan, share: 10, requests: [{ ...abort, kind: 'pause' }] }),
      waiting('pause'),
    ],
    [
      'takes back when asked to',
      following(shifting, requested('abort')),
      seen({ plan, share: 10 }),
      rollingBack('asked'),
    ],
    [
      'takes back after a refused raise',
      following(shifting, ...refused(weights(100))),
      seen({ plan, share: 10 }),
      rollingBack('write-refused'),
    ],
    ['waits while weights are strange only for a moment', shifting, foreign, waiting('weights-to-be-explained')],
    [
      "halts without a write when another's weights stay",
      shifting,
      { ...foreign, strangeMs: ms(8_001) },
      closing('halted', {
        kind: 'weights-changed-by-another',
        found: { blue: 50, green: 50 },
        expected: { blue: 90, green: 10 },
      }),
    ],
    [
      'halts when a group is not named any more',
      shifting,
      {
        ...foreign,
        traffic: { ...foreign.traffic, production: [{ blue: 100, green: undefined }] },
        strangeMs: ms(8_001),
      },
      closing('halted', { kind: 'weights-changed-by-another' }),
    ],
    [
      "writes again over a straggler's weights",
      following(shifting, ...unanswered(weights(100)), takingBack(), ...answered(weights(0))),
      seen({ plan, share: 100 }),
      { do: 'set-weights', idle: 0 },
    ],
  ]);
});

describe('preparing', () => {
  const switching = anExistingPlan('switch');
  check([
    ['registers what is to run', aDeployment(), seen(), { do: 'register' }],
    ['goes on once it is registered', withRegistered(), seen(), { do: 'enter', phase: 'provisioning' }],
    [
      'goes straight to the weights for what runs already',
      aDeployment({ plan: switching }),
      seen(),
      { do: 'enter', phase: 'shifting' },
    ],
  ]);
});

const testedAtBlue = { ...seen({ plan }).traffic, test: [{ blue: 100, green: 0 }] };

describe('provisioning', () => {
  const started = aDeployment({ plan, phase: 'provisioning' });
  const updated = following(started, ...answered(replaced(plan)));
  const warm = aDeployment({
    plan,
    phase: 'provisioning',
    before: {
      ...blueIsLive,
      rest: { ...blueIsLive.rest, green: { kind: 'resting', at: '2026-01-01T00:59:00.000Z', epoch: 1 } },
    },
  });
  check([
    ['gives the idle colour the new task definition', started, seen({ plan, idle: old }), { ...replaced(plan) }],
    [
      'starts as many as run live, where those are more than the minimum',
      started,
      seen({ plan, idle: old, live: aColor({ taskDefinition: 'td:1', count: 5 }) }),
      { do: 'update-service', desiredCount: 5 },
    ],
    [
      'does not replace a colour that still has weight',
      started,
      seen({ plan, idle: old, share: 0, traffic: strayed() }),
      waiting('weights-to-be-explained'),
    ],
    [
      'waits until nothing follows a warm colour, at most a poll at a time',
      warm,
      seen({ plan, idle: old, at: '2026-01-01T01:00:00.000Z' }),
      waiting('traffic-to-settle', plan.timings.pollMs),
    ],
    [
      'replaces a warm colour once it has rested',
      warm,
      seen({ plan, idle: old, at: '2026-01-01T01:01:00.000Z' }),
      { do: 'update-service', taskDefinition: newTaskDefinition },
    ],
    [
      'waits for an update that does not show yet',
      updated,
      seen({ plan, idle: old, sinceActMs: ms(14_999) }),
      waiting('service-update-to-show'),
    ],
    [
      'updates again when an answered update does not show',
      updated,
      seen({ plan, idle: old, sinceActMs: ms(15_000) }),
      { do: 'update-service' },
    ],
    ['waits for healthy tasks', updated, seen({ plan, idle: aColor({ healthy: 1 }) }), waiting('healthy-tasks')],
    [
      'grows when more run live than were asked for',
      updated,
      seen({ plan, live: aColor({ taskDefinition: 'td:1', count: 4 }) }),
      { do: 'update-service', taskDefinition: null, desiredCount: 4 },
    ],
    [
      'does not grow again while that does not show',
      following(updated, ...answered({ ...replaced(plan), taskDefinition: null, desiredCount: 4 } as never)),
      seen({ plan, live: aColor({ taskDefinition: 'td:1', count: 4 }), sinceActMs: ms(100) }),
      waiting('service-update-to-show'),
    ],
    [
      'needs what it provisioned even when fewer run live by now',
      following(started, ...answered(replaced(plan, 4))),
      seen({ plan, idle: aColor({ count: 3, desired: 4 }) }),
      waiting('healthy-tasks'),
    ],
    [
      'takes back at once when ECS gave up',
      updated,
      seen({ plan, idle: aColor({ healthy: 0, rollout: 'FAILED' }) }),
      rollingBack('ecs-deployment-failed'),
    ],
    [
      'takes back when too few became healthy in time',
      updated,
      seen({ plan, idle: aColor({ healthy: 1 }), phaseMs: healthTimeout }),
      rollingBack('not-healthy-in-time'),
    ],
    [
      'gives tasks their time from when they were asked for, however late in the phase that was',
      updated,
      seen({ plan, idle: aColor({ healthy: 1 }), phaseMs: healthTimeout, sinceActMs: ms(healthTimeout - 1) }),
      waiting('healthy-tasks'),
    ],
    ['verifies once enough are healthy', updated, seen({ plan }), { do: 'enter', phase: 'verifying' }],
    [
      'needs no more than the minimum for a first deployment',
      following(
        aDeployment({ plan: first, before: nothingIsLive, phase: 'provisioning' }),
        ...answered(replaced(first)),
      ),
      seen({ plan: first }),
      { do: 'enter', phase: 'verifying' },
    ],
  ]);
});

describe('verifying', () => {
  const started = aDeployment({ plan, phase: 'verifying' });
  const verdict = (body: object): StreamState =>
    following(started, { kind: 'done', body: { act: { do: 'verify' }, result: { verdict: body as never } } });
  check([
    [
      'leads the test rule to the new colour',
      started,
      seen({ plan, traffic: testedAtBlue }),
      { do: 'set-test-weights', color: 'green' },
    ],
    ['verifies once it leads there', started, seen({ plan }), { do: 'verify' }],
    [
      'shifts once all checks passed',
      verdict({ passed: true, identities: {} }),
      seen({ plan }),
      { do: 'enter', phase: 'shifting', step: 0 },
    ],
    [
      'takes back when a check failed',
      verdict({ passed: false, check: 'GET / → 200', found: 'status 500' }),
      seen({ plan }),
      rollingBack('verification-failed'),
    ],
    [
      'takes back when ECS gave up',
      started,
      seen({ plan, idle: aColor({ rollout: 'FAILED' }) }),
      rollingBack('ecs-deployment-failed'),
    ],
    [
      'takes back when capacity is lost for too long',
      started,
      seen({ plan, idle: aColor({ healthy: 1 }), phaseMs: healthTimeout }),
      rollingBack('too-few-healthy'),
    ],
  ]);
});

describe('shifting', () => {
  const started = aDeployment({ plan, phase: 'shifting' });
  const canary = following(started, ...answered(weights(10)));
  const last = aDeployment({ plan, phase: 'shifting', step: 1 });
  const over = aDeployment({ plan, phase: 'shifting', step: 2 });
  const held = { plan, share: 10, watchedMs: ms(30_000), probes: good };
  const switched = anExistingPlan('switch');
  const back = anExistingPlan('rollback');
  check([
    [
      'writes the first weight, with what it rests on',
      started,
      seen({ plan }),
      { do: 'set-weights', idle: 10, healthy: 2 },
    ],
    [
      'waits for capacity before it raises',
      started,
      seen({ plan, idle: aColor({ healthy: 1 }) }),
      waiting('healthy-tasks'),
    ],
    [
      'counts a warm older revision as no capacity',
      started,
      seen({ plan, idle: aColor({ taskDefinition: 'td:0' }) }),
      waiting('healthy-tasks'),
    ],
    [
      'grows before it raises when more run live',
      started,
      seen({ plan, live: aColor({ taskDefinition: 'td:1', count: 3 }) }),
      { do: 'update-service', desiredCount: 3, taskDefinition: null },
    ],
    [
      'takes back when that capacity does not come',
      started,
      seen({ plan, idle: aColor({ healthy: 1 }), phaseMs: healthTimeout }),
      rollingBack('too-few-healthy'),
    ],
    ['does not raise while paused', following(started, requested('pause')), seen({ plan }), waiting('pause')],
    ['holds', canary, seen({ plan, share: 10, watchedMs: ms(29_000) }), waiting('hold', 1_000)],
    ['holds a poll at a time', canary, seen({ plan, share: 10 }), waiting('hold', plan.timings.pollMs)],
    ['goes on after the hold', canary, seen(held), { do: 'enter', phase: 'shifting', step: 1 }],
    ['stays while paused', following(canary, requested('pause')), seen(held), waiting('pause')],
    [
      'goes on when a person ends the hold',
      following(canary, requested('pause'), requested('promote')),
      seen({ plan, share: 10 }),
      { do: 'enter', phase: 'shifting', step: 1 },
    ],
    [
      'does not take one promotion for two steps',
      following(canary, requested('promote'), entered('shifting', 1), ...answered(weights(100))),
      seen({ plan, share: 100 }),
      waiting('hold'),
    ],
    [
      'takes back when a task is lost',
      canary,
      seen({ ...held, idle: aColor({ healthy: 1 }) }),
      rollingBack('too-few-healthy'),
    ],
    [
      'takes back before it waits for a pause',
      following(canary, requested('pause')),
      seen({ ...held, probes: bad }),
      rollingBack('failures'),
    ],
    ['takes back when answers fail', canary, seen({ ...held, probes: bad }), rollingBack('failures')],
    [
      'takes back when answers are slow',
      canary,
      seen({ ...held, probes: { ...good, p99Ms: 1_001 } }),
      rollingBack('latency'),
    ],
    [
      'takes back when nothing answered in a hold',
      canary,
      seen({ ...held, probes: { ...good, answers: 3 } }),
      rollingBack('no-data'),
    ],
    [
      'or holds on, where the plan says so',
      following(aDeployment({ plan: holdsOn(), phase: 'shifting' }), ...answered(weights(10))),
      seen({ ...held, probes: { ...good, answers: 3 } }),
      waiting('probe-answers'),
    ],
    [
      'misses no answers where no probe can be sent',
      following(aDeployment({ plan: { ...plan, route: null }, phase: 'shifting' }), ...answered(weights(10))),
      seen({ ...held, probes: { ...good, answers: 0 } }),
      { do: 'enter', step: 1 },
    ],
    [
      'writes again what got no answer',
      following(started, ...unanswered(weights(10))),
      seen({ plan, share: 10 }),
      { do: 'set-weights', idle: 10 },
    ],
    ['raises to all of the traffic', last, seen({ plan, share: 10, probes: good }), { do: 'set-weights', idle: 100 }],
    ['bakes after the last step', over, seen({ plan, share: 100 }), { do: 'enter', phase: 'baking' }],
    [
      'needs full capacity for a switch',
      aDeployment({ plan: switched, phase: 'shifting' }),
      seen({ plan: switched, idle: aColor({ healthy: 1 }) }),
      waiting('healthy-tasks'),
    ],
    [
      'goes back to the former colour with any healthy target, and says how many',
      aDeployment({ plan: back, phase: 'shifting' }),
      seen({ plan: back, idle: aColor({ healthy: 1 }) }),
      { do: 'set-weights', idle: 100, healthy: 1 },
    ],
    [
      'does not go back to a colour without any',
      aDeployment({ plan: back, phase: 'shifting' }),
      seen({ plan: back, idle: aColor({ healthy: 0 }) }),
      waiting('healthy-tasks'),
    ],
  ]);

  test.each([0.1, 0.5, 1.5, 33.3, 99.5, 50])('knows a weight of %s percent again when it reads it back', (weight) => {
    const tenths = aPlan({ steps: [weight, 100], hold: 30 });
    const state = following(aDeployment({ plan: tenths, phase: 'shifting' }), ...answered(weights(weight)));
    expect(decide(state, seen({ plan: tenths, share: weight }))).toMatchObject(waiting('hold'));
  });

  test('keeps its weight when a task is lost that no step required', () => {
    const raise = decide(started, seen({ plan, idle: aColor({ count: 4 }) }));
    expect(raise).toMatchObject({ do: 'set-weights', healthy: 2 });
    expect(decide(canary, seen({ plan, share: 10, idle: aColor({ count: 3 }) }))).toMatchObject(waiting('hold'));
  });
});

describe('baking', () => {
  const baking = aPlan({ bakeSeconds: 60 });
  const started = aDeployment({ plan: baking, phase: 'baking' });
  const long = { plan: baking, share: 100, watchedMs: ms(60_000), probes: good };
  check([
    ['holds', started, seen({ ...long, watchedMs: ms(0) }), waiting('hold')],
    ['succeeds after the hold', started, seen(long), closing('succeeded')],
    [
      'succeeds when a person ends the hold',
      following(started, requested('promote', 'baking/0')),
      seen({ ...long, watchedMs: ms(0) }),
      closing('succeeded'),
    ],
    ['stays while paused', following(started, requested('pause')), seen(long), waiting('pause')],
    ['takes back when answers fail', started, seen({ ...long, probes: bad }), rollingBack('failures')],
    [
      'takes back when a task is lost',
      started,
      seen({ ...long, idle: aColor({ healthy: 1 }) }),
      rollingBack('too-few-healthy'),
    ],
    [
      'takes back when nothing answered',
      started,
      seen({ ...long, probes: { ...good, answers: 0 } }),
      rollingBack('no-data'),
    ],
    ...(
      [
        ['says nothing of success before a first client was let through', first, {}, waiting('first-answer')],
        ['waits for that no longer than traffic settles', first, { phaseMs: ms(60_000) }, closing('succeeded')],
        [
          'succeeds when a first client was answered',
          first,
          { sinceAnswerMs: { blue: ms(Number.POSITIVE_INFINITY), green: ms(0) } },
          closing('succeeded'),
        ],
        ['expects no answer where nobody asks', { ...first, route: null }, {}, closing('succeeded')],
        ['waits for no answer where the former colour gives one', plan, {}, closing('succeeded')],
      ] as const
    ).map(([behaviour, plan, fields, expected]): Case => {
      const state = aDeployment({
        plan: { ...plan, steps: first.steps },
        phase: 'baking',
        before: plan.first ? nothingIsLive : blueIsLive,
      });
      return [behaviour, state, seen({ plan, share: 100, ...fields }), expected];
    }),
    [
      'writes all of the traffic again after a straggler',
      following(
        aDeployment({ plan, phase: 'shifting' }),
        ...unanswered(weights(10)),
        entered('shifting', 1),
        ...answered(weights(100)),
        entered('baking'),
      ),
      seen({ plan, share: 10 }),
      { do: 'set-weights', idle: 100 },
    ],
    [
      'waits for calls that may still land',
      following(started, ...unanswered(weights(10))),
      seen({ ...long, quietMs: ms(4_499) }),
      waiting('unanswered-calls'),
    ],
    [
      'waits no longer than they can',
      following(started, ...unanswered(weights(10))),
      seen({ ...long, quietMs: ms(4_500) }),
      closing('succeeded'),
    ],
  ]);
});

describe('rolling back', () => {
  const canary = following(aDeployment({ plan, phase: 'shifting' }), ...answered(weights(10)), takingBack());
  const done = following(canary, ...answered(weights(0)));
  const unshifted = following(aDeployment({ plan, phase: 'verifying' }), takingBack());
  const down = { do: 'update-service', color: 'green', taskDefinition: null, desiredCount: 0 } as const;
  const refusal = following(canary, ...refused(weights(0)));
  const cutOver = following(
    aDeployment({ plan: first, before: nothingIsLive, phase: 'shifting' }),
    ...answered(weights(100)),
    takingBack(),
  );
  check([
    ['writes the weight away first', canary, seen({ plan, share: 10 }), { do: 'set-weights', idle: 0 }],
    [
      'does so with a single healthy target, and says how many',
      canary,
      seen({ plan, share: 10, live: aColor({ taskDefinition: 'td:1', healthy: 1 }) }),
      { do: 'set-weights', idle: 0, healthy: 1 },
    ],
    [
      'waits a while for the former colour to have a healthy target again',
      canary,
      seen({ plan, share: 10, live: aColor({ taskDefinition: 'td:1', healthy: 0 }) }),
      waiting('healthy-tasks'),
    ],
    [
      'halts when the former colour has no healthy target',
      canary,
      { ...seen({ plan, share: 10, live: aColor({ taskDefinition: 'td:1', healthy: 0 }) }), phaseMs: ms(20_000) },
      closing('halted', { kind: 'nothing-to-return-to', former: 'blue' }),
    ],
    [
      'halts after the cutover of a first deployment',
      cutOver,
      seen({ plan: first, share: 100 }),
      closing('halted', { kind: 'nothing-to-return-to' }),
    ],
    [
      'halts when the write is refused',
      refusal,
      seen({ plan, share: 10 }),
      closing('halted', { kind: 'write-refused' }),
    ],
    ['is rolled back once that is read back', done, seen({ plan }), closing('rolled-back', { kind: 'asked' })],
    [
      'waits for calls that may still land',
      following(done, intended(weights(10))),
      seen({ plan, quietMs: ms(0) }),
      waiting('unanswered-calls'),
    ],
    ['stops what never had traffic', unshifted, seen({ plan }), down],
    [
      'does not ask again while that does not show',
      following(unshifted, ...answered(down)),
      seen({ plan, sinceActMs: ms(10) }),
      waiting('service-update-to-show'),
    ],
    [
      'has failed once nothing of it is left',
      following(unshifted, ...answered(down)),
      seen({ plan, idle: anEmptyColor(newTaskDefinition) }),
      closing('failed', { kind: 'asked' }),
    ],
    [
      'has failed also where it may not stop it',
      following(unshifted, ...refused(down)),
      seen({ plan }),
      closing('failed', { kind: 'asked' }),
    ],
    [
      'leaves alone what it did not start',
      following(aDeployment({ plan }), takingBack()),
      seen({ plan }),
      closing('failed'),
    ],
  ]);
});

describe('repairing', () => {
  const repair = anExistingPlan('repair');
  const started = aDeployment({ plan: repair, phase: 'shifting' });
  const unnamed = { production: [{ blue: 100, green: undefined }], test: [{ blue: 0, green: 100 }] };
  check([
    [
      'accepts the weights as found without a write',
      aDeployment({ plan: repair, before: { ...blueIsLive, weights: { blue: 0, green: 100 } }, phase: 'shifting' }),
      seen({ plan: repair, share: 100 }),
      { do: 'enter', phase: 'baking', step: 0 },
    ],
    [
      'writes the last weights that teal knew',
      started,
      seen({ plan: repair, idle: aColor({ healthy: 1 }) }),
      { do: 'set-weights', idle: 100 },
    ],
    [
      'names both groups again where another dropped one',
      started,
      seen({ plan: repair, traffic: unnamed, strangeMs: ms(60_000) }),
      { do: 'set-weights', idle: 100 },
    ],
    [
      'halts when that is changed again',
      following(started, ...answered(weights(100))),
      seen({ plan: repair, traffic: unnamed, strangeMs: ms(60_000) }),
      closing('halted', { kind: 'weights-changed-by-another' }),
    ],
  ]);
});

describe('several places of which some are written', () => {
  const shifting = aDeployment({ plan, phase: 'shifting', step: 0 });
  const raising = following(shifting, ...unanswered(weights(10)));
  const places = (...shares: readonly number[]): Observation['traffic'] => ({
    production: shares.map((green) => ({ blue: 100 - green, green })),
    test: [{ blue: 0, green: 100 }],
  });
  const ill = aColor({ healthy: 0 });
  const taken = following(raising, takingBack());
  const over = following(taken, ...unanswered(weights(0)), closed({ name: 'rolled-back', because: asked }));
  check([
    [
      'are written again: a driver that died between two is no foreign writer',
      raising,
      seen({ plan, traffic: places(10, 0), strangeMs: ms(60_000) }),
      { do: 'set-weights', idle: 10 },
    ],
    [
      'hold nothing yet, however long it is watched',
      raising,
      seen({ plan, traffic: places(10, 0), watchedMs: ms(60_000) }),
      { do: 'set-weights', idle: 10 },
    ],
    [
      'are taken back when the new colour is ill at one of them',
      raising,
      seen({ plan, traffic: places(0, 10), idle: ill }),
      rollingBack('too-few-healthy'),
    ],
    ['are taken back as one', taken, seen({ plan, traffic: places(10, 0) }), { do: 'set-weights', idle: 0 }],
    [
      'are somebody else’s where one shows what teal never wrote',
      raising,
      seen({ plan, traffic: places(10, 40), strangeMs: ms(60_000) }),
      closing('halted', { kind: 'weights-changed-by-another' }),
    ],
  ]);

  test('by a write that came after the outcome are written again as due work', () => {
    expect(decideDue(over, seen({ plan, traffic: places(10, 0) }))).toMatchObject({ do: 'set-weights', idle: 0 });
  });

  test('before one was refused have changed: it is taken back, and known to have carried traffic', () => {
    const act = weights(10);
    const partly = following(
      shifting,
      { kind: 'intended', body: act },
      { kind: 'refused', body: { act, code: 'AccessDenied', message: 'no', partly: true } },
    );
    const back = { do: 'enter', phase: 'rolling-back', step: 0, because: { kind: 'write-refused' } };
    expect(decide(partly, seen({ plan, traffic: places(10, 0) }))).toMatchObject(back);
    const undone = following(partly, takingBack(), ...answered(weights(0)));
    expect(decide(undone, seen({ plan, traffic: places(0, 0) }))).toMatchObject(closing('rolled-back'));
  });
});

function withRegistered(): StreamState {
  return following(aDeployment(), {
    kind: 'done',
    body: { act: { do: 'register' }, result: { taskDefinition: newTaskDefinition } },
  });
}

function strayed(): Observation['traffic'] {
  return { production: [{ blue: 50, green: 50 }], test: [{ blue: 0, green: 100 }] };
}

function holdsOn(): Plan {
  return aPlan({ steps: [10, 100], hold: 30, limits: { noData: 'hold' } });
}

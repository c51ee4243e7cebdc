import { describe, expect, test } from 'vitest';
import { ms } from '../base/index.ts';
import type { Color } from './color.ts';
import { decide } from './decide.ts';
import { decideDue } from './decide-due.ts';
import type { Act } from './entry.ts';
import { fold } from './evolve.ts';
import type { Observation } from './observation.ts';
import type { ScalingLimits } from './scaling.ts';
import type { StreamState } from './state.ts';
import { anExistingPlan, aPlan, liveTaskDefinition } from './testing/a-plan.ts';
import {
  aDeployment,
  answered,
  blueIsLive,
  closed,
  entered,
  entries,
  entryTime,
  following,
  opened,
  refused,
  registered,
  replaced,
  takingBack,
  unanswered,
  weights,
} from './testing/a-stream.ts';
import { aColor, anEmptyColor, seen } from './testing/seen.ts';

const before: ScalingLimits = { min: 2, max: 10, schedules: 'active' };
const after: ScalingLimits = { min: 3, max: 12, schedules: 'active' };
const idle: ScalingLimits = { min: 0, max: 10, schedules: 'suspended' };
const plan = aPlan({ steps: [10, 100], hold: 30, scaling: { before, after } });
const limits = (color: Color, min: number, max: number, schedules: ScalingLimits['schedules'] = 'suspended'): Act => ({
  do: 'set-limits',
  color,
  min,
  max,
  schedules,
});
const atRest = { blue: before, green: idle };
const held = { blue: { ...before, min: 2, schedules: 'suspended' }, green: { ...idle, min: 2 } } as const;
const old = aColor({ taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/test-web:0' });
const look = (fields: Parameters<typeof seen>[0] = {}): Observation => seen({ plan, scaling: atRest, ...fields });

const provisioning = aDeployment({ plan, phase: 'provisioning' });
const filled = following(provisioning, ...answered(replaced(plan)));
/** Both floors are written; the first weight is next. */
const held2 = following(
  aDeployment({ plan, phase: 'shifting' }),
  ...answered(limits('green', 2, 12)),
  ...answered(limits('blue', 2, 12)),
);
const shifting = following(held2, ...answered(weights(10)));
const baking = following(shifting, entered('shifting', 1), ...answered(weights(100)), entered('baking'));

type Case = readonly [behaviour: string, state: StreamState, observation: Observation, expected: object];
const check = (cases: readonly Case[], choose: typeof decide = decide): void => {
  for (const [behaviour, state, observation, expected] of cases)
    test(behaviour, () => expect(choose(state, observation)).toMatchObject(expected));
};

describe('before the new colour gets weight', () => {
  check([
    [
      'what a warm colour runs is held before it is given other tasks',
      provisioning,
      look({ idle: old }),
      limits('green', 2, 12),
    ],
    [
      'an empty colour is filled first: a minimum would start tasks of the revision that it held last',
      provisioning,
      look({ idle: anEmptyColor() }),
      { do: 'update-service', color: 'green', desiredCount: 2 },
    ],
    ['the floor of the new colour follows at once', filled, look(), limits('green', 2, 12)],
    [
      'as many as live runs are held',
      filled,
      look({ live: aColor({ taskDefinition: liveTaskDefinition, count: 5 }) }),
      limits('green', 5, 12),
    ],
    [
      'a maximum below what is needed is raised too',
      filled,
      look({ live: aColor({ taskDefinition: liveTaskDefinition, count: 15 }) }),
      limits('green', 15, 15),
    ],
    [
      'a floor that was answered and does not show yet is not written again',
      following(filled, ...answered(limits('green', 2, 12))),
      look({ sinceActMs: ms(5_000) }),
      { do: 'enter', phase: 'verifying' },
    ],
    [
      'a floor that somebody took away is written again',
      following(filled, ...answered(limits('green', 2, 12))),
      look({ sinceActMs: ms(16_000) }),
      limits('green', 2, 12),
    ],
    [
      'a floor that got no answer is written again, though it shows: the answer may be an old one',
      following(filled, ...unanswered(limits('green', 2, 12))),
      look({ scaling: held }),
      limits('green', 2, 12),
    ],
    [
      'limits without an answer for too long end it',
      following(filled, ...unanswered(limits('green', 2, 12))),
      look({ phaseMs: ms(300_000) }),
      { do: 'enter', phase: 'rolling-back', because: { kind: 'limits-refused', code: 'no answer' } },
    ],
    [
      'refused limits end it',
      following(filled, ...refused(limits('green', 2, 12))),
      look(),
      { do: 'enter', phase: 'rolling-back', because: { kind: 'limits-refused', code: 'AccessDenied' } },
    ],
    [
      'live is held too before the first weight',
      following(aDeployment({ plan, phase: 'shifting' }), ...answered(limits('green', 2, 12))),
      look({ sinceActMs: ms(0) }),
      limits('blue', 2, 12),
    ],
    [
      'a floor is no lower than the minimum that a colour which is live already has of its own',
      aDeployment({
        plan: anExistingPlan('repair', { scaling: { before, after } }),
        before: { ...blueIsLive, weights: { blue: 0, green: 100 } },
        phase: 'shifting',
      }),
      look({ share: 100, scaling: { blue: before, green: { ...after, min: 5 } } }),
      limits('green', 5, 12),
    ],
    ['then the weight is written', held2, look({ scaling: held }), { do: 'set-weights', idle: 10 }],
    [
      'a first deployment holds no live colour',
      aDeployment({ plan: { ...plan, first: true }, phase: 'shifting' }),
      look({ plan: { ...plan, first: true }, scaling: { ...held, blue: idle } }),
      { do: 'set-weights' },
    ],
    [
      'without scalable targets nothing is written',
      aDeployment({ plan: { ...plan, scaling: null }, phase: 'shifting' }),
      look({ scaling: undefined }),
      { do: 'set-weights' },
    ],
  ]);
});

describe('while steps run', () => {
  const grown = aColor({ taskDefinition: liveTaskDefinition, count: 4 });
  check([
    ['nothing is written while the floors hold', shifting, look({ share: 10, scaling: held }), { do: 'wait' }],
    [
      'live that grows is followed by both floors',
      shifting,
      look({ share: 10, scaling: held, live: grown }),
      limits('green', 4, 12),
    ],
    [
      'a floor never sinks',
      following(shifting, ...answered(limits('green', 4, 12)), ...answered(limits('blue', 4, 12))),
      look({ share: 10, scaling: held, sinceActMs: ms(16_000) }),
      limits('green', 4, 12),
    ],
    [
      'a rollback writes weights first',
      aDeployment({ plan: anExistingPlan('rollback', { scaling: { before, after: before } }), phase: 'shifting' }),
      look({ plan: anExistingPlan('rollback', { scaling: { before, after: before } }), scaling: undefined }),
      { do: 'set-weights', idle: 100 },
    ],
  ]);
});

describe('at the end', () => {
  const moved = following(baking, ...answered(limits('green', 3, 12, 'active')));
  const back = following(shifting, takingBack(), ...answered(weights(0)));
  const neverCarried = following(filled, ...answered(limits('green', 2, 12)), takingBack());
  const twice = [...unanswered(limits('green', 3, 12, 'active')), ...unanswered(limits('green', 3, 12, 'active'))];
  check([
    [
      'the limits move to the new colour',
      baking,
      look({ share: 100, scaling: held }),
      limits('green', 3, 12, 'active'),
    ],
    [
      'a maximum below what runs would shrink it: that waits',
      baking,
      look({ share: 100, scaling: held, idle: aColor({ count: 14 }) }),
      limits('green', 3, 14, 'active'),
    ],
    ['then it has succeeded', moved, look({ share: 100, scaling: held, sinceActMs: ms(100) }), { do: 'close' }],
    [
      'an end that AWS refuses does not undo what succeeded',
      following(baking, ...refused(limits('green', 3, 12, 'active'))),
      look({ share: 100, scaling: held }),
      { do: 'close', outcome: { name: 'succeeded' } },
    ],
    [
      'nor one that is never answered',
      following(baking, ...twice, ...unanswered(limits('green', 3, 12, 'active'))),
      look({ share: 100, scaling: held }),
      { do: 'close', outcome: { name: 'succeeded' } },
    ],
    [
      'also where what shows was read before another write of this deployment',
      following(baking),
      look({ share: 100, scaling: { blue: held.blue, green: after } }),
      limits('green', 3, 12, 'active'),
    ],
    [
      'a colour that a repair finds live keeps its minimum when that is taken back',
      following(
        aDeployment({
          plan: anExistingPlan('repair', { scaling: { before, after } }),
          before: { ...blueIsLive, weights: { blue: 0, green: 100 } },
          phase: 'shifting',
        }),
        ...answered(limits('green', 3, 12, 'active')),
        takingBack(),
      ),
      look({ share: 100, scaling: { blue: before, green: after } }),
      { do: 'close', outcome: { name: 'halted' } },
    ],
    [
      'taken back, the former colour gets its own limits',
      back,
      look({ scaling: held }),
      limits('blue', 2, 10, 'active'),
    ],
    [
      'what never had traffic has no minimum any more before it is scaled down',
      neverCarried,
      look({ scaling: { ...atRest, green: held.green } }),
      limits('green', 0, 12),
    ],
    [
      'a reading from before that minimum was written does not show that it is gone',
      neverCarried,
      look({ scaling: atRest, sinceActMs: ms(500) }),
      limits('green', 0, 12),
    ],
    [
      'and is then scaled down',
      following(neverCarried, ...answered(limits('green', 0, 12))),
      look(),
      { do: 'update-service', color: 'green', desiredCount: 0 },
    ],
  ]);
});

describe('after the outcome', () => {
  const succeeded = following(baking, ...answered(limits('green', 3, 12, 'active')), closed({ name: 'succeeded' }));
  const unmoved = following(baking, closed({ name: 'succeeded' }));
  const asked = { kind: 'asked', by: 'ben', request: 'abort' } as const;
  const failed = following(
    filled,
    ...answered(limits('green', 2, 12)),
    takingBack(),
    ...answered(limits('green', 0, 12)),
    ...answered({ do: 'update-service', color: 'green', taskDefinition: null, desiredCount: 0 }),
    closed({ name: 'failed', because: asked }),
  );
  const refusedAtTheEnd = following(
    filled,
    takingBack(),
    ...refused(limits('green', 0, 12)),
    ...answered({ do: 'update-service', color: 'green', taskDefinition: null, desiredCount: 0 }),
    closed({ name: 'failed', because: asked }),
  );
  const rolledBack = following(
    shifting,
    takingBack(),
    ...answered(weights(0)),
    ...answered(limits('blue', 2, 10, 'active')),
    closed({ name: 'rolled-back', because: asked }),
  );
  const closedAt = (state: StreamState): number => Date.parse(state.deployment?.closedAt ?? entryTime(0));
  const at = (state: StreamState, seconds: number): string => new Date(closedAt(state) + seconds * 1000).toISOString();
  const now = { blue: held.blue, green: after };
  const later = (seconds: number, fields: Parameters<typeof seen>[0] = {}): Observation =>
    look({ share: 100, scaling: now, at: at(succeeded, seconds), ...fields });
  check(
    [
      ['a warm colour that is large enough stays as it is', succeeded, later(10), { do: 'wait', for: 'keep-warm' }],
      [
        'a warm colour follows live upwards',
        succeeded,
        later(10, { idle: aColor({ count: 6 }) }),
        limits('blue', 6, 12),
      ],
      ['the minimum goes before the tasks do', succeeded, later(600), limits('blue', 0, 12)],
      [
        'then the tasks',
        following(succeeded, ...answered(limits('blue', 0, 12))),
        later(600, { sinceActMs: ms(100) }),
        { do: 'update-service', color: 'blue', desiredCount: 0 },
      ],
      [
        'limits that the driver could not move are moved by whoever comes by',
        unmoved,
        look({ share: 100, scaling: held, at: at(unmoved, 10) }),
        limits('green', 3, 12, 'active'),
      ],
      [
        'limits that a person has changed since are left alone',
        succeeded,
        later(10, { scaling: { ...now, green: { min: 5, max: 6, schedules: 'active' } } }),
        { do: 'wait' },
      ],
      [
        'a minimum that landed after the colour was emptied is lowered again',
        failed,
        look({ idle: anEmptyColor(), scaling: { blue: before, green: { ...idle, min: 2 } } }),
        limits('green', 0, 12),
      ],
      [
        'a minimum that could not be lowered while the deployment ended is tried once more',
        refusedAtTheEnd,
        look({ idle: anEmptyColor(), scaling: { blue: before, green: { ...idle, min: 2 } } }),
        limits('green', 0, 12),
      ],
      [
        'and left to a person when it is refused again',
        following(refusedAtTheEnd, ...refused(limits('green', 0, 12))),
        look({ idle: anEmptyColor(), scaling: { blue: before, green: { ...idle, min: 2 } } }),
        { do: 'rest' },
      ],
      ['an empty colour without one rests', failed, look({ idle: anEmptyColor() }), { do: 'rest' }],
      [
        'a floor of live that landed after its limits were given back is taken away again',
        rolledBack,
        look({ scaling: { blue: { ...before, schedules: 'suspended' }, green: idle } }),
        limits('blue', 2, 10, 'active'),
      ],
      [
        'a floor of live that a reading may still show is waited for',
        rolledBack,
        look({
          idle: anEmptyColor(),
          sinceActMs: ms(1_000),
          scaling: { blue: { ...before, schedules: 'suspended' }, green: idle },
        }),
        { do: 'rest' },
      ],
      [
        'after a halt a person looks',
        following(shifting, closed({ name: 'halted', because: { kind: 'asked', by: 'ben', request: 'abort' } })),
        look({ share: 10, scaling: held }),
        { do: 'rest' },
      ],
    ],
    decideDue,
  );
});

test('a journal of a release without scaling changes no limits', () => {
  const { scaling: _, ...earlier } = plan;
  const state = fold(entries([opened(earlier, blueIsLive), ...registered, entered('provisioning')]));
  expect(decide(state, look({ idle: anEmptyColor(), scaling: undefined }))).toMatchObject({ do: 'update-service' });
});

import { describe, expect, test } from 'vitest';
import { ms } from '../base/index.ts';
import { decideDue } from './decide-due.ts';
import type { EntryBody } from './entry.ts';
import type { Observation } from './observation.ts';
import type { StreamState } from './state.ts';
import { anExistingPlan, aPlan } from './testing/a-plan.ts';
import {
  aDeployment,
  answered,
  closed,
  entryTime,
  following,
  takingBack,
  unanswered,
  weights,
} from './testing/a-stream.ts';
import { anEmptyColor, seen } from './testing/seen.ts';

const plan = aPlan({ keepWarmSeconds: 600 });
const asked = { kind: 'asked', by: 'ben', request: 'abort' } as const;
const ended = (given = plan, ...more: readonly EntryBody[]): StreamState =>
  following(aDeployment({ plan: given, phase: 'baking' }), closed({ name: 'succeeded' }), ...more);
const succeeded = ended();
const closedAt = Date.parse(succeeded.deployment?.closedAt ?? '');
const later = (seconds: number): string => new Date(closedAt + seconds * 1000).toISOString();
const look = (atSeconds: number, fields: Parameters<typeof seen>[0] = {}): Observation =>
  seen({ plan, share: 100, at: later(atSeconds), ...fields });
const down = (color: string): object => ({ do: 'update-service', color, taskDefinition: null, desiredCount: 0 });
const rolledBack = following(
  aDeployment({ plan, phase: 'shifting' }),
  ...answered(weights(100)),
  takingBack(),
  ...answered(weights(0)),
  closed({ name: 'rolled-back', because: asked }),
);
const rest = { do: 'rest' };

const cases: readonly (readonly [string, StreamState, Observation, object])[] = [
  ['keeps the former colour warm', succeeded, look(100), { do: 'wait', for: 'keep-warm', ms: 500_000 }],
  ['scales it down afterwards', succeeded, look(600), down('blue')],
  [
    'keeps it for ever where the plan says so',
    ended({ ...plan, keepWarmSeconds: 'always' }),
    look(1e6),
    { ms: Number.POSITIVE_INFINITY },
  ],
  [
    'waits until nothing follows it',
    ended({ ...plan, keepWarmSeconds: 0 }),
    look(1),
    { do: 'wait', for: 'traffic-to-settle' },
  ],
  ['does nothing twice', ended(plan, ...answered(down('blue') as never)), look(600), rest],
  ['does nothing where nothing runs', succeeded, look(600, { live: anEmptyColor() }), rest],
  ['touches nothing that has weight', succeeded, look(600, { share: 50 }), rest],
  ['touches nothing while the weights are another’s', succeeded, look(600, { share: 0 }), rest],
  [
    'takes away what a straggler gave to the former after the outcome',
    following(ended(), ...unanswered(weights(10))),
    look(600, { share: 10 }),
    { do: 'set-weights', idle: 100 },
  ],
  ['scales down what was rolled back', rolledBack, look(600, { share: 0 }), down('green')],
  [
    'not before nothing follows it',
    rolledBack,
    look(0, { share: 0, atZeroMs: { blue: undefined, green: ms(0) } }),
    { for: 'traffic-to-settle' },
  ],
  [
    'leaves a halted deployment to a person',
    following(aDeployment({ plan, phase: 'shifting' }), closed({ name: 'halted', because: asked })),
    look(600, { share: 0 }),
    rest,
  ],
  [
    'scales down what a repair took traffic from',
    ended(anExistingPlan('repair')),
    look(3600),
    { do: 'update-service', desiredCount: 0 },
  ],
  ['has nothing to do while a deployment runs', aDeployment({ plan, phase: 'baking' }), look(600), rest],
];

describe('due work', () => {
  for (const [behaviour, state, observation, expected] of cases)
    test(behaviour, () => expect(decideDue(state, observation)).toMatchObject(expected));

  test('is counted from when the outcome was written', () => expect(entryTime(succeeded.nextSeq - 1)).toBe(later(0)));
});

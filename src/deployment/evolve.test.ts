import { describe, expect, test } from 'vitest';
import type { EntryBody } from './entry.ts';
import { evolve, fold } from './evolve.ts';
import { carriedInto } from './opening.ts';
import type { Plan } from './plan.ts';
import { emptyStream, type StreamState } from './state.ts';
import { anExistingPlan, aPlan, newTaskDefinition } from './testing/a-plan.ts';
import {
  aDeployment,
  answered,
  closed,
  done,
  entered,
  entries,
  entryTime,
  following,
  intended,
  nothingIsLive,
  opened,
  refused,
  registered,
  replaced,
  requested,
  takingBack,
  unanswered,
  verified,
  weights,
} from './testing/a-stream.ts';
import { seen } from './testing/seen.ts';

const plan = aPlan({ steps: [10, 100] });
const succeeded = closed({ name: 'succeeded' });
const asked = { kind: 'asked', by: 'ben', request: 'abort' } as const;

/** Opens the next deployment on top of what the last left, in a world that shows what the journal last wrote. */
function next(state: StreamState, nextPlan: Plan): StreamState {
  const { traffic } = seen({ plan: nextPlan });
  const before = carriedInto(nextPlan, state, traffic, { at: entryTime(state.nextSeq), epoch: state.epoch });
  return following(state, opened(nextPlan, before));
}

/** A deployment from its opening to its success. */
const deploy = (state: StreamState, nextPlan: Plan, revision = nextPlan.revision.id): StreamState =>
  following(
    next(state, nextPlan),
    ...(nextPlan.wish.kind === 'register'
      ? [
          ...registered,
          ...answered(replaced(nextPlan)),
          ...verified({
            passed: true,
            identities: { ...(nextPlan.first ? {} : state.identities), [nextPlan.to]: revision },
          }),
        ]
      : []),
    entered('shifting'),
    ...answered(weights(100)),
    succeeded,
  );

const firstPlan = aPlan({ first: true, revision: { id: 'rev-1', digest: '' } });
const first = deploy(fold([]), firstPlan);
const secondPlan = aPlan({ from: 'green', to: 'blue', revision: { id: 'rev-2', digest: '' } });
const second = deploy(first, secondPlan);
const down = (color: 'blue' | 'green') =>
  ({ do: 'update-service', color, taskDefinition: null, desiredCount: 0 }) as const;

describe('what a stream knows of its colours', () => {
  test('nothing before the first deployment', () => expect(fold([])).toEqual(emptyStream));

  test('after a first deployment its colour is live, and there is nothing to go back to', () => {
    expect(first).toMatchObject({
      weights: { blue: 0, green: 100 },
      live: { color: 'green', revision: 'rev-1' },
      former: null,
      rest: { blue: { kind: 'never-carried' }, green: { kind: 'carrying' } },
      identities: { green: 'rev-1' },
    });
  });

  test('after a second the first is the former, and rests since the read-back', () => {
    expect(second).toMatchObject({
      live: { color: 'blue', revision: 'rev-2' },
      former: { color: 'green', revision: 'rev-1' },
      rest: { blue: { kind: 'carrying' }, green: { kind: 'resting', at: entryTime(second.nextSeq - 2) } },
    });
  });

  test('after a rollback the two change places, and after going forward again once more', () => {
    const rollback = anExistingPlan('rollback', { from: 'blue', to: 'green', revision: { id: 'rev-1', digest: '' } });
    const back = deploy(second, rollback);
    expect(back).toMatchObject({
      live: { color: 'green', revision: 'rev-1' },
      former: { color: 'blue', revision: 'rev-2' },
    });
    const forward = deploy(
      back,
      anExistingPlan('rollback', { from: 'green', to: 'blue', revision: { id: 'rev-2', digest: '' } }),
    );
    expect(forward).toMatchObject({ live: { color: 'blue' }, former: { color: 'green', revision: 'rev-1' } });
  });

  test('a new deployment ends the former with the intent to replace it, not before', () => {
    const third = following(next(second, aPlan({ from: 'blue', to: 'green' })), ...registered);
    expect(third.former).toMatchObject({ color: 'green' });
    expect(following(third, intended(replaced(plan)))).toMatchObject({ former: null, identities: { blue: 'rev-2' } });
  });

  test('growing the former does not end it', () => {
    const grown = following(second, intended({ ...down('green'), desiredCount: 3 }));
    expect(grown.former).toMatchObject({ color: 'green' });
  });

  test('scaling the former down leaves what a cold rollback starts again', () => {
    const swept = following(second, ...answered(down('green')));
    expect(swept).toMatchObject({ former: second.former, identities: { blue: 'rev-2' } });
    expect(swept.deployment?.scaledDown).toEqual(['green']);
  });

  test.each([
    ['failed', []],
    ['rolled-back', [...answered(weights(10)), takingBack(), ...answered(weights(0))]],
    ['halted', answered(weights(10))],
  ] as const)('a deployment that %s leaves what is live, and nothing to go back to', (name, path) => {
    const third = following(
      next(second, aPlan({ from: 'blue', to: 'green', steps: [10, 100] })),
      ...registered,
      ...answered(replaced(plan)),
      entered('shifting'),
      ...path,
      closed({ name, because: asked }),
    );
    expect(third).toMatchObject({ live: { color: 'blue', revision: 'rev-2' }, former: null });
  });

  test('deploying the same revision again makes the other colour live, and the former one can be gone back to', () => {
    const again = deploy(second, aPlan({ from: 'blue', to: 'green', revision: { id: 'rev-2', digest: '' } }));
    expect(again).toMatchObject({
      live: { color: 'green', revision: 'rev-2' },
      former: { color: 'blue', revision: 'rev-2' },
    });
  });

  test('a first raise that was refused never gave traffic, but for an earlier try of it that may still land', () => {
    const shifting = aDeployment({ plan, phase: 'shifting' });
    expect(following(shifting, ...refused(weights(10))).deployment?.carried).toBe(false);
    expect(following(shifting, ...unanswered(weights(10)), ...refused(weights(10))).deployment?.carried).toBe(true);
    expect(following(shifting, ...answered(weights(10)), ...refused(weights(100))).deployment?.carried).toBe(true);
  });

  test('a repair to the colour that was live changes nothing that is known of revisions', () => {
    const halted = following(
      next(second, aPlan({ from: 'blue', to: 'green' })),
      closed({ name: 'halted', because: asked }),
    );
    const repaired = deploy(halted, anExistingPlan('repair', { from: 'green', to: 'blue' }));
    expect(repaired).toMatchObject({ live: { color: 'blue', revision: 'rev-2' } });
  });

  test('a switch by hand makes what the journal knew of revisions void', () => {
    const moved = next(second, aPlan({ from: 'green', to: 'blue' }));
    expect(moved).toMatchObject({
      live: null,
      former: null,
      rest: { green: { kind: 'carrying' }, blue: { kind: 'resting' } },
    });
  });

  test('a rollback by names that is told later exchanges live and former', () => {
    const told = following(second, {
      kind: 'reported',
      body: { weights: { blue: 0, green: 100 }, by: 'ana', at: entryTime(second.nextSeq) },
    });
    expect(told).toMatchObject({
      live: { color: 'green' },
      former: { color: 'blue' },
      weights: { blue: 0, green: 100 },
    });
  });
});

describe('what a stream knows of weights', () => {
  const shifting = aDeployment({ plan, phase: 'shifting' });

  test('an intended write may have happened', () => {
    const state = following(shifting, intended(weights(10)));
    expect(state).toMatchObject({ weights: { blue: 100, green: 0 }, unansweredWeights: [{ blue: 90, green: 10 }] });
    expect(state.rest.green).toEqual({ kind: 'carrying' });
    expect(state.deployment).toMatchObject({ carried: true, unanswered: [{ do: 'set-weights', idle: 10 }] });
  });

  test('one without an answer may still happen after a later one was answered', () => {
    const state = following(shifting, ...unanswered(weights(10)), ...answered(weights(100)));
    expect(state).toMatchObject({ weights: { blue: 0, green: 100 }, unansweredWeights: [{ blue: 90, green: 10 }] });
  });

  test('an answer settles all tries of the same write', () => {
    const state = following(shifting, ...unanswered(weights(10)), ...unanswered(weights(10)), ...answered(weights(10)));
    expect(state.unansweredWeights).toEqual([]);
    expect(state.deployment?.unanswered).toEqual([]);
  });

  test('a colour rests from the read-back of 0, not from the intent', () => {
    const state = following(shifting, ...answered(weights(10)), takingBack(), intended(weights(0)));
    expect(state.rest.green).toEqual({ kind: 'carrying' });
    const read = following(state, done(weights(0)));
    expect(read.rest.green).toEqual({ kind: 'resting', at: entryTime(state.nextSeq), epoch: 1 });
  });

  test('writing 0 once more begins the rest anew: a late write had given it weight', () => {
    const once = following(shifting, ...answered(weights(10)), ...answered(weights(0)));
    const twice = following(once, ...answered(weights(0)));
    expect(twice.rest.green).toEqual({ kind: 'resting', at: entryTime(once.nextSeq + 1), epoch: 1 });
  });

  test('before a first cutover the empty colour never carried, though the rule says 100', () => {
    const state = aDeployment({ plan: firstPlan, before: nothingIsLive, phase: 'shifting' });
    expect(following(state, ...answered(weights(100))).rest.blue).toEqual({ kind: 'never-carried' });
  });

  test('a deployment that carries old stragglers into the next forgets them', () => {
    const left = following(
      shifting,
      ...unanswered(weights(10)),
      takingBack(),
      ...answered(weights(0)),
      closed({ name: 'rolled-back', because: asked }),
    );
    expect(left.unansweredWeights).toHaveLength(1);
    expect(next(left, plan).unansweredWeights).toEqual([]);
  });
});

describe('one deployment', () => {
  const shifting = aDeployment({ plan, phase: 'shifting' });

  test('begins with nothing done', () => {
    expect(aDeployment().deployment).toMatchObject({
      phase: { name: 'preparing', step: 0 },
      taskDefinition: undefined,
      carried: false,
      provisioned: false,
    });
  });

  test('of what runs already knows its task definition from the beginning', () => {
    expect(aDeployment({ plan: anExistingPlan('switch') }).deployment?.taskDefinition).toBe(newTaskDefinition);
  });

  test('knows what it asked for, at most', () => {
    const state = following(
      aDeployment({ plan, phase: 'provisioning' }),
      intended(replaced(plan, 4)),
      intended({ ...down('green'), desiredCount: 3 }),
    );
    expect(state.deployment).toMatchObject({ provisioned: true, asked: 4 });
  });

  test.each([
    [['pause'], { paused: true }],
    [['pause', 'resume'], { paused: false }],
    [['pause', 'promote'], { paused: false, promoted: 'shifting/0' }],
    [['abort'], { undo: { kind: 'asked', by: 'ben', request: 'abort' } }],
    [['rollback', 'abort'], { undo: { kind: 'asked', request: 'rollback' } }],
  ] as const)('obeys %s', (kinds, expected) => {
    expect(following(shifting, ...kinds.map((kind) => requested(kind))).deployment).toMatchObject(expected);
  });

  test('promoting ends the hold of the present step only', () => {
    const state = following(shifting, requested('promote'), entered('shifting', 1));
    expect(state.deployment).toMatchObject({ phase: { step: 1 }, promoted: 'shifting/0' });
  });

  test.each([
    ['register-refused', { do: 'register' }],
    ['update-refused', replaced(plan)],
    ['write-refused', weights(10)],
    ['write-refused', { do: 'set-test-weights', color: 'green' }],
  ] as const)('is taken back for %s', (kind, act) => {
    expect(following(shifting, ...refused(act)).deployment).toMatchObject({
      undo: { kind },
      stuck: undefined,
      unanswered: [],
    });
  });

  test.each([weights(0), down('green')])('is stuck when taking back is refused', (act) => {
    expect(following(shifting, ...refused(act)).deployment).toMatchObject({
      undo: undefined,
      stuck: { code: 'AccessDenied' },
    });
  });

  test('keeps the first reason, not the last', () => {
    const state = following(shifting, ...refused(weights(10)), requested('abort'));
    expect(state.deployment?.undo).toMatchObject({ kind: 'write-refused' });
  });

  test('a failed verification teaches no identities', () => {
    const before = aDeployment({ plan, phase: 'verifying' });
    const state = following(before, ...verified({ passed: false, output: [], check: '', found: '' }));
    expect(state.identities).toEqual(before.identities);
    expect(state.deployment?.verdict).toMatchObject({ passed: false });
  });

  test('a takeover changes the epoch alone', () => {
    const takeover: EntryBody = { kind: 'took-over', body: { by: { who: 'ben', where: 'ci', since: 0 as never } } };
    const [entry] = entries([takeover], { seq: shifting.nextSeq, epoch: 9 });
    if (!entry) throw new Error('one body makes one entry');
    expect(evolve(shifting, entry)).toEqual({ ...shifting, epoch: 9, nextSeq: shifting.nextSeq + 1 });
  });

  test('folds alike from its own opening as from the beginning of the stream', () => {
    const third = next(second, plan);
    const [opening] = entries([opened(plan, third)], { seq: third.nextSeq - 1, epoch: third.epoch });
    expect(fold(opening ? [{ ...opening, at: third.deployment?.openedAt ?? '' }] : [])).toEqual(third);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { WebService } from '../config/index.ts';
import { aService } from '../config/testing.ts';
import { planColdRollback } from './plan-cold-rollback.ts';
import { type Circumstances, planDeploy, planRepair, planRollback, planSwitch } from './planning.ts';
import type { SecretNow } from './secrets.ts';
import { emptyStream, type StreamState } from './state.ts';
import { anExistingPlan, aPlan, aSite, liveTaskDefinition, newTaskDefinition } from './testing/a-plan.ts';
import { aDeployment, blueIsLive, closed, following } from './testing/a-stream.ts';
import { aColor, anEmptyColor } from './testing/seen.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const image = { reference: 'api@sha256:1', digest: 'sha256:1' };
const webService = (fields: object = {}): WebService => {
  const service = aService(fields);
  if (service.kind !== 'web') throw new Error('a service with routes is a web service');
  return service;
};

/** Blue is live at 100, green holds a warm former revision. */
function given(fields: Partial<Circumstances> & { weights?: { blue?: number; green?: number } } = {}): Circumstances {
  const { weights = { blue: 100, green: 0 }, ...rest } = fields;
  return {
    id: 'd-3',
    service: webService(),
    site: aSite(),
    state,
    traffic: { production: [{ blue: weights.blue, green: weights.green }], test: [{ blue: 0, green: 100 }] },
    fleet: { blue: aColor({ taskDefinition: liveTaskDefinition }), green: aColor() },
    scaling: null,
    secrets: [],
    route: { origin: 'http://127.0.0.1:8080', hostOf: () => 'web.test' },
    pace: { pollMs: 2_500, clockSkewSeconds: 600, probesPerSecond: 2 },
    ...rest,
  };
}

const state: StreamState = {
  ...emptyStream,
  ...blueIsLive,
  former: { color: 'green', taskDefinition: newTaskDefinition, revision: 'rev-0' },
};
const nothing = { blue: anEmptyColor(), green: anEmptyColor() };
const before = given({ state: emptyStream, fleet: nothing });
const refusal = (kind: string): object => ({ ok: false, error: { kind } });
const plan = (fields: object): object => ({ ok: true, value: fields });

describe('a plan to deploy', () => {
  test('goes from the live colour to the other, by the service’s steps', () => {
    const service = webService({ deployment: { strategy: { canary: { weight: 10, bake: '5m' } }, bake: '10m' } });
    expect(planDeploy(given({ service }), image, sha256)).toMatchObject(
      plan({
        id: 'd-3',
        kind: 'deploy',
        from: 'blue',
        to: 'green',
        first: false,
        steps: [
          { weight: 10, bakeSeconds: 300 },
          { weight: 100, bakeSeconds: 0 },
        ],
        bakeSeconds: 600,
        wish: {
          kind: 'register',
          definition: { container: { environment: { TEAL_COLOR: 'green', TEAL_DEPLOYMENT: 'd-3' } } },
        },
      }),
    );
  });

  test('goes to blue when green is live, whatever the journal thinks', () => {
    expect(planDeploy(given({ weights: { blue: 0, green: 1 } }), image, sha256)).toMatchObject(
      plan({ from: 'green', to: 'blue' }),
    );
  });

  test('names a secret of Secrets Manager by its whole ARN and member, and pins no version', () => {
    const service = webService({
      secrets: {
        WHOLE: { from: 'secretsmanager:api/key' },
        PART: { from: 'secretsmanager:api/login:password' },
        NAME: { from: 'secretsmanager:api/key', fetch: true },
        URL: { from: 'ssm:/url' },
      },
    });
    const arnOf = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`;
    const now = (variable: string, name: string, version: string): SecretNow => ({
      variable,
      store: 'secretsmanager',
      name,
      reading: { kind: 'there', arn: arnOf(name), version, changedAt: '2026-01-01T00:00:00.000Z' },
    });
    const planned = (version: string) => {
      const secrets = [now('WHOLE', 'api/key', version), now('PART', 'api/login', version)];
      const made = planDeploy(given({ service, secrets }), image, sha256);
      if (!made.ok || made.value.wish.kind !== 'register') throw new Error('it is planned');
      return { revision: made.value.revision.id, container: made.value.wish.definition.container };
    };
    const { container, revision } = planned('one');
    expect(container.secrets).toEqual({
      WHOLE: arnOf('api/key'),
      PART: `${arnOf('api/login')}:password::`,
      URL: 'arn:aws:ssm:eu-west-1:123456789012:parameter/url',
    });
    expect(container.environment.NAME).toBe('api/key');
    expect(planned('two').revision).toBe(revision);
  });

  test('of a first deployment is one step without bake, unless asked', () => {
    const service = webService({ deployment: { strategy: { canary: { weight: 10, bake: '5m' } }, bake: '10m' } });
    const first = { ...before, service };
    expect(planDeploy(first, image, sha256)).toMatchObject(
      plan({ first: true, to: 'green', bakeSeconds: 0, steps: [{ weight: 100, bakeSeconds: 0 }] }),
    );
    expect(planDeploy(first, image, sha256, 60)).toMatchObject(plan({ bakeSeconds: 60 }));
  });

  test('is no first one where something runs that teal did not put there', () => {
    const fleet = { blue: aColor(), green: anEmptyColor() };
    expect(planDeploy({ ...before, fleet }, image, sha256)).toMatchObject(plan({ first: false }));
  });

  test.each([
    ['groups-not-named', given({ weights: { blue: 100 } })],
    ['groups-not-named', { ...given(), traffic: { ...given().traffic, test: [{ blue: 100, green: undefined }] } }],
    ['groups-not-named', given({ weights: { blue: 0, green: 0 } })],
    ['split', given({ weights: { blue: 90, green: 10 } })],
    [
      'cannot-verify',
      given({ route: null, service: webService({ deployment: { verification: [{ http: '/', status: 200 }] } }) }),
    ],
  ] as const)('is refused: %s', (kind, circumstances) => {
    expect(planDeploy(circumstances, image, sha256)).toMatchObject(refusal(kind));
  });

  test('is refused where two places differ', () => {
    const circumstances = given();
    const production = [...circumstances.traffic.production, { blue: 0, green: 100 }];
    expect(planDeploy({ ...circumstances, traffic: { ...circumstances.traffic, production } }, image, sha256).ok).toBe(
      false,
    );
  });
});

describe('a plan to roll back', () => {
  test('goes to the former revision as it is, in one step', () => {
    expect(planRollback(given(), undefined)).toMatchObject(
      plan({
        kind: 'rollback',
        to: 'green',
        wish: { kind: 'existing', taskDefinition: newTaskDefinition },
        revision: { id: 'rev-0' },
        steps: [{ weight: 100 }],
      }),
    );
  });

  test('is refused when the last deployment was a rollback already, unless a colour is named', () => {
    const rollback = anExistingPlan('rollback', { from: 'green', to: 'blue' });
    const last = following(aDeployment({ plan: rollback }), closed({ name: 'succeeded' }));
    const after = given({ state: { ...last, ...state, deployment: last.deployment } });
    expect(planRollback(after, undefined)).toMatchObject({
      ok: false,
      error: { kind: 'rolled-back-already', from: 'green' },
    });
    expect(planRollback(after, 'green')).toMatchObject(plan({ to: 'green' }));
  });

  test('goes to the colour that a person named, known or not', () => {
    expect(planRollback(given({ state: emptyStream }), 'green')).toMatchObject(
      plan({ to: 'green', revision: { id: 'unknown' } }),
    );
  });

  test.each([
    ['no-former', given({ state: { ...state, former: null } }), undefined],
    ['no-former', given({ weights: { blue: 0, green: 100 } }), undefined],
    ['former-is-cold', given({ fleet: { ...given().fleet, green: aColor({ taskDefinition: 'api:9' }) } }), undefined],
    ['already-live', given(), 'blue'],
    ['former-is-cold', given({ fleet: { ...given().fleet, green: aColor({ healthy: 0 }) } }), undefined],
    // Scaled to 0 a moment ago: its tasks still answer, and are about to stop.
    ['former-is-cold', given({ fleet: { ...given().fleet, green: { ...aColor(), desired: 0 } } }), undefined],
    ['split', given({ weights: { blue: 50, green: 50 } }), undefined],
  ] as const)('is refused: %s', (kind, circumstances, to) => {
    expect(planRollback(circumstances, to)).toMatchObject(refusal(kind));
  });
});

describe('a plan to switch', () => {
  test('moves all traffic to the other colour as it is', () => {
    expect(planSwitch(given(), 'green')).toMatchObject(plan({ kind: 'switch', from: 'blue', to: 'green' }));
  });

  test.each([
    ['already-live', given(), 'blue'],
    ['never-deployed', before, 'green'],
    ['former-is-cold', given({ fleet: { ...given().fleet, green: anEmptyColor() } }), 'green'],
  ] as const)('is refused: %s', (kind, circumstances, to) => {
    expect(planSwitch(circumstances, to)).toMatchObject(refusal(kind));
  });
});

describe('a plan to repair', () => {
  test('accepts the colour that was found with all of the traffic', () => {
    expect(planRepair(given({ weights: { blue: 0, green: 100 } }), 'accept')).toMatchObject(
      plan({ kind: 'repair', from: 'blue', to: 'green' }),
    );
  });

  test('accepts no split', () => {
    expect(planRepair(given({ weights: { blue: 50, green: 50 } }), 'accept')).toMatchObject(
      refusal('accept-needs-full-weight'),
    );
  });

  test('restores the colour that teal last gave all of the traffic', () => {
    expect(planRepair(given({ weights: { blue: 50, green: 50 } }), 'restore')).toMatchObject(
      plan({ kind: 'repair', to: 'blue' }),
    );
  });

  test('restores also where a group is not named any more', () => {
    expect(planRepair(given({ weights: { green: 100 } }), 'restore')).toMatchObject(plan({ to: 'blue' }));
  });

  test('goes back to where the halted deployment came from, whatever was written last', () => {
    const halted = following(
      aDeployment({ plan: aPlan({ from: 'blue', to: 'green' }) }),
      closed({ name: 'halted', because: { kind: 'asked', by: 'ben', request: 'abort' } }),
    );
    const circumstances = given({
      state: { ...halted, weights: { blue: 0, green: 100 } },
      weights: { blue: 50, green: 50 },
    });
    expect(planRepair(circumstances, 'former')).toMatchObject(plan({ kind: 'repair', to: 'blue' }));
    expect(planRepair(circumstances, 'restore')).toMatchObject(plan({ kind: 'repair', to: 'green' }));
  });

  test('restores nothing that teal does not know', () => {
    expect(planRepair(given({ state: emptyStream }), 'restore')).toMatchObject(refusal('nothing-to-repair'));
  });
});

describe('a revision', () => {
  const idOf = (fields: object = {}, from = given(), digest = image.digest): string => {
    const made = planDeploy({ ...from, service: webService(fields) }, { reference: `api@${digest}`, digest }, sha256);
    if (!made.ok) throw new Error('a plan is made');
    return made.value.revision.id;
  };
  const plain = idOf();

  test('is the same for both colours, each deployment, and wherever the image lies', () => {
    expect(plain).toMatch(/^[0-9a-f]{12}$/);
    expect(idOf({}, given({ id: 'd-4', weights: { blue: 0, green: 100 } }))).toBe(plain);
    const elsewhere = planDeploy(given(), { ...image, reference: 'mirror/api@sha256:1' }, sha256);
    expect(elsewhere.ok && elsewhere.value.revision.id).toBe(plain);
  });

  test('is the same in whatever order its environment is written', () => {
    expect(idOf({ environment: { A: '1', B: '2' } })).toBe(idOf({ environment: { B: '2', A: '1' } }));
  });

  test.each([
    ['the image', idOf({}, given(), 'sha256:2')],
    ['the environment', idOf({ environment: { A: '1' } })],
    ['the names of secrets', idOf({ secrets: { DB: { from: 'ssm:/db' } } })],
    ['the command', idOf({ command: ['node', 'other.js'] })],
    ['the memory', idOf({ cpu: 1024, memory: 4096 })],
  ])('changes with %s', (_, id) => expect(id).not.toBe(plain));
});

test('a secret reaches the task as a reference, one that the application fetches as its name', () => {
  const service = webService({ secrets: { DB: { from: 'ssm:/db' }, KEY: { from: 'ssm:/key', fetch: true } } });
  const made = planDeploy(given({ service }), image, sha256);
  expect(made).toMatchObject(
    plan({
      wish: {
        definition: {
          container: {
            secrets: { DB: 'arn:aws:ssm:eu-west-1:123456789012:parameter/db' },
            environment: { KEY: '/key', TEAL_ENVIRONMENT: 'test' },
          },
        },
      },
    }),
  );
});

describe('a plan to go back to what does not run any more', () => {
  const service = webService({
    deployment: { strategy: { canary: { weight: 10, bake: '5m' } }, bake: '10m', verification: [{ http: '/check' }] },
  });
  const cold = given({ service, fleet: { ...given().fleet, green: anEmptyColor() } });
  const { wish } = aPlan();
  const definition = wish.kind === 'register' ? wish.definition : undefined;
  if (!definition) throw new Error('a plan registers');
  const former = { revision: { id: 'rev-0', digest: 'sha256:0' }, definition };

  test('starts and verifies it like a new one, then gives it all at once, without a bake', () => {
    expect(planColdRollback(cold, former)).toMatchObject(
      plan({
        kind: 'rollback',
        to: 'green',
        steps: [{ weight: 100, bakeSeconds: 0 }],
        bakeSeconds: 0,
        verification: [{ path: '/check', host: 'web.test' }],
        revision: former.revision,
      }),
    );
  });

  test('tells the tasks where they stand now, whatever colour they had', () => {
    const environment = { TEAL_COLOR: 'blue', TEAL_REVISION: 'rev-0', TEAL_DEPLOYMENT: 'd-3' };
    expect(planColdRollback(given({ service, weights: { blue: 0, green: 100 } }), former)).toMatchObject(
      plan({ to: 'blue', wish: { kind: 'register', definition: { container: { environment } } } }),
    );
  });

  test('names what ran there: the journal’s former, else what the ECS service names', () => {
    const known = { color: 'green', taskDefinition: newTaskDefinition, revision: 'rev-0' };
    expect(planRollback(cold, undefined)).toMatchObject({ error: { former: known } });
    const forgotten = { ...cold, state: { ...state, former: null } };
    expect(planRollback(forgotten, 'green')).toMatchObject({ error: { former: { taskDefinition: 'bootstrap' } } });
  });
});

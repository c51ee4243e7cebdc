import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadSdk } from '../../src/aws/clients.ts';
import { elbNamedTraffic } from '../../src/aws/index.ts';
import { seconds } from '../../src/base/index.ts';
import type { Color } from '../../src/deployment/index.ts';
import type { Context } from '../../src/operations/context.ts';
import { type Intention, release } from '../../src/operations/deploy.ts';
import { ask, repair, resume } from '../../src/operations/resume.ts';
import { discoverSite } from '../../src/operations/site.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { abort, takeBack } from '../../src/operations/take-back.ts';
import { watchClients } from './clients.ts';
import { createContext } from './context.ts';
import { install } from './installation.ts';
import { checkers, Witness } from './invariants/index.ts';
import { request } from './simulated-prober.ts';
import { anImage, behaviourOfImage, type Quality, simulatedService } from './simulated-service.ts';
import { createWorld } from './world.ts';

beforeAll(loadSdk);

const deploy = (label: string, quality: Quality = 'good'): Intention => ({
  kind: 'deploy',
  image: anImage(quality, label),
  bakeSeconds: undefined,
});

/** A stage with a service, its clients, and every invariant watched. */
async function aStage(deployment: object = {}, fields: object = {}) {
  const world = createWorld({ seed: 'scenes', behaviourOf: behaviourOfImage });
  const service = simulatedService({ keepWarm: '5m', ...deployment }, fields);
  const made = await install(world, service, 10);
  const witness = new Witness(world, made);
  witness.add(...checkers.map((check) => check(witness)));
  let over = false;
  watchClients(world, made, witness, () => over);
  let processes = 0;
  /** Starts a process; its result is there once it has ended. */
  const start = <T>(name: string, command: (context: Context) => Promise<T>) => {
    processes += 1;
    const process = world.process(`${name}-${processes}`);
    const ended: { result: T | undefined; error: unknown } = { result: undefined, error: undefined };
    process.actor.start(async () => {
      try {
        ended.result = await command(createContext(world, made, process));
      } catch (error) {
        ended.error = error;
      }
    });
    return { ...process, ended, gone: () => ['ended', 'crashed'].includes(process.actor.state) };
  };
  const until = (condition: () => boolean) => world.scheduler.run({ limit: seconds(3_600), until: condition });
  const outcome = async (name: string, intention: Intention) => {
    const process = start(name, (context) => release(context, service, intention));
    await until(process.gone);
    const driven = process.ended.result;
    return driven?.ok && driven.value.kind === 'outcome' ? driven.value.outcome.name : driven;
  };
  const pass = (delay: number) => {
    const end = world.scheduler.clock.monotonic() + delay * 1_000;
    return until(() => world.scheduler.clock.monotonic() >= end);
  };
  const finish = () => {
    over = true;
    witness.end();
    return witness.violations;
  };
  return { world, service, made, witness, start, until, outcome, pass, finish };
}

describe('a rollback while ECS, SSM, DynamoDB and STS refuse everything', () => {
  const rollBack = async (to: Color | undefined, how: 'refusing' | 'silent') => {
    const stage = await aStage();
    await stage.outcome('first', deploy('v1'));
    await stage.outcome('second', deploy('v2'));
    stage.world.network.outage = {
      match: ({ operation }) => operation.includes('.') || operation === 'GetCallerIdentity',
      how,
    };
    const writes: string[] = [];
    stage.world.network.onSent(({ operation }) => {
      if (!/(^|\.)(Describe|List|Get|Query)/.test(operation)) writes.push(operation);
    });
    const before = stage.world.scheduler.clock.monotonic();
    const process = stage.start('byname', (context) =>
      takeBack(context, stage.service, to, elbNamedTraffic(context.aws), undefined),
    );
    await stage.until(process.gone);
    const tookMs = stage.world.scheduler.clock.monotonic() - before;
    return { stage, writes, tookMs, result: process.ended.result, weights: stage.witness.truth.weights() };
  };

  test.each(['refusing', 'silent'] as const)('is one ModifyRule and nothing else, when they are %s', async (how) => {
    const { stage, writes, tookMs, result, weights } = await rollBack('green', how);

    expect(result).toMatchObject({ ok: true, value: { kind: 'by-name' } });
    expect(writes).toEqual(['ModifyRule']);
    expect(weights).toEqual({ blue: 0, green: 100 });
    expect(tookMs).toBeLessThan(2_500);
    expect(stage.finish()).toEqual([]);
  });

  test('writes nothing where no colour is named: the target is never guessed', async () => {
    const { writes, result, weights } = await rollBack(undefined, 'refusing');

    expect(result).toMatchObject({ ok: false, error: { kind: 'name-a-color' } });
    expect(writes).toEqual([]);
    expect(weights).toEqual({ blue: 100, green: 0 });
  });
});

test.each([
  [0, false],
  [2, true],
])('a switch whose journal takes %i s for an entry looks again before it writes: %s', async (heldSeconds, again) => {
  const stage = await aStage();
  await stage.outcome('first', deploy('v1'));
  await stage.outcome('second', deploy('v2'));
  const hold = stage.world.network.hold(
    ({ operation, body }) => operation.endsWith('.PutItem') && /entered.*shifting/.test(String(body)),
  );
  const driver = stage.start('switch', (context) => release(context, stage.service, { kind: 'switch', to: 'green' }));
  await stage.until(() => hold.caught !== undefined);
  await stage.pass(heldSeconds);
  const sent: string[] = [];
  stage.world.network.onSent(({ operation }) => sent.push(operation));
  hold.release();
  await stage.until(driver.gone);

  expect(stage.witness.truth.weights()).toEqual({ blue: 0, green: 100 });
  expect(sent.slice(0, sent.indexOf('ModifyRule')).includes('DescribeTargetHealth')).toBe(again);
  expect(stage.finish()).toEqual([]);
});

test.each([1, 4, 30])(
  'a weight write that is held back for %i s across a takeover does no harm',
  async (heldSeconds) => {
    const stage = await aStage({ strategy: { canary: { weight: 10, bake: '30s' } } });
    await stage.outcome('first', deploy('v1'));
    const hold = stage.world.network.hold(
      ({ operation, body }) => operation === 'ModifyRule' && /Weight=10(&|$)/.test(body),
    );
    const driver = stage.start('driver', (context) => release(context, stage.service, deploy('v2')));
    await stage.until(() => hold.caught !== undefined);
    const taker = stage.start('taker', (context) => abort(context, stage.service));
    await stage.pass(heldSeconds);
    hold.release();
    await stage.until(() => driver.gone() && taker.gone());
    await stage.pass(5);

    expect(taker.ended.result).toMatchObject({ ok: true, value: { kind: 'outcome' } });
    // One that comes after all deadlines, and after the outcome, is undone by whoever comes by next.
    if (heldSeconds > 20) {
      expect(stage.witness.truth.weights()).toEqual({ blue: 10, green: 90 });
      const sweeping = stage.start('sweep', (context) => sweep(context, stage.service.name));
      await stage.until(sweeping.gone);
    }
    expect(stage.witness.truth.weights()).toEqual({ blue: 0, green: 100 });
    expect(stage.finish()).toEqual([]);
  },
);

test('no request reaches v1 after v3 was deployed over it while it was warm', async () => {
  const stage = await aStage();
  const reached: string[] = [];
  expect(await stage.outcome('first', deploy('v1'))).toBe('succeeded');
  const [v1] = stage.witness.truth.color('green').tasks;
  expect(await stage.outcome('second', deploy('v2'))).toBe('succeeded');
  expect(stage.witness.truth.color('green').tasks.filter((task) => task.healthy)).not.toEqual([]);
  const third = stage.start('third', (context) => release(context, stage.service, deploy('v3')));
  while (!third.gone()) {
    await stage.pass(0.1);
    const { target } = request(stage.world, stage.made, { host: 'sim', path: '/', headers: {} });
    reached.push((target && stage.witness.truth.taskAt(target.identity.id)?.deployment) ?? 'nobody');
  }

  expect(third.ended.result).toMatchObject({ ok: true, value: { outcome: { name: 'succeeded' } } });
  expect(v1?.deployment).toBeDefined();
  expect(reached).not.toContain(v1?.deployment);
  expect(new Set(reached).size).toBe(2);
  expect(stage.finish()).toEqual([]);
});

test('the new colour follows live from 4 to 8 tasks during a canary of 10 % before it gets all', async () => {
  const stage = await aStage({ strategy: { canary: { weight: 10, bake: '60s' } } });
  const service = { ...stage.service, scaling: { ...stage.service.scaling, min: 4, max: 4 } };
  const released = async (label: string) => {
    const process = stage.start(label, (context) => release(context, service, deploy(label)));
    return process;
  };
  const first = await released('v1');
  await stage.until(first.gone);
  const second = await released('v2');
  await stage.until(() => stage.witness.truth.weights().blue === 10);
  const grow = stage.start('foreign-scaling', async ({ aws }) => {
    const { client, sdk } = await aws.clients.ecs();
    await client.send(
      new sdk.UpdateServiceCommand({
        cluster: stage.made.cluster,
        service: stage.made.ecsServices.green,
        desiredCount: 8,
      }),
    );
  });
  await stage.until(() => grow.gone() && stage.witness.truth.weights().blue === 100);

  expect(stage.witness.truth.color('blue').healthy).toBe(8);
  await stage.until(second.gone);
  expect(second.ended.result).toMatchObject({ ok: true, value: { outcome: { name: 'succeeded' } } });
  expect(stage.finish()).toEqual([]);
});

test('two drivers that start at once: one wins, the other is told who', async () => {
  const stage = await aStage();
  const [one, two] = ['one', 'two'].map((name) =>
    stage.start(name, (context) => release(context, stage.service, deploy(name))),
  );
  await stage.until(() => one?.gone() === true && two?.gone() === true);

  const results = [one?.ended.result, two?.ended.result];
  expect(results.filter((result) => result?.ok)).toHaveLength(1);
  expect(results.find((result) => result?.ok === false)).toMatchObject({ error: { kind: 'busy' } });
  expect(stage.finish()).toEqual([]);
});

test('weights in tenths of a percent are known again when they are read back', async () => {
  const stage = await aStage({ strategy: { canary: { weight: 0.5, bake: '10s' } } });
  expect(await stage.outcome('first', deploy('v1'))).toBe('succeeded');
  expect(await stage.outcome('second', deploy('v2'))).toBe('succeeded');

  const writes = stage.witness.journal.filter((entry) => entry.kind === 'intended' && entry.body.do === 'set-weights');
  expect(writes).toHaveLength(3);
});

describe('a first deployment', () => {
  /** Under way, its tasks still starting. */
  const begun = async () => {
    const stage = await aStage();
    const driver = stage.start('driver', (context) => release(context, stage.service, deploy('v1')));
    await stage.until(() => stage.witness.truth.color('green').desired > 0);
    return { stage, driver };
  };
  const outcomes = ({ witness }: Awaited<ReturnType<typeof aStage>>) =>
    witness.journal.flatMap((entry) => (entry.kind === 'closed' ? [entry.body.outcome.name] : []));

  test('whose tasks AWS refuses to take away is halted, not failed', async () => {
    const { stage } = await begun();
    stage.world.network.outage = { match: ({ operation }) => operation.endsWith('.UpdateService'), how: 'refusing' };
    const taker = stage.start('taker', (context) => abort(context, stage.service));
    await stage.until(taker.gone);

    expect(outcomes(stage)).toEqual(['halted']);
    expect(stage.finish()).toEqual([]);
  });

  test('that another switched by hand is halted; its repair, taken back before its write, stays so', async () => {
    const { stage, driver } = await begun();
    const foreign = stage.start('foreign-weights', async ({ aws, traffic, signal, environment }) => {
      const site = await discoverSite(aws, environment.name, stage.service.name, signal);
      if (!site.ok) return;
      const { places } = site.value.site;
      for (const place of places) await traffic.write(site.value.site, place, { blue: 70, green: 30 }, signal);
    });
    await stage.until(() => foreign.gone() && driver.gone());
    expect(outcomes(stage)).toEqual(['halted']);
    const repairer = stage.start('repairer', (context) => repair(context, stage.service, 'restore'));
    await stage.until(() => stage.witness.plan?.kind === 'repair');
    const taker = stage.start('taker', (context) => abort(context, stage.service));
    await stage.until(() => taker.gone() && repairer.gone());

    expect(outcomes(stage)).toEqual(['halted', 'halted']);
    expect(stage.witness.truth.weights()).toEqual({ blue: 70, green: 30 });
    expect(stage.finish()).toEqual([]);
  });
});

describe('a deployment that holds at 10 %', () => {
  const holding = async () => {
    const stage = await aStage({ strategy: { canary: { weight: 10, bake: '60s' } } });
    await stage.outcome('first', deploy('v1'));
    const driver = stage.start('driver', (context) => release(context, stage.service, deploy('v2')));
    await stage.until(() => stage.witness.truth.weights().blue === 10);
    await stage.pass(5);
    return { stage, driver };
  };

  test('goes on at once when it is promoted, and not while it is paused', async () => {
    const { stage, driver } = await holding();
    const pause = stage.start('pause', (context) => ask(context, stage.service, 'pause'));
    await stage.until(pause.gone);
    await stage.pass(90);
    expect(stage.witness.truth.weights()).toEqual({ blue: 10, green: 90 });
    const promote = stage.start('promote', (context) => ask(context, stage.service, 'promote'));
    await stage.until(promote.gone);
    await stage.pass(10);

    expect(stage.witness.truth.weights()).toEqual({ blue: 100, green: 0 });
    await stage.until(driver.gone);
    expect(driver.ended.result).toMatchObject({ ok: true, value: { outcome: { name: 'succeeded' } } });
    expect(stage.finish()).toEqual([]);
  });

  test('is halted where AWS refuses the write that takes it back', async () => {
    const { stage } = await holding();
    stage.world.network.outage = { match: ({ operation }) => operation === 'ModifyRule', how: 'refusing' };
    const taker = stage.start('taker', (context) => abort(context, stage.service));
    await stage.until(taker.gone);

    expect(taker.ended.result).toMatchObject({ ok: true, value: { outcome: { name: 'halted' } } });
    expect(stage.witness.truth.weights()).toEqual({ blue: 10, green: 90 });
    expect(stage.finish()).toEqual([]);
  });
});

describe('a rollback to a version whose tasks are gone', () => {
  const scaledDown = async () => {
    const stage = await aStage({ keepWarm: '20s', strategy: { canary: { weight: 10, bake: '30s' } } });
    expect(await stage.outcome('first', deploy('v1'))).toBe('succeeded');
    const [v1] = stage.witness.truth.color('green').tasks;
    expect(await stage.outcome('second', deploy('v2'))).toBe('succeeded');
    // Another driver's record of when green was at 0 is believed less the skew of two clocks.
    await stage.pass(900);
    await stage.until(stage.start('sweep', (context) => sweep(context, stage.service.name)).gone);
    await stage.pass(30);
    expect(stage.witness.truth.color('green').tasks).toEqual([]);
    return { stage, revision: v1?.revision };
  };

  test('starts them first: traffic moves once as many are healthy as live has, in one step', async () => {
    const { stage, revision } = await scaledDown();
    expect(await stage.outcome('back', { kind: 'rollback', to: undefined })).toBe('succeeded');
    const { tasks, healthy } = stage.witness.truth.color('green');
    expect([tasks[0]?.revision, healthy, stage.witness.truth.weights()]).toEqual([
      revision,
      stage.service.scaling.min,
      { blue: 0, green: 100 },
    ]);
    expect(stage.finish()).toEqual([]);
  });

  test('whose driver dies is finished by another', async () => {
    const { stage } = await scaledDown();
    const driver = stage.start('back', (context) =>
      release(context, stage.service, { kind: 'rollback', to: undefined }),
    );
    await stage.until(() => stage.witness.truth.color('green').desired > 0);
    driver.actor.crash();
    const other = stage.start('other', (context) => resume(context, stage.service));
    await stage.until(other.gone);
    expect(stage.witness.truth.weights()).toEqual({ blue: 0, green: 100 });
    expect(stage.finish()).toEqual([]);
  });

  test('that is taken back before its write leaves live as it is', async () => {
    const { stage } = await scaledDown();
    const driver = stage.start('back', (context) =>
      release(context, stage.service, { kind: 'rollback', to: undefined }),
    );
    await stage.until(() => stage.witness.truth.color('green').desired > 0);
    const taker = stage.start('taker', (context) => abort(context, stage.service));
    await stage.until(() => driver.gone() && taker.gone());
    expect(taker.ended.result).toMatchObject({ ok: true, value: { outcome: { name: 'failed' } } });
    expect(stage.witness.truth.weights()).toEqual({ blue: 100, green: 0 });
    expect(stage.finish()).toEqual([]);
  });
});

test('a driver that dies between its outcome and its lease does not stand in the way of the next deployment', async () => {
  const stage = await aStage();
  await stage.outcome('first', deploy('v1'));
  const second = stage.start('second', (context) => release(context, stage.service, deploy('v2')));
  await stage.until(() => stage.witness.journal.filter(({ kind }) => kind === 'closed').length === 2);
  second.actor.crash();
  const asked = stage.world.scheduler.clock.monotonic();
  expect(await stage.outcome('third', deploy('v3'))).toBe('succeeded');
  expect(stage.world.scheduler.clock.monotonic() - asked).toBeLessThan(300_000);
  expect(stage.finish()).toEqual([]);
});

test.each([['ssm:/url'], ['secretsmanager:url']])(
  'a warm version that was started before a secret changed is started anew, with the new value: %s',
  async (from) => {
    const stage = await aStage({}, { secrets: { URL: { from } } });
    const put = (name: string, Value: string) => {
      const putting = stage.start(`foreign-${name}`, async ({ aws }) => {
        if (from.startsWith('ssm:')) {
          const { client, sdk } = await aws.clients.ssm();
          await client.send(
            new sdk.PutParameterCommand({ Name: '/url', Value, Type: 'SecureString', Overwrite: true }),
          );
          return;
        }
        const { client } = await aws.clients.secrets();
        if (Value === 'one') await client.send(new CreateSecretCommand({ Name: 'url', SecretString: Value }));
        else await client.send(new PutSecretValueCommand({ SecretId: 'url', SecretString: Value }));
      });
      return stage.until(putting.gone);
    };
    await put('first', 'one');
    expect(await stage.outcome('first', deploy('v1'))).toBe('succeeded');
    const [v1] = stage.witness.truth.color('green').tasks;
    expect(await stage.outcome('second', deploy('v2'))).toBe('succeeded');
    await put('second', 'two');
    expect(await stage.outcome('back', { kind: 'rollback', to: undefined })).toBe('succeeded');

    const { tasks } = stage.witness.truth.color('green');
    expect(stage.witness.truth.weights()).toEqual({ blue: 0, green: 100 });
    expect(tasks.map(({ revision }) => revision)).toEqual(tasks.map(() => v1?.revision));
    expect(tasks.map(({ id }) => id)).not.toContain(v1?.id);
    expect(stage.finish()).toEqual([]);
  },
);

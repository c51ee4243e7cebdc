import {
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  type TargetGroupTuple,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failuresOf, versionsBetween } from './kit/load.ts';
import { aServiceInUse, killedAt } from './kit/lost-driver.ts';
import { productionRule } from './kit/rules.ts';
import { aStage, eventually, figure, type Stage } from './kit/stage.ts';
import { isWeights, reasonOf, statusOf, wordsOf, writesOf } from './kit/teal-run.ts';

/** Each test has a service of its own, with one task in each colour and clients that ask all the time. */
let stage: Stage;
beforeAll(async () => {
  stage = await aStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** A lease that is waited out takes 20 s, and several tests share two cores. */
const timeout = 120_000;

const longCanary = { strategy: { canary: { weight: 10, bake: '60s' } } };

describe.concurrent('a driver that is killed', { timeout }, () => {
  test('at 10 % leaves an orphan that status shows first, and resume finishes it', async () => {
    const clients = await aServiceInUse(stage, 'resumed', { strategy: { canary: { weight: 10, bake: '3s' } } });
    await killedAt(stage, 'resumed', isWeights(90));
    await eventually(async () => ((await statusOf(stage, 'resumed')).orphan ? true : undefined), 30_000, 2_000);
    const told = await stage.start(['status']).ended;
    expect(told.documents[0]).toMatchObject({
      services: expect.arrayContaining([
        expect.objectContaining({ service: 'resumed', orphan: true, weights: { blue: 10, green: 90 } }),
      ]),
    });
    const refused = await stage.teal(['deploy', 'resumed'], 3);
    expect(refused.stderr).toContain('teal resume resumed');
    const resumed = await stage.teal(['resume', 'resumed']);
    await clients.answeredBy('v2', 15);
    const records = await clients.stop();
    expect(failuresOf(records)).toEqual([]);
    expect(writesOf(resumed).map(({ weights }) => weights)).toEqual([{ blue: 100, green: 0 }]);
    expect(versionsBetween(records, writesOf(resumed)[0]?.readAt ?? 0, Number.POSITIVE_INFINITY)).toEqual(['v2']);
  });

  for (const verb of ['rollback', 'abort']) {
    test(`at 10 % is taken back by ${verb} at once, without waiting for its lease`, async () => {
      const name = `taken-${verb}`;
      const clients = await aServiceInUse(stage, name, longCanary);
      await killedAt(stage, name, isWeights(90));
      const asked = Date.now();
      const back = await stage.teal([verb, name], 5);
      await clients.answeredBy('v1', 10);
      const records = await clients.stop();
      const [write] = writesOf(back);
      expect(write?.weights).toEqual({ blue: 0, green: 100 });
      expect((write?.readAt ?? Number.POSITIVE_INFINITY) - asked).toBeLessThan(10_000);
      figure(`from "teal ${verb}" of an orphan to its read-back`, (write?.readAt ?? 0) - asked, records.length);
      expect(failuresOf(records)).toEqual([]);
      expect(versionsBetween(records, write?.readAt ?? 0, Number.POSITIVE_INFINITY)).toEqual(['v1']);
      expect((await statusOf(stage, name)).deployment?.outcome?.name).toBe('rolled-back');
    });
  }
});

describe.concurrent('a driver without a terminal that is told to end', { timeout }, () => {
  test('at 10 % takes the deployment back and ends with exit code 5', async () => {
    const clients = await aServiceInUse(stage, 'terminated', longCanary);
    const run = stage.start(['deploy', 'terminated']);
    await run.event(isWeights(90));
    run.kill('SIGTERM');
    const ended = await run.ended;
    const records = await clients.stop();
    expect(ended.exitCode, wordsOf(ended)).toBe(5);
    expect(writesOf(ended).at(-1)?.weights).toEqual({ blue: 0, green: 100 });
    expect(failuresOf(records)).toEqual([]);
  });

  test('leaves it with exit code 8 where the service says so, and resume drives it on at once', async () => {
    const clients = await aServiceInUse(stage, 'left', {
      onInterrupt: 'leave',
      strategy: { canary: { weight: 10, bake: '3s' } },
    });
    const run = stage.start(['deploy', 'left']);
    await run.event(isWeights(90));
    run.kill('SIGTERM');
    const ended = await run.ended;
    expect(ended.exitCode, wordsOf(ended)).toBe(8);
    expect(await statusOf(stage, 'left')).toMatchObject({ orphan: true, weights: { blue: 10, green: 90 } });
    await stage.teal(['resume', 'left']);
    const records = await clients.stop();
    expect(failuresOf(records)).toEqual([]);
    expect((await statusOf(stage, 'left')).weights).toEqual({ blue: 100, green: 0 });
  });
});

describe.concurrent('other processes', { timeout }, () => {
  test('of two deployments started at once one wins, the other is refused with who, since when and where', async () => {
    const clients = await aServiceInUse(stage, 'contended');
    const both = await Promise.all([1, 2].map(() => stage.start(['deploy', 'contended']).ended));
    const records = await clients.stop();
    expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([0, 3]);
    const refused = both.find(({ exitCode }) => exitCode === 3);
    expect(refused?.stderr).toMatch(/contended is being deployed by \S+ at \S+:\d+ since \d\d:\d\d:\d\dZ/);
    expect(refused?.stderr).toContain('Nothing was changed');
    expect(failuresOf(records)).toEqual([]);
  });

  test('pause, resume and promote a deployment that another drives', async () => {
    const clients = await aServiceInUse(stage, 'steered', longCanary);
    const run = stage.start(['deploy', 'steered']);
    await run.event(isWeights(90));
    await stage.teal(['pause', 'steered']);
    await run.event(({ type, body }) => type === 'request' && body.kind === 'pause');
    expect((await statusOf(stage, 'steered')).deployment?.paused).toBe(true);
    await stage.teal(['resume', 'steered']);
    await run.event(({ type, body }) => type === 'request' && body.kind === 'resume');
    await stage.teal(['promote', 'steered']);
    await run.event(isWeights(0));
    const ended = await run.ended;
    expect(ended.exitCode, wordsOf(ended)).toBe(0);
    expect(failuresOf(await clients.stop())).toEqual([]);
  });

  test('that change the weights in mid-shift halt it; the way on is refused until a person repairs', async () => {
    const clients = await aServiceInUse(stage, 'foreign', longCanary);
    const run = stage.start(['deploy', 'foreign']);
    await run.event(isWeights(90));
    const elb = new ElasticLoadBalancingV2Client(stage.client);
    await changeWeights(elb, 'foreign', { blue: 50, green: 50 });
    const halted = await run.ended;
    expect(halted.exitCode, wordsOf(halted)).toBe(6);
    expect(reasonOf(halted)).toMatchObject({ kind: 'weights-changed-by-another', found: { blue: 50, green: 50 } });
    expect((await statusOf(stage, 'foreign')).weights).toEqual({ blue: 50, green: 50 });
    const refused = await stage.teal(['deploy', 'foreign'], 3);
    expect(refused.stderr).toContain('teal resume foreign --restore');
    await stage.teal(['resume', 'foreign', '--restore']);
    expect((await statusOf(stage, 'foreign')).weights).toEqual({ blue: 0, green: 100 });

    const again = stage.start(['deploy', 'foreign']);
    await again.event(isWeights(90));
    await changeWeights(elb, 'foreign', { blue: 100, green: 0 });
    expect((await again.ended).exitCode).toBe(6);
    await stage.teal(['resume', 'foreign', '--accept']);
    const records = await clients.stop();
    const { weights, deployment } = await statusOf(stage, 'foreign');
    expect(weights).toEqual({ blue: 100, green: 0 });
    expect(deployment?.outcome?.name).toBe('succeeded');
    expect(failuresOf(records)).toEqual([]);
    elb.destroy();
  });
});

async function changeWeights(
  elb: ElasticLoadBalancingV2Client,
  service: string,
  to: { readonly blue: number; readonly green: number },
): Promise<void> {
  const { arn, groups } = await productionRule(elb, `${service}.test`);
  const TargetGroups = groups.map(
    (TargetGroupArn): TargetGroupTuple => ({
      TargetGroupArn,
      Weight: TargetGroupArn.includes('-blue/') ? to.blue : to.green,
    }),
  );
  await elb.send(
    new ModifyRuleCommand({ RuleArn: arn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }),
  );
}

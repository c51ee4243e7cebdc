import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeAll, describe, expect, test } from 'vitest';
import { elbNamedTraffic, elbTraffic, loadSdk } from '../src/aws/index.ts';
import { createVirtualClock, seconds } from '../src/base/index.ts';
import { type Color, type Place, percent, rollBackByName, type Site, weightsFor } from '../src/deployment/index.ts';
import { aSite } from '../src/deployment/testing/a-plan.ts';
import { memoryTraffic } from '../src/deployment/testing/memory-traffic.ts';
import { type ProvisionedSite, provisionedSite } from './provisioned-site.ts';

const signal = new AbortController().signal;

beforeAll(loadSdk);

async function inMemory() {
  const clock = createVirtualClock();
  const soon = async <T>(promise: Promise<T>): Promise<T> => {
    await clock.advanceAsync(seconds(1));
    return promise;
  };
  return { traffic: memoryTraffic(clock), site: aSite(), soon };
}

async function atLoadBalancer() {
  const place = await provisionedSite();
  return { traffic: elbTraffic(place.aws), ...place };
}

describe.each([
  ['in memory', inMemory],
  ['at the load balancer', atLoadBalancer],
])('traffic %s', (_, make) => {
  test('stands at blue when it was provisioned, in both places', async () => {
    const { traffic, site, soon } = await make();
    expect(await soon(traffic.read(site, signal))).toEqual({
      ok: true,
      value: { production: [{ blue: 100, green: 0 }], test: [{ blue: 100, green: 0 }] },
    });
  });

  test.each([10, 33.3, 100])('reads back a share of %s percent', async (share) => {
    const { traffic, site, soon } = await make();
    const wanted = weightsFor('green', percent(share));
    expect(await soon(traffic.write(site, placeOf(site), wanted, signal))).toEqual({ ok: true, value: undefined });
    expect(await soon(traffic.read(site, signal))).toMatchObject({
      value: { production: [wanted], test: [{ blue: 100, green: 0 }] },
    });
  });

  test('leads the test rule elsewhere than production', async () => {
    const { traffic, site, soon } = await make();
    await soon(traffic.writeTest(site, testPlaceOf(site), { blue: 0, green: 100 }, signal));
    expect(await soon(traffic.read(site, signal))).toMatchObject({
      value: { production: [{ blue: 100, green: 0 }], test: [{ blue: 0, green: 100 }] },
    });
  });
});

describe('traffic at the load balancer', () => {
  const actionsOf = async ({ aws, soon }: ProvisionedSite, rule: string): Promise<readonly Action[]> => {
    const { client, sdk } = await aws.clients.elb();
    const { Rules } = await soon(client.send(new sdk.DescribeRulesCommand({ RuleArns: [rule] })));
    return Rules?.[0]?.Actions ?? [];
  };
  const setActions = async ({ aws, soon, site }: ProvisionedSite, Actions: Action[]) => {
    const { client, sdk } = await aws.clients.elb();
    await soon(client.send(new sdk.ModifyRuleCommand({ RuleArn: ruleOf(site), Actions })));
  };
  const groups = (site: Site, weights: Partial<Record<Color, number>>) =>
    (['blue', 'green'] as const).flatMap((color) =>
      weights[color] === undefined ? [] : [{ TargetGroupArn: site.colors[color].targetGroup, Weight: weights[color] }],
    );

  test('keeps the other groups of the action', async () => {
    const place = await provisionedSite();
    const { aws, soon, site } = place;
    const { client, sdk } = await aws.clients.elb();
    const made = await soon(
      client.send(
        new sdk.CreateTargetGroupCommand({
          Name: 'other',
          Protocol: 'HTTP',
          Port: 80,
          VpcId: 'vpc-00000000',
          TargetType: 'ip',
        }),
      ),
    );
    const other = { TargetGroupArn: made.TargetGroups?.[0]?.TargetGroupArn, Weight: 7 };
    const ForwardConfig = { TargetGroups: [...groups(site, { blue: 100, green: 0 }), other] };
    await setActions(place, [{ Type: 'forward', ForwardConfig }]);
    await soon(elbTraffic(aws).write(site, placeOf(site), { blue: 90, green: 10 }, signal));
    const [action] = await actionsOf(place, ruleOf(site));
    expect(action?.ForwardConfig?.TargetGroups).toEqual([...groups(site, { blue: 90, green: 10 }), other]);
  });

  test('tells which group an action does not name, and names it again', async () => {
    const place = await provisionedSite();
    const { aws, soon, site } = place;
    await setActions(place, [{ Type: 'forward', ForwardConfig: { TargetGroups: groups(site, { blue: 1 }) } }]);
    const traffic = elbTraffic(aws);
    expect(await soon(traffic.read(site, signal))).toMatchObject({ value: { production: [{ green: undefined }] } });
    await soon(traffic.write(site, placeOf(site), { blue: 100, green: 0 }, signal));
    expect(await soon(traffic.read(site, signal))).toMatchObject({ value: { production: [{ blue: 100, green: 0 }] } });
  });

  test('of a sticky service leaves out the group without weight, which reads as 0', async () => {
    const place = await provisionedSite();
    const { aws, soon } = place;
    const site = { ...place.site, wanted: { ...place.site.wanted, stickinessSeconds: 60 } };
    const traffic = elbTraffic(aws);
    await soon(traffic.write(site, placeOf(site), { blue: 0, green: 100 }, signal));
    const [action] = await actionsOf(place, ruleOf(site));
    expect(action?.ForwardConfig).toMatchObject({
      TargetGroups: groups(site, { green: 100 }),
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
    });
    expect(await soon(traffic.read(site, signal))).toMatchObject({ value: { production: [{ blue: 0, green: 100 }] } });
    await soon(traffic.write(site, placeOf(site), { blue: 50, green: 50 }, signal));
    expect(await soon(traffic.read(site, signal))).toMatchObject({ value: { production: [{ blue: 50, green: 50 }] } });
  });

  test('moves the default action of a listener', async () => {
    const place = await provisionedSite();
    const { aws, soon } = place;
    const { client, sdk } = await aws.clients.elb();
    const rule = ruleOf(place.site);
    const arn = rule.slice(0, rule.lastIndexOf('/')).replace(':listener-rule/', ':listener/');
    const ForwardConfig = { TargetGroups: groups(place.site, { blue: 100, green: 0 }) };
    await soon(
      client.send(
        new sdk.ModifyListenerCommand({ ListenerArn: arn, DefaultActions: [{ Type: 'forward', ForwardConfig }] }),
      ),
    );
    const site: Site = {
      ...place.site,
      places: [
        { kind: 'rule', arn: rule },
        { kind: 'listener', arn },
      ],
    };
    const traffic = elbTraffic(aws);
    for (const each of site.places)
      expect(await soon(traffic.write(site, each, { blue: 90, green: 10 }, signal))).toMatchObject({ ok: true });
    expect(await soon(traffic.read(site, signal))).toMatchObject({
      value: {
        production: [
          { blue: 90, green: 10 },
          { blue: 90, green: 10 },
        ],
      },
    });
  });

  test('writes over what it read last, not over what it once read', async () => {
    const place = await provisionedSite();
    const { aws, soon, site } = place;
    const traffic = elbTraffic(aws);
    await soon(traffic.read(site, signal));
    const stickiness = { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } };
    const TargetGroups = groups(site, { blue: 100, green: 0 });
    await setActions(place, [{ Type: 'forward', ForwardConfig: { TargetGroups, ...stickiness } }]);
    await soon(traffic.read(site, signal));
    await soon(traffic.write(site, placeOf(site), { blue: 90, green: 10 }, signal));
    const [action] = await actionsOf(place, ruleOf(site));
    expect(action?.ForwardConfig?.TargetGroupStickinessConfig?.Enabled).toBe(false);
  });

  test('tells of a rule that is gone', async () => {
    const { aws, soon, site } = await provisionedSite();
    const { client, sdk } = await aws.clients.elb();
    const traffic = elbTraffic(aws);
    await soon(traffic.read(site, signal));
    await soon(client.send(new sdk.DeleteRuleCommand({ RuleArn: ruleOf(site) })));
    expect(await soon(traffic.read(site, signal))).toMatchObject({
      ok: false,
      error: { code: 'RuleNotFoundException' },
    });
    expect(await soon(traffic.write(site, placeOf(site), { blue: 90, green: 10 }, signal))).toMatchObject({
      ok: false,
    });
  });
});

describe('the load balancer by names', () => {
  const wanted = { environment: 'test', service: 'api', account: '123456789012', to: 'blue' } as const;

  test('finds groups, rules, tags and health', async () => {
    const { aws, soon, site } = await provisionedSite();
    const found = await soon(elbNamedTraffic(aws).find(groupNames(site), signal));
    expect(found).toMatchObject({
      ok: true,
      value: {
        groups: {
          blue: { account: wanted.account, healthy: 0, tags: { 'teal:service': 'api', 'teal:color': 'blue' } },
        },
        rules: expect.arrayContaining([
          expect.objectContaining({ arn: ruleOf(site), isTest: false, blue: 100, green: 0 }),
          expect.objectContaining({ arn: testPlaceOf(site).arn, isTest: true }),
        ]),
      },
    });
  });

  test('writes the rule that it found', async () => {
    const { aws, soon, site } = await provisionedSite();
    const named = elbNamedTraffic(aws);
    await soon(named.find(groupNames(site), signal));
    expect(await soon(named.write(ruleOf(site), { blue: 0, green: 100 }, signal))).toMatchObject({ ok: true });
    expect(await soon(elbTraffic(aws).read(site, signal))).toMatchObject({
      value: { production: [{ blue: 0, green: 100 }] },
    });
  });

  test('refuses a colour without a healthy target', async () => {
    const { aws, soon, site } = await provisionedSite();
    const done = await soon(rollBackByName({ ...wanted, names: groupNames(site) }, elbNamedTraffic(aws), signal));
    expect(done).toEqual({ ok: false, error: { kind: 'nothing-to-return-to', color: 'blue' } });
  });

  test('refuses names of nobody', async () => {
    const { aws, soon } = await provisionedSite();
    const done = await soon(
      rollBackByName({ ...wanted, names: { blue: 'none-blue', green: 'none-green' } }, elbNamedTraffic(aws), signal),
    );
    expect(done.ok).toBe(false);
  });
});

const ruleOf = (site: Site): string => placeOf(site).arn;

function placeOf({ places: [place] }: Site): Place {
  if (place?.kind !== 'rule') throw new Error('production is a rule');
  return place;
}

function testPlaceOf({ testPlaces: [place] }: Site): Place {
  if (!place) throw new Error('a site has a test place');
  return place;
}

/** `…:targetgroup/<name>/<id>` */
const groupNames = (site: Site): Record<Color, string> => ({
  blue: site.colors.blue.targetGroup.split('/')[1] ?? '',
  green: site.colors.green.targetGroup.split('/')[1] ?? '',
});

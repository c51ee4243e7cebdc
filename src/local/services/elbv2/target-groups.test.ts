import { describe, expect, test } from 'vitest';
import { AwsError } from '../../aws-error.ts';
import { knownSubnets } from '../../subnets.ts';
import { aGroup, anApp, created, elbFixture, run } from './elbv2-fixture.ts';
import { createListener, deleteListener } from './listeners.ts';
import {
  createLoadBalancer,
  deleteLoadBalancer,
  describeLoadBalancers,
  modifyLoadBalancerAttributes,
} from './load-balancers.ts';
import { createElbState } from './state.ts';
import { addTags, describeTags, removeTags } from './tags.ts';
import { createTargetGroup, deleteTargetGroup, describeTargetGroups, modifyTargetGroup } from './target-groups.ts';

function errorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const settings = { Name: 'web-blue', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' } as const;

describe('target groups (API_CreateTargetGroup)', () => {
  test('have the defaults of the API', () => {
    const { state } = elbFixture();
    expect(run(state, createTargetGroup, settings).TargetGroups?.[0]).toMatchObject({
      TargetGroupName: 'web-blue',
      TargetGroupArn: expect.stringMatching(
        /^arn:aws:elasticloadbalancing:eu-central-1:000000000000:targetgroup\/web-blue\/[0-9a-f]{16}$/,
      ),
      HealthCheckPath: '/',
      HealthCheckPort: 'traffic-port',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      Matcher: { HttpCode: '200' },
      LoadBalancerArns: [],
    });
  });

  test('are created once when nothing differs, and refused when something does', () => {
    const { state } = elbFixture();
    const first = run(state, createTargetGroup, settings).TargetGroups?.[0]?.TargetGroupArn;
    expect(run(state, createTargetGroup, settings).TargetGroups?.[0]?.TargetGroupArn).toBe(first);
    expect(errorOf(() => run(state, createTargetGroup, { ...settings, Port: 81 }))).toBe(
      "DuplicateTargetGroupName: A target group with the same name 'web-blue' exists, but with different settings",
    );
  });

  test.each<[string, Partial<Parameters<typeof createTargetGroup>[1]>]>([
    ['a name of 33 characters', { Name: 'a'.repeat(33) }],
    ['a name with an underscore', { Name: 'a_b' }],
    ['a name that ends with a hyphen', { Name: 'a-' }],
    ['an interval below 5 s', { HealthCheckIntervalSeconds: 4 }],
    ['a time-out as long as the interval', { HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 5 }],
    ['a threshold of 1', { HealthyThresholdCount: 1 }],
    ['a matcher outside 200-499', { Matcher: { HttpCode: '200-500' } }],
    ['a path without a slash', { HealthCheckPath: 'health' }],
    ['health checks switched off', { HealthCheckEnabled: false }],
  ])('are refused with %s', (_name, change) => {
    const { state } = elbFixture();
    expect(errorOf(() => run(state, createTargetGroup, { ...settings, ...change }))).toMatch(/^ValidationError: /);
  });

  test('name the load balancer that uses them, and cannot be deleted while one does', () => {
    const { state } = elbFixture();
    const app = anApp(state);
    const shown = run(state, describeTargetGroups, { LoadBalancerArn: app.loadBalancer }).TargetGroups ?? [];
    expect(shown.map((group) => [group.TargetGroupArn, group.LoadBalancerArns])).toEqual([
      [app.blue, [app.loadBalancer]],
    ]);
    expect(errorOf(() => run(state, deleteTargetGroup, { TargetGroupArn: app.blue }))).toBe(
      `ResourceInUse: Target group '${app.blue}' is currently in use by a listener or a rule`,
    );
    run(state, deleteListener, { ListenerArn: app.listener });
    run(state, deleteTargetGroup, { TargetGroupArn: app.blue });
    expect(errorOf(() => run(state, describeTargetGroups, { TargetGroupArns: [app.blue] }))).toBe(
      'TargetGroupNotFound: One or more target groups not found',
    );
  });

  test('keep what ModifyTargetGroup does not name', () => {
    const { state } = elbFixture();
    const TargetGroupArn = aGroup(state, 'web-blue', { HealthCheckPath: '/health' });
    const [changed] =
      run(state, modifyTargetGroup, { TargetGroupArn, HealthCheckIntervalSeconds: 10 }).TargetGroups ?? [];
    expect(changed).toMatchObject({ HealthCheckPath: '/health', HealthCheckIntervalSeconds: 10 });
  });

  test('are 3000 in a region (ALB/load-balancer-limits)', () => {
    const { state } = elbFixture();
    for (let index = 0; index < 3000; index++) aGroup(state, `g${index}`);
    expect(errorOf(() => aGroup(state, 'one-more'))).toMatch(/^TooManyTargetGroups: /);
  });

  test('are listed in pages', () => {
    const { state } = elbFixture();
    for (let index = 0; index < 5; index++) aGroup(state, `group-${index}`);
    const names: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const answer = run(state, describeTargetGroups, { PageSize: 2, Marker });
      expect(answer.TargetGroups?.length).toBeLessThanOrEqual(2);
      names.push(...(answer.TargetGroups ?? []).map((group) => group.TargetGroupName));
      Marker = answer.NextMarker;
    } while (Marker !== undefined);
    expect(names).toEqual(['group-0', 'group-1', 'group-2', 'group-3', 'group-4']);
  });
});

describe('load balancers (API_CreateLoadBalancer)', () => {
  test('are provisioning at first, then active', () => {
    const { state, world, clock } = elbFixture();
    anApp(state);
    const stateOf = () => run(state, describeLoadBalancers, { Names: ['main'] }).LoadBalancers?.[0]?.State?.Code;
    expect(stateOf()).toBe('provisioning');
    clock.advance(world.timing.provisioning);
    expect(stateOf()).toBe('active');
  });

  test('need two subnets, and a name that no other has', () => {
    const { state } = elbFixture();
    anApp(state);
    expect(errorOf(() => run(state, createLoadBalancer, { Name: 'x', Subnets: ['subnet-a'] }))).toMatch(
      /^ValidationError: At least two/,
    );
    expect(errorOf(() => run(state, createLoadBalancer, { Name: 'main', Subnets: ['subnet-b', 'subnet-c'] }))).toMatch(
      /^DuplicateLoadBalancerName/,
    );
  });

  test('have one subnet in each zone, as far as zones are known', () => {
    const { state } = elbFixture();
    const known = (zones: Readonly<Record<string, string>>) => {
      for (const [id, zone] of Object.entries(zones)) knownSubnets(state.world).put(id, { zone, vpcId: 'vpc-1' });
    };
    const create = (...Subnets: string[]) => errorOf(() => run(state, createLoadBalancer, { Name: 'web', Subnets }));
    known({ 'subnet-a': 'eu-central-1a', 'subnet-b': 'eu-central-1b', 'subnet-a2': 'eu-central-1a' });
    expect(create('subnet-a', 'subnet-a2')).toBe(
      'ValidationError: At least two subnets in two different Availability Zones must be specified',
    );
    expect(create('subnet-a', 'subnet-a2', 'subnet-b')).toBe(
      'InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
    expect(create('subnet-a', 'subnet-b')).toBe('accepted');
  });

  test('are not found by a name or an ARN that is not there', () => {
    const { state } = elbFixture();
    const { loadBalancer } = anApp(state);
    expect(errorOf(() => run(state, describeLoadBalancers, { Names: ['nope'] }))).toBe(
      "LoadBalancerNotFound: Load balancers '[nope]' not found",
    );
    expect(errorOf(() => run(state, describeLoadBalancers, { LoadBalancerArns: [`${loadBalancer}0`] }))).toBe(
      'LoadBalancerNotFound: One or more load balancers not found',
    );
  });

  test('take their listeners with them, and stay when protected', () => {
    const { state } = elbFixture();
    const app = anApp(state);
    const protect = (Value: string) =>
      run(state, modifyLoadBalancerAttributes, {
        LoadBalancerArn: app.loadBalancer,
        Attributes: [{ Key: 'deletion_protection.enabled', Value }],
      });
    protect('true');
    const remove = () => run(state, deleteLoadBalancer, { LoadBalancerArn: app.loadBalancer });
    expect(errorOf(remove)).toMatch(/^OperationNotPermitted/);
    protect('false');
    remove();
    expect(state.listeners.size).toBe(0);
    expect(state.plane.listeners()).toEqual([]);
    expect(errorOf(() => run(state, deleteTargetGroup, { TargetGroupArn: app.blue }))).toBe('accepted');
  });

  test('refuse attributes that AWS does not know, and values out of range', () => {
    const { state } = elbFixture();
    const { loadBalancer } = anApp(state);
    const set = (Key: string, Value: string) => () =>
      run(state, modifyLoadBalancerAttributes, { LoadBalancerArn: loadBalancer, Attributes: [{ Key, Value }] });
    expect(errorOf(set('idle_timeout.seconds', '1'))).toMatch(/not recognized$/);
    expect(errorOf(set('idle_timeout.timeout_seconds', '4001'))).toMatch(/^ValidationError/);
    expect(errorOf(set('idle_timeout.timeout_seconds', '30'))).toBe('accepted');
  });
});

test('a second listener on the same port is the same one where nothing differs (API_CreateListener), or refused', () => {
  const { state } = elbFixture();
  const app = anApp(state);
  const again = (group: string) =>
    run(state, createListener, {
      LoadBalancerArn: app.loadBalancer,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    });
  expect(again(app.blue).Listeners?.[0]?.ListenerArn).toBe(app.listener);
  expect(errorOf(() => again(app.green))).toMatch(/^DuplicateListener: A listener already exists on this port/);
});

test('tags are added, replaced, removed, and gone with their resource', () => {
  const { state } = elbFixture();
  const TargetGroupArn = created(
    run(state, createTargetGroup, { ...settings, Tags: [{ Key: 'teal:color', Value: 'blue' }] }).TargetGroups?.[0]
      ?.TargetGroupArn,
  );
  const tags = () => run(state, describeTags, { ResourceArns: [TargetGroupArn] }).TagDescriptions?.[0]?.Tags;
  run(state, addTags, {
    ResourceArns: [TargetGroupArn],
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'teal:color', Value: 'green' },
    ],
  });
  expect(tags()).toEqual([
    { Key: 'teal:color', Value: 'green' },
    { Key: 'a', Value: '1' },
  ]);
  run(state, removeTags, { ResourceArns: [TargetGroupArn], TagKeys: ['a'] });
  expect(tags()).toEqual([{ Key: 'teal:color', Value: 'green' }]);
  run(state, deleteTargetGroup, { TargetGroupArn });
  expect(errorOf(tags)).toMatch(/^TargetGroupNotFound/);
});

test('what was created survives a restart; registered targets do not', () => {
  const { state, world } = elbFixture();
  const app = anApp(state);
  state.registrar.register(app.blue, { id: '10.0.0.1', port: 80 });
  const restarted = createElbState(world);
  expect(run(restarted, describeTargetGroups, { TargetGroupArns: [app.blue] }).TargetGroups).toHaveLength(1);
  expect(restarted.plane.listeners().map((listener) => listener.arn)).toEqual([app.listener]);
  expect(restarted.registrar.group(app.blue)).toBe('attached');
  expect(restarted.plane.targets(app.blue)).toEqual([]);
});

import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../../../base/index.ts';
import { instant } from '../../timing.ts';
import { aGroup, anApp, aRequest, created, elbFixture, run, weighted } from './elbv2-fixture.ts';
import { createListener, modifyListener } from './listeners.ts';
import { createRule, deleteRule, modifyRule } from './rules.ts';
import { modifyTargetGroupAttributes } from './target-groups.ts';
import { deregisterTargets, describeTargetHealth, registerTargets } from './targets.ts';

const one = { id: '10.0.0.1', port: 80 };
const two = { id: '10.0.0.2', port: 80 };

/** An application whose blue group is checked each 10 s at /health. */
function anAppWithTargets(options: Parameters<typeof elbFixture>[0] = {}) {
  const fixture = elbFixture(options);
  const app = anApp(fixture.state);
  const healthOf = (group: string, target: { id: string; port: number }) => {
    const health = fixture.state.registrar.health(group, target);
    return health && [health.state, health.reason, health.description].filter(Boolean).join(' ');
  };
  const route = (changes = {}) => fixture.state.plane.route(app.listener, aRequest(changes));
  const groupOf = (changes = {}) => {
    const found = route(changes);
    return found?.kind === 'target' ? found.targetGroupArn : found?.kind;
  };
  const addressOf = (changes = {}) => {
    const found = route(changes);
    return found?.kind === 'target' ? found.target.identity.id : found?.kind;
  };
  const settle = () => fixture.clock.advance(seconds(5));
  return { ...fixture, app, healthOf, route, groupOf, addressOf, settle };
}

const attribute = (Key: string, Value: string) => ({ Attributes: [{ Key, Value }] });

describe('target health (ALB/target-group-health-checks)', () => {
  test('a new target is initial, then healthy after its first passing check', () => {
    const { state, app, clock, healthOf } = anAppWithTargets();
    state.registrar.register(app.blue, one);
    expect(healthOf(app.blue, one)).toBe('initial Elb.RegistrationInProgress Target registration is in progress');
    clock.advance(ms(999));
    expect(healthOf(app.blue, one)).toMatch(/^initial/);
    clock.advance(ms(1));
    expect(healthOf(app.blue, one)).toBe('healthy');
  });

  test('a target whose checks fail is initial until the unhealthy threshold, and says why', () => {
    const { state, app, clock, healthOf, answers } = anAppWithTargets();
    answers.set(one.id, { kind: 'answered', status: 503 });
    state.registrar.register(app.blue, one);
    clock.advance(seconds(1));
    expect(healthOf(app.blue, one)).toBe('initial Elb.InitialHealthChecking Initial health checks in progress');
    clock.advance(seconds(30));
    expect(healthOf(app.blue, one)).toBe(
      'unhealthy Target.ResponseCodeMismatch Health checks failed with these codes: [503]',
    );
    answers.set(one.id, { kind: 'timed-out' });
    clock.advance(seconds(30));
    expect(healthOf(app.blue, one)).toBe('unhealthy Target.Timeout Request timed out');
    answers.set(one.id, { kind: 'failed' });
    clock.advance(seconds(30));
    expect(healthOf(app.blue, one)).toBe('unhealthy Target.FailedHealthChecks Health checks failed');
  });

  test('a healthy target fails and recovers by its thresholds', () => {
    const { state, app, clock, healthOf, answers } = anAppWithTargets();
    state.registrar.register(app.blue, one);
    clock.advance(seconds(1));
    answers.set(one.id, { kind: 'failed' });
    clock.advance(seconds(30));
    expect(healthOf(app.blue, one)).toBe('healthy');
    clock.advance(seconds(30));
    expect(healthOf(app.blue, one)).toMatch(/^unhealthy/);
    answers.delete(one.id);
    clock.advance(seconds(4 * 30));
    expect(healthOf(app.blue, one)).toMatch(/^unhealthy/);
    clock.advance(seconds(30));
    expect(healthOf(app.blue, one)).toBe('healthy');
  });

  test('targets of a group that nothing names are unused and not checked, until something does', () => {
    const { state, app, clock, healthOf, checked } = anAppWithTargets();
    state.registrar.register(app.green, one);
    clock.advance(seconds(60));
    expect(healthOf(app.green, one)).toBe(
      'unused Target.NotInUse Target group is not configured to receive traffic from the load balancer',
    );
    expect(checked).toEqual([]);
    expect(state.registrar.group(app.green)).toBe('unattached');
    const DefaultActions = [weighted({ [app.blue]: 100, [app.green]: 0 })];
    run(state, modifyListener, { ListenerArn: app.listener, DefaultActions });
    clock.advance(seconds(1));
    expect(healthOf(app.green, one)).toBe('healthy');
    expect(state.registrar.group(app.green)).toBe('attached');
    run(state, modifyListener, { ListenerArn: app.listener, DefaultActions: [weighted({ [app.blue]: 1 })] });
    expect(state.registrar.group(app.green)).toBe('unattached');
    clock.advance(seconds(2));
    expect(healthOf(app.green, one)).toMatch(/^unused Target.NotInUse/);
  });

  test('a deregistered target drains for the whole delay, then is gone; asked for by id it is not registered', () => {
    const { state, app, clock, healthOf, settle } = anAppWithTargets();
    run(state, modifyTargetGroupAttributes, {
      TargetGroupArn: app.blue,
      ...attribute('deregistration_delay.timeout_seconds', '30'),
    });
    state.registrar.register(app.blue, one);
    settle();
    const Targets = [{ Id: one.id, Port: one.port }];
    run(state, deregisterTargets, { TargetGroupArn: app.blue, Targets });
    clock.advance(ms(29_999));
    expect(healthOf(app.blue, one)).toBe(
      'draining Target.DeregistrationInProgress Target deregistration is in progress',
    );
    clock.advance(ms(1));
    expect(healthOf(app.blue, one)).toBeUndefined();
    expect(run(state, describeTargetHealth, { TargetGroupArn: app.blue }).TargetHealthDescriptions).toEqual([]);
    const asked = run(state, describeTargetHealth, { TargetGroupArn: app.blue, Targets }).TargetHealthDescriptions;
    expect(asked?.[0]?.TargetHealth).toMatchObject({ State: 'unused', Reason: 'Target.NotRegistered' });
  });

  test('a target registered again while it drains begins anew', () => {
    const { state, app, clock, healthOf, settle } = anAppWithTargets();
    state.registrar.register(app.blue, one);
    settle();
    state.registrar.deregister(app.blue, one);
    clock.advance(seconds(10));
    state.registrar.register(app.blue, one);
    expect(healthOf(app.blue, one)).toMatch(/^initial/);
    clock.advance(seconds(600));
    expect(healthOf(app.blue, one)).toBe('healthy');
  });

  test('listeners of the registrar hear each change, also the last', () => {
    const { state, app, clock, healthOf, settle } = anAppWithTargets();
    const heard: (string | undefined)[] = [];
    const end = state.registrar.onChange((group, target) => heard.push(healthOf(group, target)?.split(' ')[0]));
    state.registrar.register(app.blue, one);
    settle();
    state.registrar.deregister(app.blue, one);
    clock.advance(seconds(300));
    expect([...new Set(heard)]).toEqual(['initial', 'healthy', 'draining', undefined]);
    end();
    state.registrar.register(app.blue, one);
    expect(heard.at(-1)).toBeUndefined();
  });

  test('a port may be the group’s own, and the check may have another', () => {
    const { state, clock, checked, app } = anAppWithTargets();
    const group = aGroup(state, 'own', { Port: 8080, HealthCheckPort: '9000' });
    run(state, createRule, {
      ListenerArn: app.listener,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['/own'] }],
      Actions: [{ Type: 'forward', TargetGroupArn: group }],
    });
    run(state, registerTargets, { TargetGroupArn: group, Targets: [{ Id: '10.0.0.9' }] });
    clock.advance(seconds(1));
    expect(checked).toEqual(['10.0.0.9:9000']);
    const [shown] = run(state, describeTargetHealth, { TargetGroupArn: group }).TargetHealthDescriptions ?? [];
    expect(shown).toEqual({
      Target: { Id: '10.0.0.9', Port: 8080 },
      HealthCheckPort: '9000',
      TargetHealth: { State: 'healthy' },
    });
  });
});

describe('routing', () => {
  test('an empty group answers 503', () => {
    const { route, app } = anAppWithTargets();
    expect(route()).toMatchObject({ kind: 'error', status: 503, cause: 'no-targets', targetGroupArn: app.blue });
  });

  test('healthy targets take turns, draining ones get nothing new', () => {
    const { state, app, addressOf, settle } = anAppWithTargets();
    for (const target of [one, two]) state.registrar.register(app.blue, target);
    settle();
    const drawn = [addressOf(), addressOf(), addressOf(), addressOf()];
    expect(drawn.filter((address) => address === one.id)).toHaveLength(2);
    state.registrar.deregister(app.blue, one);
    expect([addressOf(), addressOf(), addressOf()]).toEqual([two.id, two.id, two.id]);
    state.registrar.deregister(app.blue, two);
    expect(addressOf()).toBe('error');
  });

  test('unhealthy targets get nothing while one is healthy, and all of it when none is', () => {
    const { state, app, addressOf, clock, answers } = anAppWithTargets();
    answers.set(one.id, { kind: 'failed' });
    for (const target of [one, two]) state.registrar.register(app.blue, target);
    clock.advance(seconds(40));
    expect(new Set([addressOf(), addressOf(), addressOf()])).toEqual(new Set([two.id]));
    answers.set(two.id, { kind: 'failed' });
    clock.advance(seconds(60));
    expect(new Set([addressOf(), addressOf()])).toEqual(new Set([one.id, two.id]));
  });

  test('the least busy target is next where the group says so', () => {
    const { state, app, addressOf, route, settle } = anAppWithTargets();
    run(state, modifyTargetGroupAttributes, {
      TargetGroupArn: app.blue,
      ...attribute('load_balancing.algorithm.type', 'least_outstanding_requests'),
    });
    for (const target of [one, two]) state.registrar.register(app.blue, target);
    settle();
    const busy = route();
    if (busy?.kind !== 'target') throw new Error('expected a target');
    const free = busy.target.occupy(() => {});
    const idle = busy.target.identity.id === one.id ? two.id : one.id;
    expect([addressOf(), addressOf(), addressOf()]).toEqual([idle, idle, idle]);
    free();
    expect(new Set([addressOf(), addressOf()])).toEqual(new Set([one.id, two.id]));
  });

  test('requests are drawn by weight, and not drawn again from another group', () => {
    const { state, app, groupOf, settle } = anAppWithTargets();
    run(state, modifyListener, {
      ListenerArn: app.listener,
      DefaultActions: [weighted({ [app.blue]: 90, [app.green]: 10 })],
    });
    state.registrar.register(app.blue, one);
    settle();
    const drawn = Array.from({ length: 10_000 }, () => groupOf());
    const failed = drawn.filter((outcome) => outcome === 'error').length;
    expect(failed).toBeGreaterThan(850);
    expect(failed).toBeLessThan(1150);
    expect(drawn.filter((outcome) => outcome === app.blue)).toHaveLength(10_000 - failed);
  });

  test('a weight of 0 gets nothing, and all weights 0 answer 503', () => {
    const { state, app, groupOf, route, clock, settle } = anAppWithTargets();
    const write = (blue: number, green: number) => {
      run(state, modifyListener, {
        ListenerArn: app.listener,
        DefaultActions: [weighted({ [app.blue]: blue, [app.green]: green })],
      });
      clock.advance(seconds(2));
    };
    write(1, 0);
    for (const group of [app.blue, app.green]) state.registrar.register(group, one);
    settle();
    expect(new Set(Array.from({ length: 200 }, () => groupOf()))).toEqual(new Set([app.blue]));
    write(0, 0);
    expect(route()).toMatchObject({ status: 503, cause: 'no-weight' });
  });

  test('the same seed draws the same groups', () => {
    const drawn = () => {
      const { state, app, groupOf, settle } = anAppWithTargets({ seed: '7' });
      run(state, modifyListener, {
        ListenerArn: app.listener,
        DefaultActions: [weighted({ [app.blue]: 1, [app.green]: 1 })],
      });
      for (const group of [app.blue, app.green]) state.registrar.register(group, one);
      settle();
      return Array.from({ length: 50 }, () => groupOf() === app.blue);
    };
    expect(drawn()).toEqual(drawn());
  });

  test('a change is written at once and in force after the lag', () => {
    const { state, app, clock } = anAppWithTargets();
    const RuleArn = created(
      run(state, createRule, {
        ListenerArn: app.listener,
        Priority: 1,
        Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
        Actions: [weighted({ [app.blue]: 100, [app.green]: 0 })],
      }).Rules?.[0]?.RuleArn,
    );
    const inForce = () => state.plane.weights(app.listener, RuleArn).map((group) => group.weight);
    clock.advance(seconds(2));
    run(state, modifyRule, { RuleArn, Actions: [weighted({ [app.blue]: 0, [app.green]: 100 })] });
    expect(inForce()).toEqual([100, 0]);
    clock.advance(ms(1_999));
    expect(inForce()).toEqual([100, 0]);
    clock.advance(ms(1));
    expect(inForce()).toEqual([0, 100]);
    run(state, deleteRule, { RuleArn });
    clock.advance(seconds(2));
    expect(inForce()).toEqual([]);
  });

  test('a group that is named no more serves until that is in force', () => {
    const { state, app, groupOf, clock, settle } = anAppWithTargets();
    state.registrar.register(app.blue, one);
    settle();
    run(state, modifyListener, { ListenerArn: app.listener, DefaultActions: [weighted({ [app.green]: 1 })] });
    clock.advance(ms(1_999));
    expect(groupOf()).toBe(app.blue);
    clock.advance(ms(1));
    expect(groupOf()).toBe('error');
  });

  test('a change is in force at once under the instant timing', () => {
    const { state, app, groupOf, settle } = anAppWithTargets({ timing: instant });
    run(state, modifyListener, { ListenerArn: app.listener, DefaultActions: [weighted({ [app.green]: 1 })] });
    state.registrar.register(app.green, one);
    settle();
    expect(groupOf()).toBe(app.green);
  });

  test('the first rule by priority wins, and the default rule takes the rest', () => {
    const { state, app, route, clock } = anAppWithTargets();
    const rule = (Priority: number, path: string, StatusCode: string) =>
      run(state, createRule, {
        ListenerArn: app.listener,
        Priority,
        Conditions: [{ Field: 'path-pattern', Values: [path] }],
        Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode, MessageBody: path } }],
      });
    rule(20, '/a*', '200');
    rule(10, '/ab*', '404');
    clock.advance(seconds(2));
    expect(route({ path: '/abc' })).toMatchObject({ kind: 'fixed-response', status: 404, rule: { priority: 10 } });
    expect(route({ path: '/ac' })).toMatchObject({ status: 200, body: '/a*', contentType: 'text/plain' });
    expect(route({ path: '/x' })).toMatchObject({ kind: 'error', rule: { priority: 0 } });
  });

  test('a redirect quotes the request', () => {
    const { state, app } = anAppWithTargets();
    const listener = created(
      run(state, createListener, {
        LoadBalancerArn: app.loadBalancer,
        Protocol: 'HTTP',
        Port: 81,
        DefaultActions: [
          {
            Type: 'redirect',
            RedirectConfig: { StatusCode: 'HTTP_302', Protocol: 'HTTPS', Port: '443', Path: '/new/#{path}' },
          },
        ],
      }).Listeners?.[0]?.ListenerArn,
    );
    const request = aRequest({ host: 'example.com:81', path: '/a/b', query: 'c=1', port: 81 });
    expect(state.plane.route(listener, request)).toMatchObject({
      kind: 'redirect',
      status: 302,
      location: 'https://example.com:443/new/a/b?c=1',
    });
  });
});

describe('stickiness (ALB/sticky-sessions)', () => {
  function sticky() {
    const base = anAppWithTargets();
    const { state, app, clock } = base;
    const write = (weights: Record<string, number>) => {
      const { ForwardConfig } = weighted(weights);
      const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 600 };
      const DefaultActions = [
        { Type: 'forward', ForwardConfig: { ...ForwardConfig, TargetGroupStickinessConfig } },
      ] as const;
      run(state, modifyListener, { ListenerArn: app.listener, DefaultActions: [...DefaultActions] });
      clock.advance(seconds(2));
    };
    const cookieOf = () => {
      const routed = base.route();
      if (routed?.kind !== 'target') throw new Error('expected a target');
      return routed.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
    };
    return { ...base, write, cookieOf };
  }

  test('a client keeps its group whatever the weights, until it expires', () => {
    const { app, state, clock, write, cookieOf, groupOf, settle } = sticky();
    write({ [app.blue]: 0, [app.green]: 1 });
    for (const group of [app.blue, app.green]) state.registrar.register(group, one);
    settle();
    const cookie = cookieOf();
    expect(cookie).toMatch(/^AWSALBTG=[\w-]+; AWSALBTGCORS=[\w-]+$/);
    write({ [app.blue]: 1, [app.green]: 0 });
    expect(groupOf()).toBe(app.blue);
    expect(groupOf({ headers: { cookie } })).toBe(app.green);
    clock.advance(seconds(600));
    expect(groupOf({ headers: { cookie } })).toBe(app.blue);
  });

  test('a client loses its group when the action no longer names it, or it has no healthy target', () => {
    const { app, state, write, cookieOf, groupOf, settle, clock, answers } = sticky();
    write({ [app.blue]: 0, [app.green]: 1 });
    state.registrar.register(app.blue, two);
    state.registrar.register(app.green, one);
    settle();
    const cookie = cookieOf();
    write({ [app.blue]: 1, [app.green]: 0 });
    answers.set(one.id, { kind: 'failed' });
    clock.advance(seconds(60));
    expect(groupOf({ headers: { cookie } })).toBe(app.blue);
    answers.delete(one.id);
    clock.advance(seconds(5 * 30));
    expect(groupOf({ headers: { cookie } })).toBe(app.green);
    write({ [app.blue]: 1 });
    expect(groupOf({ headers: { cookie } })).toBe(app.blue);
  });

  test('a client keeps its target by AWSALB until that drains', () => {
    const { app, state, addressOf, route, settle } = anAppWithTargets();
    run(state, modifyTargetGroupAttributes, { TargetGroupArn: app.blue, ...attribute('stickiness.enabled', 'true') });
    for (const target of [one, two]) state.registrar.register(app.blue, target);
    settle();
    const first = route();
    if (first?.kind !== 'target') throw new Error('expected a target');
    const cookie = first.cookies.map((value) => value.split(';')[0]).join('; ');
    const kept = first.target.identity;
    const other = kept.id === one.id ? two.id : one.id;
    const asked = () => addressOf({ headers: { cookie } });
    expect([asked(), asked(), asked()]).toEqual([kept.id, kept.id, kept.id]);
    state.registrar.deregister(app.blue, kept);
    expect(asked()).toBe(other);
  });
});

describe('stickiness by an application’s cookie (ALB/sticky-sessions)', () => {
  function byCookie() {
    const base = anAppWithTargets();
    run(base.state, modifyTargetGroupAttributes, {
      TargetGroupArn: base.app.blue,
      Attributes: [
        { Key: 'stickiness.enabled', Value: 'true' },
        { Key: 'stickiness.type', Value: 'app_cookie' },
        { Key: 'stickiness.app_cookie.cookie_name', Value: 'session' },
        { Key: 'stickiness.app_cookie.duration_seconds', Value: '60' },
      ],
    });
    for (const target of [one, two]) base.state.registrar.register(base.app.blue, target);
    base.settle();
    return base;
  }

  test('keeps the target that set it, while the client brings both cookies and the duration lasts', () => {
    const { route, addressOf, clock } = byCookie();
    const first = route();
    if (first?.kind !== 'target') throw new Error('expected a target');
    expect(first.cookies).toEqual([]);
    expect(first.withCookie?.named).toBe('session');
    const [own = ''] = first.withCookie?.add ?? [];
    expect(own).toMatch(/^AWSALBAPP-0=[\w-]+; Expires=.*; Path=\/$/);
    const cookie = `${own.split(';')[0]}; session=1`;
    const asked = (headers: object) => [1, 2, 3].map(() => addressOf({ headers }));
    const { id } = first.target.identity;
    expect(asked({ cookie })).toEqual([id, id, id]);
    expect(new Set(asked({ cookie: cookie.split(';')[0] })).size).toBe(2);
    clock.advance(seconds(60));
    expect(new Set(asked({ cookie })).size).toBe(2);
  });

  test('goes with no weights: neither may come to the other (ALB/edit-target-group-attributes)', () => {
    const { state, app } = byCookie();
    const both = [weighted({ [app.blue]: 1, [app.green]: 1 })];
    const modify = () => run(state, modifyListener, { ListenerArn: app.listener, DefaultActions: both });
    expect(modify).toThrow(/application-based stickiness/);
    const enable = (Value: string) =>
      run(state, modifyTargetGroupAttributes, {
        TargetGroupArn: app.blue,
        ...attribute('stickiness.enabled', Value),
      });
    enable('false');
    modify();
    expect(() => enable('true')).toThrow(/Application-based stickiness is not supported/);
  });

  test('needs a name, and one that is not the load balancer’s', () => {
    const { state, app } = anAppWithTargets();
    const set = (...pairs: [string, string][]) =>
      run(state, modifyTargetGroupAttributes, {
        TargetGroupArn: app.blue,
        Attributes: pairs.map(([Key, Value]) => ({ Key, Value })),
      });
    const enabled: [string, string][] = [
      ['stickiness.enabled', 'true'],
      ['stickiness.type', 'app_cookie'],
    ];
    expect(() => set(...enabled)).toThrow(/application cookie name must be specified/);
    expect(() => set(...enabled, ['stickiness.app_cookie.cookie_name', 'AWSALBAPP'])).toThrow(/reserved/);
  });
});

describe('slow start (ALB/edit-target-group-attributes)', () => {
  const share = (addressOf: () => string | undefined, id: string): number =>
    Array.from({ length: 1000 }, () => addressOf()).filter((address) => address === id).length / 1000;

  test('gives a new target a share that grows to a full one beside a target that has one', () => {
    const { state, app, addressOf, clock, settle } = anAppWithTargets();
    run(state, modifyTargetGroupAttributes, {
      TargetGroupArn: app.blue,
      ...attribute('slow_start.duration_seconds', '100'),
    });
    state.registrar.register(app.blue, one);
    settle();
    state.registrar.register(app.blue, two);
    settle();
    expect(share(addressOf, two.id)).toBeLessThan(0.1);
    clock.advance(seconds(50));
    // Half a share beside a whole one.
    expect(share(addressOf, two.id)).toBeCloseTo(1 / 3, 1);
    clock.advance(seconds(50));
    expect(share(addressOf, two.id)).toBe(0.5);
  });

  test('does nothing for a group where every target is new', () => {
    const { state, app, addressOf, settle } = anAppWithTargets();
    run(state, modifyTargetGroupAttributes, {
      TargetGroupArn: app.blue,
      ...attribute('slow_start.duration_seconds', '100'),
    });
    state.registrar.register(app.blue, one);
    settle();
    expect(share(addressOf, one.id)).toBe(1);
  });

  test('goes with round robin alone', () => {
    const { state, app } = anAppWithTargets();
    const set = (...pairs: [string, string][]) =>
      run(state, modifyTargetGroupAttributes, {
        TargetGroupArn: app.blue,
        Attributes: pairs.map(([Key, Value]) => ({ Key, Value })),
      });
    const slow: [string, string] = ['slow_start.duration_seconds', '30'];
    expect(() => set(slow, ['load_balancing.algorithm.type', 'least_outstanding_requests'])).toThrow(/Slow start mode/);
    expect(() => set(['load_balancing.algorithm.anomaly_mitigation', 'on'])).toThrow(/weighted_random/);
    set(slow);
    expect(() => set(['load_balancing.algorithm.type', 'weighted_random'])).toThrow(/Slow start mode/);
  });
});

describe('a rule that authenticates, to a client that has never signed in (ALB/listener-authenticate-users)', () => {
  const login = {
    Issuer: 'https://login.test',
    AuthorizationEndpoint: 'https://login.test/authorize',
    TokenEndpoint: 'https://login.test/token',
    UserInfoEndpoint: 'https://login.test/me',
    ClientId: 'shop',
    ClientSecret: 'planted',
    AuthenticationRequestExtraParams: { prompt: 'login' },
  };
  function anHttpsListener(action: (blue: string) => Action[]) {
    const base = anAppWithTargets();
    const listener = created(
      run(base.state, createListener, {
        LoadBalancerArn: base.app.loadBalancer,
        Protocol: 'HTTPS',
        Port: 443,
        Certificates: [{ CertificateArn: 'arn:aws:acm:eu-central-1:000000000000:certificate/1' }],
        DefaultActions: action(base.app.blue),
      }).Listeners?.[0]?.ListenerArn,
    );
    base.state.registrar.register(base.app.blue, one);
    base.settle();
    return { ...base, ask: (changes = {}) => base.state.plane.route(listener, aRequest(changes)) };
  }
  const oidc =
    (OnUnauthenticatedRequest: 'deny' | 'allow' | 'authenticate') =>
    (blue: string): Action[] => [
      { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { ...login, OnUnauthenticatedRequest } },
      { Type: 'forward', Order: 2, TargetGroupArn: blue },
    ];

  test('sends it to the authorization endpoint, and can’t take it back', () => {
    const { ask } = anHttpsListener(oidc('authenticate'));
    const answer = ask({ host: 'Shop.Test', path: '/a' });
    if (answer?.kind !== 'redirect') throw new Error('expected a redirect');
    const { origin, pathname, searchParams } = new URL(answer.location);
    expect([answer.status, origin, pathname]).toEqual([302, 'https://login.test', '/authorize']);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'shop',
      response_type: 'code',
      scope: 'openid',
      prompt: 'login',
      redirect_uri: 'https://shop.test/oauth2/idpresponse',
      state: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(ask({ path: '/oauth2/idpresponse', query: 'code=1' })).toMatchObject({ kind: 'error', status: 561 });
  });

  test('refuses it with 401, or lets it pass', () => {
    expect(anHttpsListener(oidc('deny')).ask()).toMatchObject({ kind: 'error', status: 401, cause: 'login-denied' });
    expect(anHttpsListener(oidc('allow')).ask()).toMatchObject({ kind: 'target', target: { identity: one } });
  });

  test('sends it to the domain of a user pool, and refuses a token that it can’t check', () => {
    const cognito = anHttpsListener((blue) => [
      {
        Type: 'authenticate-cognito',
        Order: 1,
        AuthenticateCognitoConfig: {
          UserPoolArn: 'arn:aws:cognito-idp:eu-central-1:000000000000:userpool/1',
          UserPoolClientId: 'shop',
          UserPoolDomain: 'shop',
        },
      },
      { Type: 'forward', Order: 2, TargetGroupArn: blue },
    ]).ask();
    expect(cognito?.kind === 'redirect' && cognito.location).toMatch(
      /^https:\/\/shop\.auth\.eu-central-1\.amazoncognito\.com\/oauth2\/authorize\?client_id=shop&/,
    );
    const jwt = anHttpsListener((blue) => [
      {
        Type: 'jwt-validation',
        Order: 1,
        JwtValidationConfig: { JwksEndpoint: 'https://login.test/keys', Issuer: 'a' },
      },
      { Type: 'forward', Order: 2, TargetGroupArn: blue },
    ]).ask({ headers: { authorization: 'Bearer x.y.z' } });
    expect(jwt).toMatchObject({ kind: 'error', status: 401 });
  });

  test('checks and serves the group behind the login', () => {
    const { state, app } = anHttpsListener(oidc('allow'));
    expect(state.registrar.group(app.blue)).toBe('attached');
  });
});

test('a group of HTTP/2 answers 464 to clients of HTTP/1.1 (ALB/load-balancer-troubleshooting)', () => {
  const { state, app, route } = anAppWithTargets();
  const group = aGroup(state, 'h2', { ProtocolVersion: 'HTTP2' });
  const listener = created(
    run(state, createListener, {
      LoadBalancerArn: app.loadBalancer,
      Protocol: 'HTTPS',
      Port: 443,
      Certificates: [{ CertificateArn: 'arn:aws:acm:eu-central-1:000000000000:certificate/1' }],
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    }).Listeners?.[0]?.ListenerArn,
  );
  expect(state.plane.route(listener, aRequest())).toMatchObject({ status: 464, targetGroupArn: group });
  expect(route()).toMatchObject({ status: 503 });
});

test('what still runs at a target is cut off when its deregistration delay ends', () => {
  const { state, app, clock, route, settle } = anAppWithTargets();
  state.registrar.register(app.blue, one);
  settle();
  const routed = route();
  if (routed?.kind !== 'target') throw new Error('expected a target');
  const cut: string[] = [];
  routed.target.occupy(() => cut.push('running'));
  routed.target.occupy(() => cut.push('finished'))();
  state.registrar.deregister(app.blue, one);
  clock.advance(ms(299_999));
  expect(cut).toEqual([]);
  clock.advance(ms(1));
  expect(cut).toEqual(['running']);
});

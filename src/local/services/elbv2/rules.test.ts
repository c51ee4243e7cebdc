import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../base/index.ts';
import { AwsError } from '../../aws-error.ts';
import { aGroup, anApp, aRequest, created, elbFixture, run, weighted } from './elbv2-fixture.ts';
import { createListener, describeListeners, modifyListener } from './listeners.ts';
import { createRule, deleteRule, describeRules, modifyRule, setRulePriorities } from './rules.ts';
import { modifyTargetGroupAttributes } from './target-groups.ts';

const everything: RuleCondition[] = [{ Field: 'path-pattern', Values: ['/*'] }];

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  return 'accepted';
}

function aRule() {
  const fixture = elbFixture();
  const app = anApp(fixture.state);
  const create = (actions: Action[], conditions = everything, priority = 10) =>
    run(fixture.state, createRule, {
      ListenerArn: app.listener,
      Priority: priority,
      Conditions: conditions,
      Actions: actions,
    });
  return { ...fixture, app, create };
}

describe('a forward action (API_Action)', () => {
  test('with one group comes back in both spellings, whichever was given', () => {
    const { create, app } = aRule();
    const short = create([{ Type: 'forward', TargetGroupArn: app.blue }], everything, 1).Rules?.[0]?.Actions;
    const long = create([weighted({ [app.blue]: 1 })], everything, 2).Rules?.[0]?.Actions;
    const expected = [
      {
        Type: 'forward',
        TargetGroupArn: app.blue,
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: app.blue, Weight: 1 }],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ];
    expect(short).toEqual(expected);
    expect(long).toEqual(expected);
  });

  test('with several groups has a ForwardConfig only', () => {
    const { create, app } = aRule();
    const [action] = create([weighted({ [app.blue]: 90, [app.green]: 10 })]).Rules?.[0]?.Actions ?? [];
    expect(action).toEqual({
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: app.blue, Weight: 90 },
          { TargetGroupArn: app.green, Weight: 10 },
        ],
        TargetGroupStickinessConfig: { Enabled: false },
      },
    });
  });

  test('is refused as AWS refuses it', () => {
    const { create, app, state } = aRule();
    const six = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [aGroup(state, `g${index}`), 1]));
    const refusals: [string, Action[]][] = [
      ['ValidationError', [{ Type: 'forward' }]],
      ['ValidationError', [weighted({ [app.blue]: 1000 })]],
      ['ValidationError', [weighted({ [app.blue]: -1 })]],
      ['ValidationError', [weighted(six)]],
      ['ValidationError', []],
      ['InvalidLoadBalancerAction', [{ ...weighted({ [app.blue]: 1 }), TargetGroupArn: app.green }]],
      ['InvalidLoadBalancerAction', [{ ...weighted({ [app.blue]: 1, [app.green]: 1 }), TargetGroupArn: app.blue }]],
      ['TargetGroupNotFound', [{ Type: 'forward', TargetGroupArn: `${app.blue}0` }]],
      ['ValidationError', [{ Type: 'forward', TargetGroupArn: 'blue' }]],
      [
        'ValidationError',
        [
          {
            Type: 'forward',
            TargetGroupArn: app.blue,
            ForwardConfig: { TargetGroupStickinessConfig: { Enabled: true } },
          },
        ],
      ],
      [
        'InvalidLoadBalancerAction',
        [
          { Type: 'forward', Order: 1, TargetGroupArn: app.blue },
          { Type: 'forward', Order: 2, TargetGroupArn: app.green },
        ],
      ],
    ];
    for (const [code, actions] of refusals) expect([codeOf(() => create(actions)), actions]).toEqual([code, actions]);
    expect(run(state, describeRules, { ListenerArn: app.listener }).Rules).toHaveLength(1);
  });

  test('to several groups needs its own stickiness when a group has one (ALB/edit-target-group-attributes)', () => {
    const { create, app, state } = aRule();
    const Attributes = [{ Key: 'stickiness.enabled', Value: 'true' }];
    run(state, modifyTargetGroupAttributes, { TargetGroupArn: app.blue, Attributes });
    expect(codeOf(() => create([weighted({ [app.blue]: 1, [app.green]: 1 })]))).toBe('InvalidLoadBalancerAction');
  });

  test('cannot name a group of another load balancer', () => {
    const { create, state } = aRule();
    const other = anApp(state, { name: 'other' });
    expect(codeOf(() => create([{ Type: 'forward', TargetGroupArn: other.blue }]))).toBe('TargetGroupAssociationLimit');
  });
});

describe('the texts of AWS', () => {
  const messageOf = (call: () => unknown): string => {
    try {
      call();
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return 'accepted';
  };

  test('for a redirect that AWS refuses (API_RedirectActionConfig)', () => {
    const { create } = aRule();
    const redirect = (config: Omit<NonNullable<Action['RedirectConfig']>, 'StatusCode'>) => () =>
      create([{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', ...config } }]);
    const path =
      "InvalidLoadBalancerAction: The Path parameter must be a valid path, should start with a '/', and may contain up to one of each of these placeholders: '#{path}', '#{host}', '#{port}'.";
    expect(messageOf(redirect({ Query: 'a=b' }))).toBe(
      'InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop.',
    );
    for (const Path of ['new', '/#{path}#{path}', '/#{query}', `/${'x'.repeat(128)}`]) {
      expect(messageOf(redirect({ Path }))).toBe(path);
    }
    for (const Port of ['0', '65536', 'http']) {
      expect(messageOf(redirect({ Port }))).toMatch(/^InvalidLoadBalancerAction: The Port parameter/);
    }
    expect(messageOf(redirect({ Host: '#{path}' }))).toMatch(/^InvalidLoadBalancerAction: The Host parameter/);
    expect(messageOf(redirect({ Path: '/a/#{path}', Query: '#{query}&from=#{host}' }))).toBe('accepted');
  });

  test('for a redirect from HTTPS to HTTP, and an HTTP listener with a group of gRPC', () => {
    const { create, state, app } = aRule();
    const grpc = aGroup(state, 'grpc', { ProtocolVersion: 'GRPC' });
    expect(messageOf(() => create([{ Type: 'forward', TargetGroupArn: grpc }]))).toBe(
      "InvalidLoadBalancerAction: Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC'",
    );
    const secure = () =>
      run(state, createListener, {
        LoadBalancerArn: app.loadBalancer,
        Protocol: 'HTTPS',
        Port: 443,
        Certificates: [{ CertificateArn: 'arn:aws:acm:eu-central-1:000000000000:certificate/1' }],
        DefaultActions: [
          { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Protocol: 'HTTP', Port: '80' } },
        ],
      });
    expect(messageOf(secure)).toBe('InvalidLoadBalancerAction: You cannot redirect HTTPS to HTTP');
  });

  test('for a stickiness without end, and for a group of another load balancer', () => {
    const { create, state, app } = aRule();
    const { ForwardConfig } = weighted({ [app.blue]: 1 });
    const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 0 };
    expect(
      messageOf(() => create([{ Type: 'forward', ForwardConfig: { ...ForwardConfig, TargetGroupStickinessConfig } }])),
    ).toBe('ValidationError: Target group stickiness duration must be between 1 and 604800 seconds');
    const other = anApp(state, { name: 'other' });
    expect(messageOf(() => create([{ Type: 'forward', TargetGroupArn: other.blue }]))).toBe(
      `TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: ${other.blue}`,
    );
  });

  test('for more actions than one that authenticates and one that ends (ALB/load-balancer-limits)', () => {
    const { create, app } = aRule();
    const answer = (Order: number): Action => ({
      Type: 'fixed-response',
      Order,
      FixedResponseConfig: { StatusCode: '200' },
    });
    expect(codeOf(() => create([answer(1), answer(2), { Type: 'forward', Order: 3, TargetGroupArn: app.blue }]))).toBe(
      'TooManyActions',
    );
  });

  test('for a 101st group of a load balancer', () => {
    const { create, state, app } = aRule();
    const groups = Array.from({ length: 99 }, (_, index) => aGroup(state, `g${index}`));
    groups.forEach((group, index) => {
      create([{ Type: 'forward', TargetGroupArn: group }], everything, 100 + index);
    });
    expect(messageOf(() => create([{ Type: 'forward', TargetGroupArn: app.green }]))).toBe(
      "TooManyUniqueTargetGroupsPerLoadBalancer: You have reached the maximum number of unique target groups that you can associate with a load balancer of type 'application': [100]",
    );
  });
});

describe('transforms (API_RuleTransform)', () => {
  const rewrite = { Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/api', Replace: '' }] } } as const;

  test('come back, are replaced as a whole, and are taken away', () => {
    const { state, app, create } = aRule();
    const RuleArn = created(create([{ Type: 'forward', TargetGroupArn: app.blue }]).Rules?.[0]?.RuleArn);
    const modify = (input: Partial<Parameters<typeof modifyRule>[1]>) =>
      run(state, modifyRule, { RuleArn, ...input }).Rules?.[0]?.Transforms;
    expect(
      modify({ Transforms: [{ ...rewrite, UrlRewriteConfig: { Rewrites: [...rewrite.UrlRewriteConfig.Rewrites] } }] }),
    ).toEqual([rewrite]);
    expect(modify({ Conditions: everything })).toEqual([rewrite]);
    expect(codeOf(() => modify({ Transforms: [], ResetTransforms: true }))).toBe('ValidationError');
    expect(modify({ ResetTransforms: true })).toBeUndefined();
    expect(codeOf(() => modify({ Transforms: [{ Type: 'url-rewrite' }] }))).toBe('ValidationError');
  });

  test('say what a target sees in place of the request’s host and URL', () => {
    const { state, app, clock, create } = aRule();
    const RuleArn = created(create([{ Type: 'forward', TargetGroupArn: app.blue }]).Rules?.[0]?.RuleArn);
    run(state, modifyRule, {
      RuleArn,
      Transforms: [
        { Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/api/(\\d+)', Replace: '/v$1' }] } },
        { Type: 'host-header-rewrite', HostHeaderRewriteConfig: { Rewrites: [{ Regex: '^www\\.', Replace: '' }] } },
      ],
    });
    clock.advance(seconds(2));
    const rule = state.plane.route(app.listener, aRequest())?.rule;
    expect([rule?.rewrite?.url('/api/1?a=b'), rule?.rewrite?.host('www.shop.test')]).toEqual(['/v1?a=b', 'shop.test']);
  });
});

describe('other actions', () => {
  test('a login action is kept without its client secret, and can be replaced with the existing one', () => {
    const { state, app } = aRule();
    const listener = created(
      run(state, createListener, {
        LoadBalancerArn: app.loadBalancer,
        Protocol: 'HTTPS',
        Port: 443,
        Certificates: [{ CertificateArn: 'arn:aws:acm:eu-central-1:000000000000:certificate/1' }],
        DefaultActions: [{ Type: 'forward', TargetGroupArn: app.blue }],
      }).Listeners?.[0]?.ListenerArn,
    );
    const login = (secret: { ClientSecret: string } | { UseExistingClientSecret: boolean }): Action[] => [
      {
        Type: 'authenticate-oidc',
        Order: 1,
        AuthenticateOidcConfig: {
          Issuer: 'https://login.test',
          AuthorizationEndpoint: 'https://login.test/a',
          TokenEndpoint: 'https://login.test/t',
          UserInfoEndpoint: 'https://login.test/u',
          ClientId: 'teal',
          ...secret,
        },
      },
      { Type: 'forward', Order: 2, TargetGroupArn: app.blue },
    ];
    const rule = { ListenerArn: listener, Priority: 1, Conditions: everything };
    expect(codeOf(() => run(state, createRule, { ...rule, Actions: login({ UseExistingClientSecret: true }) }))).toBe(
      'ValidationError',
    );
    const made = run(state, createRule, { ...rule, Actions: login({ ClientSecret: 'planted' }) }).Rules?.[0];
    expect(JSON.stringify(made)).not.toContain('planted');
    expect(made?.Actions?.[0]?.AuthenticateOidcConfig).toMatchObject({ ClientId: 'teal', Scope: 'openid' });
    const RuleArn = created(made?.RuleArn);
    expect(codeOf(() => run(state, modifyRule, { RuleArn, Actions: login({ UseExistingClientSecret: true }) }))).toBe(
      'accepted',
    );
  });

  test('fixed responses and redirects are checked', () => {
    const { create } = aRule();
    const refusals: [string, Action][] = [
      ['ValidationError', { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '302' } }],
      [
        'ValidationError',
        { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'x'.repeat(1025) } },
      ],
      [
        'ValidationError',
        { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', ContentType: 'image/png' } },
      ],
      ['InvalidLoadBalancerAction', { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }],
      ['accepted', { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Protocol: 'HTTPS', Port: '443' } }],
    ];
    for (const [code, action] of refusals) expect([codeOf(() => create([action])), action]).toEqual([code, action]);
  });
});

describe('conditions (API_RuleCondition)', () => {
  test('come back in both spellings for host and path', () => {
    const { create, app } = aRule();
    const given: RuleCondition[] = [
      { Field: 'host-header', HostHeaderConfig: { Values: ['a.test'] } },
      { Field: 'path-pattern', Values: ['/x'] },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-A', Values: ['1'] } },
    ];
    expect(create([{ Type: 'forward', TargetGroupArn: app.blue }], given).Rules?.[0]?.Conditions).toEqual([
      { Field: 'host-header', Values: ['a.test'], HostHeaderConfig: { Values: ['a.test'] } },
      { Field: 'path-pattern', Values: ['/x'], PathPatternConfig: { Values: ['/x'] } },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-A', Values: ['1'] } },
    ]);
  });

  test.each<[string, RuleCondition[]]>([
    ['none', []],
    ['an unknown field', [{ Field: 'cookie', Values: ['a'] }]],
    ['no values', [{ Field: 'path-pattern', PathPatternConfig: { Values: [] } }]],
    [
      'a host twice',
      [
        { Field: 'host-header', Values: ['a.test'] },
        { Field: 'host-header', Values: ['b.test'] },
      ],
    ],
    ['four values in one', [{ Field: 'path-pattern', Values: ['/a', '/b', '/c', '/d'] }]],
    [
      'six values in all',
      [
        { Field: 'path-pattern', Values: ['/a', '/b', '/c'] },
        { Field: 'host-header', Values: ['a.test', 'b.test', 'c.test'] },
      ],
    ],
    ['seven wildcards', [{ Field: 'path-pattern', Values: ['/???????'] }]],
    ['a path of 129 characters', [{ Field: 'path-pattern', Values: [`/${'a'.repeat(128)}`] }]],
    [
      'a header name with a space',
      [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X A', Values: ['1'] } }],
    ],
    ['a host without a dot', [{ Field: 'host-header', Values: ['my-app'] }]],
    ['a host of a star alone', [{ Field: 'host-header', Values: ['*'] }]],
    ['a path with a space', [{ Field: 'path-pattern', Values: ['/a b'] }]],
    ['a regular expression that is none', [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['('] } }]],
    ['two spellings that differ', [{ Field: 'path-pattern', Values: ['/a'], PathPatternConfig: { Values: ['/b'] } }]],
    ['a method in lower case', [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['get'] } }]],
    ['an address that is no block', [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.1'] } }]],
  ])('are refused with %s', (_name, conditions) => {
    const { create, app } = aRule();
    expect(codeOf(() => create([{ Type: 'forward', TargetGroupArn: app.blue }], conditions))).toBe('ValidationError');
  });
});

describe('rules', () => {
  test('are described by priority as strings, the default rule last', () => {
    const { create, app, state } = aRule();
    create([{ Type: 'forward', TargetGroupArn: app.green }], everything, 200);
    create([{ Type: 'forward', TargetGroupArn: app.green }], everything, 30);
    const { Rules } = run(state, describeRules, { ListenerArn: app.listener });
    expect(Rules?.map(({ Priority, IsDefault }) => [Priority, IsDefault])).toEqual([
      ['30', false],
      ['200', false],
      ['default', true],
    ]);
  });

  test('have a priority of their own', () => {
    const { create, app } = aRule();
    create([{ Type: 'forward', TargetGroupArn: app.green }]);
    expect(codeOf(() => create([{ Type: 'forward', TargetGroupArn: app.green }]))).toBe('PriorityInUse');
  });

  test('change only in the lists that are given, each replaced as a whole', () => {
    const { create, app, state } = aRule();
    const RuleArn = created(create([weighted({ [app.blue]: 100, [app.green]: 0 })]).Rules?.[0]?.RuleArn);
    const changed = run(state, modifyRule, { RuleArn, Actions: [weighted({ [app.blue]: 0, [app.green]: 100 })] })
      .Rules?.[0];
    expect(changed?.Conditions).toEqual([
      { Field: 'path-pattern', Values: ['/*'], PathPatternConfig: { Values: ['/*'] } },
    ]);
    expect(changed?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map((group) => group.Weight)).toEqual([0, 100]);
    const { Rules } = run(state, describeRules, { RuleArns: [RuleArn] });
    expect(Rules).toEqual([changed]);
  });

  test('that are default cannot be modified or deleted; their action is ModifyListener’s', () => {
    const { app, state } = aRule();
    const RuleArn = created(run(state, describeRules, { ListenerArn: app.listener }).Rules?.[0]?.RuleArn);
    const Actions = [weighted({ [app.blue]: 0, [app.green]: 1 })];
    expect(codeOf(() => run(state, modifyRule, { RuleArn, Actions }))).toBe('OperationNotPermitted');
    expect(codeOf(() => run(state, deleteRule, { RuleArn }))).toBe('OperationNotPermitted');
    run(state, modifyListener, { ListenerArn: app.listener, DefaultActions: Actions });
    const shown = run(state, describeListeners, { ListenerArns: [app.listener] }).Listeners?.[0]?.DefaultActions;
    expect(run(state, describeRules, { RuleArns: [RuleArn] }).Rules?.[0]?.Actions).toEqual(shown);
    expect(shown?.[0]?.ForwardConfig?.TargetGroups).toHaveLength(2);
  });

  test('swap priorities in one call, and not into one that is taken', () => {
    const { create, app, state } = aRule();
    const forward: Action[] = [{ Type: 'forward', TargetGroupArn: app.green }];
    const [first, second, third] = [1, 2, 3].map((priority) =>
      created(create(forward, everything, priority).Rules?.[0]?.RuleArn),
    );
    const set = (pairs: [string | undefined, number][]) =>
      run(state, setRulePriorities, { RulePriorities: pairs.map(([RuleArn, Priority]) => ({ RuleArn, Priority })) });
    set([
      [first, 2],
      [second, 1],
    ]);
    expect(codeOf(() => set([[third, 1]]))).toBe('PriorityInUse');
    const { Rules } = run(state, describeRules, { ListenerArn: app.listener });
    expect(Rules?.map((rule) => rule.RuleArn).slice(0, 3)).toEqual([second, first, third]);
  });

  test('that are not there are not found, and other ARNs not valid', () => {
    const { app, state } = aRule();
    const missing = `${app.listener.replace(':listener/', ':listener-rule/')}/0000000000000000`;
    expect(codeOf(() => run(state, modifyRule, { RuleArn: missing }))).toBe('RuleNotFound');
    expect(codeOf(() => run(state, describeRules, { RuleArns: [app.listener] }))).toBe('ValidationError');
    expect(codeOf(() => run(state, describeRules, { ListenerArn: `${app.listener}0` }))).toBe('ListenerNotFound');
  });

  test('stop at 100 per load balancer', () => {
    const { create, app } = aRule();
    const forward: Action[] = [{ Type: 'forward', TargetGroupArn: app.green }];
    for (let priority = 1; priority <= 100; priority++) create(forward, everything, priority);
    expect(codeOf(() => create(forward, everything, 101))).toBe('TooManyRules');
  });
});

import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { groupAttribute } from './attributes.ts';
import { arnOf, invalid, oneOf, required, withinRange } from './check.ts';
import { type StoredAction, stored } from './records.ts';
import { actionsInUse, type ElbState, groupsOf, loadBalancersOf } from './state.ts';

interface Place {
  readonly loadBalancerArn: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** The actions that these replace. */
  readonly replaced: readonly StoredAction[];
}

const terminal = ['forward', 'redirect', 'fixed-response'];

/**
 * The actions as they are stored and shown: defaults filled in, a single forward group in both spellings, no client
 * secret. ELB-API/API_Action; ALB/rule-action-types.
 * @throws ValidationError, InvalidLoadBalancerAction, TargetGroupNotFound, TargetGroupAssociationLimit,
 * TooManyUniqueTargetGroupsPerLoadBalancer
 */
export function checkedActions(
  state: ElbState,
  place: Place,
  given: readonly Action[] | undefined,
  member: string,
): StoredAction[] {
  const actions = required(given, member).map((action) => checkedAction(state, place, action));
  if (actions.length === 0) return invalid('An action must be specified');
  if (actions.length > 1) {
    const orders = actions.map((action) => action.Order);
    if (orders.includes(undefined)) return invalid('An action order must be specified when there are several actions');
    if (new Set(orders).size < orders.length) return invalid('Action orders must be unique');
  }
  const sorted = actions.toSorted((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
  const ends = sorted.filter((action) => terminal.includes(String(action.Type)));
  if (ends.length !== 1 || ends[0] !== sorted.at(-1)) {
    return refuse(
      'InvalidLoadBalancerAction',
      'The actions must contain exactly one forward, redirect or fixed-response action, and it must be the last to be performed',
    );
  }
  refuseForeignGroups(state, place, sorted.flatMap(groupsOf));
  return sorted;
}

function checkedAction(state: ElbState, place: Place, action: Action): StoredAction {
  if (action.Order !== undefined) withinRange(action.Order, 'order', 1, 50_000);
  const order = action.Order === undefined ? {} : { Order: action.Order };
  const type = required(action.Type, 'type');
  switch (type) {
    case 'forward':
      return { Type: 'forward', ...order, ...forward(state, action) };
    case 'fixed-response':
      return { Type: 'fixed-response', ...order, FixedResponseConfig: fixedResponse(action) };
    case 'redirect':
      return { Type: 'redirect', ...order, RedirectConfig: redirect(action) };
    case 'authenticate-oidc':
      onlyOnHttps(place, type);
      return { Type: type, ...order, AuthenticateOidcConfig: oidc(place, action) };
    case 'authenticate-cognito': {
      onlyOnHttps(place, type);
      const cognito = required(action.AuthenticateCognitoConfig, 'authenticateCognitoConfig');
      return {
        Type: type,
        ...order,
        AuthenticateCognitoConfig: stored({ ...authenticationDefaults, ...cognito }),
      };
    }
    default:
      return invalid(
        `Action type '${type}' must be one of 'forward,redirect,fixed-response,authenticate-oidc,authenticate-cognito'`,
      );
  }
}

function forward(state: ElbState, action: Action): Pick<StoredAction, 'TargetGroupArn' | 'ForwardConfig'> {
  const config = action.ForwardConfig;
  const tuples = config?.TargetGroups ?? (action.TargetGroupArn ? [{ TargetGroupArn: action.TargetGroupArn }] : []);
  if (tuples.length === 0) return invalid('A target group ARN must be specified');
  if (tuples.length > 5) return invalid('A forward action cannot have more than 5 target groups');
  const groups = tuples.map((tuple) => ({
    TargetGroupArn: arnOf('targetgroup', tuple.TargetGroupArn, 'targetGroupArn'),
    Weight: withinRange(tuple.Weight ?? 1, 'weight', 0, 999),
  }));
  const arns = groups.map((group) => group.TargetGroupArn);
  const single = arns.length === 1 ? arns[0] : undefined;
  if (action.TargetGroupArn !== undefined && action.TargetGroupArn !== single) {
    return refuse(
      'InvalidLoadBalancerAction',
      'You can specify both a target group ARN and a forward config only if the config has exactly that target group',
    );
  }
  if (new Set(arns).size < arns.length)
    return invalid('A target group cannot be specified more than once in an action');
  const found = arns.map(
    (arn) => state.targetGroups.get(arn) ?? refuse('TargetGroupNotFound', 'One or more target groups not found'),
  );
  const stickiness = stickinessOf(action);
  const stickyTarget = found.some((group) => groupAttribute(group, 'stickiness.enabled') === 'true');
  if (found.length > 1 && stickyTarget && !stickiness.Enabled) {
    return refuse(
      'InvalidLoadBalancerAction',
      'You must enable group-level stickiness on a rule if you enabled target-level stickiness on one of its target groups',
    );
  }
  return {
    ...(single === undefined ? {} : { TargetGroupArn: single }),
    ForwardConfig: { TargetGroups: groups, TargetGroupStickinessConfig: stickiness },
  };
}

function stickinessOf(action: Action): { Enabled: boolean; DurationSeconds?: number } {
  const config = action.ForwardConfig?.TargetGroupStickinessConfig;
  const enabled = config?.Enabled ?? false;
  if (config?.DurationSeconds !== undefined) {
    withinRange(config.DurationSeconds, 'durationSeconds', 1, 604_800);
    return { Enabled: enabled, DurationSeconds: config.DurationSeconds };
  }
  if (enabled) return invalid('A target group stickiness duration must be specified when stickiness is enabled');
  return { Enabled: enabled };
}

/** A group belongs to one load balancer, and one load balancer to 100 groups at most. ALB/load-balancer-limits. */
function refuseForeignGroups(state: ElbState, place: Place, arns: readonly string[]): void {
  const foreign = arns.filter((arn) => loadBalancersOf(state, arn).some((owner) => owner !== place.loadBalancerArn));
  if (foreign.length > 0) {
    refuse(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${foreign.join(', ')}`,
    );
  }
  const used = [...actionsInUse(state)].filter((use) => use.loadBalancerArn === place.loadBalancerArn);
  const distinct = new Set([...used.flatMap((use) => groupsOf(use.action)), ...arns]);
  if (distinct.size > 100) {
    refuse(
      'TooManyUniqueTargetGroupsPerLoadBalancer',
      `The maximum number of unique target groups per load balancer '100' has been reached on '${place.loadBalancerArn}'`,
    );
  }
}

const contentTypes = ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'];

function fixedResponse(action: Action): NonNullable<StoredAction['FixedResponseConfig']> {
  const config = required(action.FixedResponseConfig, 'fixedResponseConfig');
  const status = required(config.StatusCode, 'statusCode');
  if (!/^[245]\d\d$/.test(status)) return invalid(`Status code '${status}' must match the pattern '^(2|4|5)\\d\\d$'`);
  if (config.MessageBody && Buffer.byteLength(config.MessageBody) > 1024) {
    return invalid('The message body of a fixed-response action cannot be longer than 1024 bytes');
  }
  if (config.ContentType !== undefined && !contentTypes.includes(config.ContentType)) {
    return invalid(`Content type '${config.ContentType}' must be one of '${contentTypes.join(',')}'`);
  }
  return stored({ ...config, StatusCode: status });
}

function redirect(action: Action): NonNullable<StoredAction['RedirectConfig']> {
  const config = required(action.RedirectConfig, 'redirectConfig');
  const filled = {
    Protocol: config.Protocol ?? '#{protocol}',
    Port: config.Port ?? '#{port}',
    Host: config.Host ?? '#{host}',
    Path: config.Path ?? '/#{path}',
    Query: config.Query ?? '#{query}',
    StatusCode: oneOf(required(config.StatusCode, 'statusCode'), 'statusCode', ['HTTP_301', 'HTTP_302']),
  };
  if (!/^(HTTPS?|#\{protocol\})$/.test(filled.Protocol)) {
    return invalid(`Protocol '${filled.Protocol}' must be one of 'HTTP,HTTPS,#{protocol}'`);
  }
  if (!filled.Path.startsWith('/')) return invalid(`Redirect path '${filled.Path}' must begin with '/'`);
  const unchanged =
    filled.Protocol === '#{protocol}' &&
    filled.Port === '#{port}' &&
    filled.Host === '#{host}' &&
    filled.Path === '/#{path}';
  if (unchanged) {
    return refuse('InvalidLoadBalancerAction', 'The redirect action is not valid because it creates a loop');
  }
  return filled;
}

const authenticationDefaults = {
  SessionCookieName: 'AWSELBAuthSessionCookie',
  Scope: 'openid',
  SessionTimeout: 604_800,
  OnUnauthenticatedRequest: 'authenticate',
} as const;

/** The secret is accepted and forgotten: no one here signs in with it, and AWS never returns it. */
function oidc(place: Place, action: Action): NonNullable<StoredAction['AuthenticateOidcConfig']> {
  const { ClientSecret, UseExistingClientSecret, ...config } = required(
    action.AuthenticateOidcConfig,
    'authenticateOidcConfig',
  );
  const existing = place.replaced.some((old) => old.AuthenticateOidcConfig?.ClientId === config.ClientId);
  if (ClientSecret === undefined && !(UseExistingClientSecret && existing)) {
    return invalid('A client secret must be specified for an authenticate-oidc action');
  }
  return stored({ ...authenticationDefaults, ...config });
}

function onlyOnHttps(place: Place, type: string): void {
  if (place.protocol !== 'HTTPS') {
    refuse('InvalidLoadBalancerAction', `Actions of type '${type}' are supported only on HTTPS listeners`);
  }
}

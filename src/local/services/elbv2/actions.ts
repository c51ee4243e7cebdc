import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { groupAttribute } from './attributes.ts';
import { checkedCognito, checkedJwt, checkedOidc } from './authentication.ts';
import { arnOf, invalid, oneOf, required, withinRange } from './check.ts';
import { type StoredAction, stored, type TargetGroupRecord } from './records.ts';
import { actionsInUse, type ElbState, groupsOf, loadBalancersOf } from './state.ts';

interface Place {
  readonly loadBalancerArn: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** The actions that these replace. */
  readonly replaced: readonly StoredAction[];
}

const terminal = ['forward', 'redirect', 'fixed-response'];
const types = [...terminal, 'authenticate-oidc', 'authenticate-cognito', 'jwt-validation'] as const;
/** One that authenticates and one that ends. ALB/load-balancer-limits, "Actions per rule". */
const actionsPerRule = 2;

/**
 * The actions as they are stored and shown: defaults filled in, a single forward group in both spellings, no client
 * secret. ELB-API/API_Action; ALB/rule-action-types.
 * @throws ValidationError, InvalidLoadBalancerAction, TooManyActions, TargetGroupNotFound, TargetGroupAssociationLimit,
 * TooManyUniqueTargetGroupsPerLoadBalancer
 */
export function checkedActions(
  state: ElbState,
  place: Place,
  given: readonly Action[] | undefined,
  member: string,
): StoredAction[] {
  const actions = required(given, member).map((action, index) =>
    checkedAction(state, place, action, `${member}.${index + 1}.member`),
  );
  if (actions.length === 0) return invalid('An action must be specified');
  if (actions.length > actionsPerRule) {
    return refuse('TooManyActions', `The maximum number of actions per rule '${actionsPerRule}' has been reached`);
  }
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

function checkedAction(state: ElbState, place: Place, action: Action, member: string): StoredAction {
  if (action.Order !== undefined) withinRange(action.Order, `${member}.order`, 1, 50_000);
  const order = action.Order === undefined ? {} : { Order: action.Order };
  const type = oneOf<string>(required(action.Type, `${member}.type`), `${member}.type`, types);
  switch (type) {
    case 'forward':
      return { Type: 'forward', ...order, ...forward(state, place, action) };
    case 'fixed-response':
      return { Type: 'fixed-response', ...order, FixedResponseConfig: fixedResponse(action) };
    case 'redirect':
      return { Type: 'redirect', ...order, RedirectConfig: redirect(place, action) };
    case 'authenticate-oidc':
      return { Type: type, ...order, AuthenticateOidcConfig: checkedOidc(place, action) };
    case 'authenticate-cognito':
      return { Type: type, ...order, AuthenticateCognitoConfig: checkedCognito(place, action) };
    default:
      return { Type: 'jwt-validation', ...order, JwtValidationConfig: checkedJwt(place, action) };
  }
}

function forward(
  state: ElbState,
  place: Place,
  action: Action,
): Pick<StoredAction, 'TargetGroupArn' | 'ForwardConfig'> {
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
  for (const group of found) {
    if (group.protocolVersion !== 'HTTP1' && place.protocol === 'HTTP') {
      return refuse(
        'InvalidLoadBalancerAction',
        `Listener protocol 'HTTP' is not supported with a target group with the protocol-version '${group.protocolVersion}'`,
      );
    }
  }
  const stickiness = stickinessOf(action);
  const byCookie = found.find(isStickyByAppCookie);
  if (found.length > 1 && byCookie) {
    return refuse(
      'InvalidLoadBalancerAction',
      `Target group '${byCookie.arn}' has application-based stickiness, which is not supported with weighted target groups`,
    );
  }
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

const isStickyByAppCookie = (group: TargetGroupRecord): boolean =>
  groupAttribute(group, 'stickiness.enabled') === 'true' && groupAttribute(group, 'stickiness.type') === 'app_cookie';

/**
 * Whether new attributes of a group agree with the actions that name it with others: what an action would be refused
 * for may not come about afterwards either. ALB/edit-target-group-attributes, "Considerations".
 * @throws InvalidConfigurationRequest
 */
export function refuseStickinessOfWeighted(state: ElbState, group: TargetGroupRecord): void {
  if (groupAttribute(group, 'stickiness.enabled') !== 'true') return;
  for (const { action } of actionsInUse(state)) {
    const groups = groupsOf(action);
    if (groups.length < 2 || !groups.includes(group.arn)) continue;
    if (isStickyByAppCookie(group)) {
      refuse(
        'InvalidConfigurationRequest',
        `Application-based stickiness is not supported for target group '${group.arn}', which is used with weights`,
      );
    }
    if (!action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled) {
      refuse(
        'InvalidConfigurationRequest',
        `You must enable group-level stickiness on every rule that forwards to target group '${group.arn}' with weights before you enable target-level stickiness`,
      );
    }
  }
}

function stickinessOf(action: Action): { Enabled: boolean; DurationSeconds?: number } {
  const config = action.ForwardConfig?.TargetGroupStickinessConfig;
  const enabled = config?.Enabled ?? false;
  if (config?.DurationSeconds !== undefined) {
    const { DurationSeconds: seconds } = config;
    if (seconds < 1 || seconds > 604_800) {
      return invalid('Target group stickiness duration must be between 1 and 604800 seconds');
    }
    return { Enabled: enabled, DurationSeconds: config.DurationSeconds };
  }
  if (enabled) return invalid('A target group stickiness duration must be specified when stickiness is enabled');
  return { Enabled: enabled };
}

/** A group belongs to one load balancer, and one load balancer has 100 groups and 1000 targets at most. ALB/load-balancer-limits. */
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
      "You have reached the maximum number of unique target groups that you can associate with a load balancer of type 'application': [100]",
    );
  }
  const targets = [...distinct].reduce((sum, arn) => sum + state.plane.registered(arn), 0);
  if (targets > mostTargets) refuseTargets(place.loadBalancerArn);
}

/** Per load balancer, and per target group. */
export const mostTargets = 1000;

/** `arn` is the load balancer's or the target group's. */
export const refuseTargets = (arn: string): never =>
  refuse(
    'TooManyTargets',
    arn.includes(':targetgroup/')
      ? `The maximum number of targets per target group '${mostTargets}' has been reached on '${arn}'`
      : `The maximum number of targets per load balancer '${mostTargets}' has been reached on '${arn}'`,
  );

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

/** ELB-API/API_RedirectActionConfig; ALB/rule-action-types, "Redirect actions". */
function redirect(place: Place, action: Action): NonNullable<StoredAction['RedirectConfig']> {
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
    return invalidRedirect("The Protocol parameter must be one of 'HTTP', 'HTTPS' or '#{protocol}'");
  }
  if (!isPort(filled.Port)) {
    return invalidRedirect("The Port parameter must be a valid port between 1 and 65535, or '#{port}'");
  }
  if (!quotes(filled.Host, ['host']) || filled.Host === '') {
    return invalidRedirect("The Host parameter must be a valid host name and may contain one '#{host}' placeholder");
  }
  if (!filled.Path.startsWith('/') || !quotes(filled.Path, ['path', 'host', 'port'])) {
    return invalidRedirect(
      "The Path parameter must be a valid path, should start with a '/', and may contain up to one of each of these placeholders: '#{path}', '#{host}', '#{port}'.",
    );
  }
  if (!quotes(filled.Query, ['query', 'path', 'host', 'port', 'protocol'])) {
    return invalidRedirect(
      "The Query parameter may contain up to one of each of these placeholders: '#{query}', '#{path}', '#{host}', '#{port}', '#{protocol}'.",
    );
  }
  const unchanged =
    filled.Protocol === '#{protocol}' &&
    filled.Port === '#{port}' &&
    filled.Host === '#{host}' &&
    filled.Path === '/#{path}';
  if (unchanged) return invalidRedirect('The redirect configuration is not valid because it creates a loop.');
  if (place.protocol === 'HTTPS' && filled.Protocol === 'HTTP') {
    return invalidRedirect('You cannot redirect HTTPS to HTTP');
  }
  return filled;
}

const isPort = (port: string): boolean =>
  port === '#{port}' || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535);

/** At most 128 characters, and each of these placeholders once at most. */
function quotes(text: string, placeholders: readonly string[]): boolean {
  const used = [...text.matchAll(/#\{([^}]*)\}/g)].map(([, name = '']) => name);
  return text.length <= 128 && new Set(used).size === used.length && used.every((name) => placeholders.includes(name));
}

const invalidRedirect = (message: string): never => refuse('InvalidLoadBalancerAction', message);

import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { invalid, oneOf, required, withinRange } from './check.ts';
import { type StoredAction, stored } from './records.ts';

const defaults = {
  SessionCookieName: 'AWSELBAuthSessionCookie',
  Scope: 'openid',
  SessionTimeout: 604_800,
  OnUnauthenticatedRequest: 'authenticate',
} as const;

/** `replaced` are the actions that these replace: a secret of theirs may be used again. */
export interface AuthenticatedPlace {
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly replaced: readonly StoredAction[];
}

/**
 * The secret is accepted and forgotten: no one here signs in with it, and AWS never returns it. Whether one may be
 * used again is known by the client that it belonged to. ELB-API/API_AuthenticateOidcActionConfig.
 */
export function checkedOidc(
  place: AuthenticatedPlace,
  action: Action,
): NonNullable<StoredAction['AuthenticateOidcConfig']> {
  onlyOnHttps(place, 'authenticate-oidc');
  const given = required(action.AuthenticateOidcConfig, 'authenticateOidcConfig');
  const { ClientSecret, UseExistingClientSecret, ...config } = given;
  for (const [member, value] of [
    ['issuer', config.Issuer],
    ['authorization endpoint', config.AuthorizationEndpoint],
    ['token endpoint', config.TokenEndpoint],
    ['user info endpoint', config.UserInfoEndpoint],
  ] as const) {
    if (!/^https:\/\/[^/]/.test(value ?? '')) {
      return invalidAction(`The '${member}' field must be a full URL with the HTTPS protocol, the domain and the path`);
    }
  }
  const id = config.ClientId ?? '';
  if (id.length < 1 || id.length > 1024) {
    return invalidAction("The 'client id' field must be between 1 and 1024 characters in length");
  }
  const existing = place.replaced.some((old) => old.AuthenticateOidcConfig?.ClientId === config.ClientId);
  if (ClientSecret === undefined && !(UseExistingClientSecret && existing)) {
    return invalid('A client secret must be specified for an authenticate-oidc action');
  }
  return stored({ ...defaults, ...checkedSession(config), ...config });
}

/** ELB-API/API_AuthenticateCognitoActionConfig. */
export function checkedCognito(
  place: AuthenticatedPlace,
  action: Action,
): NonNullable<StoredAction['AuthenticateCognitoConfig']> {
  onlyOnHttps(place, 'authenticate-cognito');
  const config = required(action.AuthenticateCognitoConfig, 'authenticateCognitoConfig');
  return stored({ ...defaults, ...checkedSession(config), ...config });
}

/** ELB-API/API_JwtValidationActionConfig. */
export function checkedJwt(
  place: AuthenticatedPlace,
  action: Action,
): NonNullable<StoredAction['JwtValidationConfig']> {
  onlyOnHttps(place, 'jwt-validation');
  const config = required(action.JwtValidationConfig, 'jwtValidationConfig');
  if (!/^https:\/\/[^/]/.test(config.JwksEndpoint ?? '')) {
    return invalidAction(
      "The 'jwks endpoint' field must be a full URL with the HTTPS protocol, the domain and the path",
    );
  }
  return stored(config);
}

function checkedSession(config: {
  readonly SessionTimeout?: number | undefined;
  readonly OnUnauthenticatedRequest?: string | undefined;
  readonly AuthenticationRequestExtraParams?: Record<string, string> | undefined;
}): object {
  if (config.SessionTimeout !== undefined) withinRange(config.SessionTimeout, 'sessionTimeout', 1, 604_800);
  if (config.OnUnauthenticatedRequest !== undefined) {
    oneOf(config.OnUnauthenticatedRequest, 'onUnauthenticatedRequest', ['deny', 'allow', 'authenticate']);
  }
  if (Object.keys(config.AuthenticationRequestExtraParams ?? {}).length > 10) {
    return invalidAction('An authenticate action cannot have more than 10 extra parameters');
  }
  return {};
}

function onlyOnHttps(place: AuthenticatedPlace, type: string): void {
  if (place.protocol !== 'HTTPS') invalidAction(`Actions of type '${type}' are supported only on HTTPS listeners`);
}

const invalidAction = (message: string): never => refuse('InvalidLoadBalancerAction', message);

import type { RouteRequest } from './match.ts';
import type { StoredAction } from './records.ts';

/**
 * What an action that authenticates does with a client that has never signed in. Nobody ever signs in here: tokens are
 * not fetched and not validated. ALB/listener-authenticate-users, ALB/listener-verify-jwt.
 */
export type Login =
  | { readonly kind: 'ask'; readonly endpoint: string; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'deny' }
  | { readonly kind: 'allow' };

/** Undefined when the action is another. */
export function compileLogin(action: StoredAction, region: string): Login | undefined {
  const { AuthenticateOidcConfig: oidc, AuthenticateCognitoConfig: cognito } = action;
  if (action.JwtValidationConfig) return { kind: 'deny' };
  if (oidc) {
    return loginOf(oidc, oidc.AuthorizationEndpoint ?? '', oidc.ClientId ?? '');
  }
  if (cognito) {
    const domain = cognito.UserPoolDomain ?? '';
    const host = domain.includes('.') ? domain : `${domain}.auth.${region}.amazoncognito.com`;
    return loginOf(cognito, `https://${host}/oauth2/authorize`, cognito.UserPoolClientId ?? '');
  }
  return undefined;
}

function loginOf(
  config: {
    readonly OnUnauthenticatedRequest?: string;
    readonly Scope?: string;
    readonly AuthenticationRequestExtraParams?: Readonly<Record<string, string>>;
  },
  endpoint: string,
  clientId: string,
): Login {
  switch (config.OnUnauthenticatedRequest) {
    case 'deny':
      return { kind: 'deny' };
    case 'allow':
      return { kind: 'allow' };
    default:
      return {
        kind: 'ask',
        endpoint,
        parameters: {
          client_id: clientId,
          response_type: 'code',
          scope: config.Scope ?? 'openid',
          ...config.AuthenticationRequestExtraParams,
        },
      };
  }
}

/** Where the identity provider sends the client back to. ALB/listener-authenticate-users. */
export const callbackPath = '/oauth2/idpresponse';

/** The authorization request that the client is sent to the identity provider with. */
export function loginLocation(login: Login & { kind: 'ask' }, request: RouteRequest, state: string): string {
  const query = new URLSearchParams({
    ...login.parameters,
    redirect_uri: `https://${request.host.toLowerCase()}${callbackPath}`,
    state,
  });
  return `${login.endpoint}${login.endpoint.includes('?') ? '&' : '?'}${query}`;
}

import { refuse } from '../../aws-error.ts';

export interface Claims {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/**
 * What a JSON Web Token says; its signature is not checked.
 * @throws AwsError InvalidIdentityTokenException, ExpiredTokenException
 */
export function claimsOf(token: string, now: number): Claims {
  const [, payload = ''] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token) ?? [];
  const claims = claimsIn(payload);
  const expires = Number(claims.get('exp'));
  if (Number.isFinite(expires) && expires * 1000 <= now) {
    refuse(
      'ExpiredTokenException',
      `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${expires}`,
    );
  }
  const claim = (name: string): string => {
    const value = claims.get(name);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'string'
      ? first
      : refuse('InvalidIdentityTokenException', `Missing a required claim: ${name}`);
  };
  return { issuer: claim('iss'), subject: claim('sub'), audience: claim('aud') };
}

function claimsIn(payload: string): ReadonlyMap<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (typeof parsed === 'object' && parsed !== null) return new Map(Object.entries(parsed));
  } catch {
    // No JSON: refused like all else that is no token.
  }
  return refuse(
    'InvalidIdentityTokenException',
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  );
}

import type { WireRequest } from './message.ts';

/** The credential scope of a signature (SigV4). Signatures themselves are not checked. */
export interface SignatureScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** Where a signature stands. */
type Signed = Pick<WireRequest, 'headers' | 'query'>;

/** Undefined for an unsigned request. */
export function signatureScope(request: Signed): SignatureScope | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ??
    new URLSearchParams(request.query).get('X-Amz-Credential');
  if (!credential) return undefined;
  const parts = credential.split('/');
  // An access key may contain slashes; the scope is the last four parts.
  const [region, service] = parts.slice(-3);
  if (parts.length < 5 || !region || !service) return undefined;
  return { accessKeyId: parts.slice(0, -4).join('/'), region, service };
}

/** Whose state a call is about. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

export function placeOf(request: Signed, defaultAccount: string): Place {
  const scope = signatureScope(request);
  return { account: accountOf(scope?.accessKeyId ?? '', defaultAccount), region: scope?.region ?? 'us-east-1' };
}

/**
 * The account that an access key belongs to: a key of twelve digits is one, a key from this runtime's AssumeRole
 * carries the account of its role. Any other key is the default account's.
 */
function accountOf(accessKeyId: string, defaultAccount: string): string {
  return /^(\d{12})$/.exec(accessKeyId)?.[1] ?? /^ASIA(\d{12})[0-9A-F]{4}$/.exec(accessKeyId)?.[1] ?? defaultAccount;
}

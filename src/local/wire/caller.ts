import { accountOfAccessKey } from '../access-key.ts';
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
  return {
    account: accountOfAccessKey(scope?.accessKeyId ?? '') ?? defaultAccount,
    region: scope?.region ?? 'us-east-1',
  };
}

/** Of temporary credentials: sent as a header, or within a presigned address. */
export const sessionTokenOf = (request: Signed): string | undefined =>
  request.headers['x-amz-security-token'] ??
  new URLSearchParams(request.query).get('X-Amz-Security-Token') ??
  undefined;

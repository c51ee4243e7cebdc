import { refuse } from '../../aws-error.ts';

/**
 * One page; the token names the last item given, so that what comes and goes in between shifts no page.
 * @throws AwsError InvalidParameterException
 */
export function page<T>(
  all: readonly T[],
  key: (item: T) => string,
  { nextToken, maxResults }: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const size = maxResults ?? 100;
  if (size < 1 || size > 1000) {
    refuse(
      'InvalidParameterException',
      "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must be between 1 and 1000'",
    );
  }
  const from = nextToken === undefined ? 0 : after(all, key, nextToken);
  const items = all.slice(from, from + size);
  const last = items.at(-1);
  const more = last !== undefined && from + size < all.length;
  return { items, nextToken: more ? Buffer.from(key(last)).toString('base64') : undefined };
}

/** Where the item stands that the token names, or would stand where it was deleted since. */
function after<T>(all: readonly T[], key: (item: T) => string, token: string): number {
  const wanted = Buffer.from(token, 'base64').toString();
  if (Buffer.from(wanted).toString('base64') !== token || !/^[\x20-\x7e]+$/.test(wanted)) {
    refuse(
      'InvalidParameterException',
      "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'",
    );
  }
  const at = all.findIndex((item) => key(item) === wanted);
  if (at >= 0) return at + 1;
  const next = all.findIndex((item) => key(item) > wanted);
  return next < 0 ? all.length : next;
}

import { refuse } from '../../aws-error.ts';

/** One page; the token is the place of the next item. @throws AwsError InvalidParameterException */
export function page<T>(
  all: readonly T[],
  { nextToken, maxResults }: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const size = maxResults ?? 100;
  if (size < 1 || size > 1000) {
    refuse(
      'InvalidParameterException',
      "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must be between 1 and 1000'",
    );
  }
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64').toString());
  if (!Number.isInteger(from) || from < 0) {
    refuse(
      'InvalidParameterException',
      "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'",
    );
  }
  const to = from + size;
  return {
    items: all.slice(from, to),
    nextToken: to < all.length ? Buffer.from(String(to)).toString('base64') : undefined,
  };
}

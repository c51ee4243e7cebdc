import { refuse } from '../../aws-error.ts';

/** One page; the token is the place of the next item. @throws AwsError InvalidNextTokenException, ValidationException */
export function page<T>(
  all: readonly T[],
  { NextToken, MaxResults }: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
  most: number,
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const size = MaxResults ?? most;
  if (size < 1 || size > most) {
    refuse(
      'ValidationException',
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value ${size < 1 ? 'greater than or equal to 1' : `less than or equal to ${most}`}`,
    );
  }
  const from = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64').toString() || Number.NaN);
  if (!Number.isInteger(from)) refuse('InvalidNextTokenException', 'The NextToken value is invalid.');
  const to = from + size;
  return {
    items: all.slice(from, to),
    NextToken: to < all.length ? Buffer.from(String(to)).toString('base64') : undefined,
  };
}

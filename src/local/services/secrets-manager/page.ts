import { refuse } from '../../aws-error.ts';

/**
 * One page, in the order of places; the token names the place of its last item, so that what comes or goes meanwhile
 * neither repeats nor hides another. Places are texts that no two items share.
 * @throws AwsError InvalidNextTokenException, ValidationException
 */
export function page<T>(
  all: readonly T[],
  placeOf: (item: T) => string,
  { NextToken, MaxResults }: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
  most: number,
  order: 'ascending' | 'descending' = 'ascending',
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const size = MaxResults ?? most;
  if (size < 1 || size > most) {
    refuse(
      'ValidationException',
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value ${size < 1 ? 'greater than or equal to 1' : `less than or equal to ${most}`}`,
    );
  }
  const sign = order === 'ascending' ? 1 : -1;
  const compare = (one: string, other: string): number => sign * (one < other ? -1 : one > other ? 1 : 0);
  const last = NextToken === undefined ? undefined : readToken(NextToken);
  const left = all
    .filter((item) => last === undefined || compare(placeOf(item), last) > 0)
    .sort((one, other) => compare(placeOf(one), placeOf(other)));
  const items = left.slice(0, size);
  const end = items.at(-1);
  const token = end !== undefined && items.length < left.length ? writeToken(placeOf(end)) : undefined;
  return { items, NextToken: token };
}

const mark = 'after ';

const writeToken = (place: string): string => Buffer.from(`${mark}${place}`).toString('base64');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith(mark)) return refuse('InvalidNextTokenException', 'The NextToken value is invalid.');
  return text.slice(mark.length);
}

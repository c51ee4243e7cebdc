import { refuse } from '../../aws-error.ts';

/**
 * One page of what is sorted by key. The token is the last key that was given out.
 * @throws AwsError InvalidNextToken, ValidationException when more than `most` are asked for
 */
export function page<T>(
  sorted: readonly (readonly [string, T])[],
  token: string | undefined,
  maxResults: number | undefined,
  most: number,
): { readonly items: readonly (readonly [string, T])[]; readonly next: string | undefined } {
  const size = maxResults ?? most;
  if (size < 1 || size > most) {
    refuse(
      'ValidationException',
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value ${size < 1 ? 'greater than or equal to 1' : `less than or equal to ${most}`}`,
    );
  }
  const after = token === undefined ? '' : Buffer.from(token, 'base64').toString();
  if (token !== undefined && Buffer.from(after).toString('base64') !== token) {
    refuse('InvalidNextToken', 'The specified token is not valid.');
  }
  const left = sorted.filter(([key]) => key > after);
  const items = left.slice(0, size);
  const last = items.at(-1);
  const next = last && left.length > size ? Buffer.from(last[0]).toString('base64') : undefined;
  return { items, next };
}

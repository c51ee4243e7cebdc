import { invalid } from './validation.ts';

/** A page of a list that is sorted by `keyOf`, ascending or descending; the token is the key of its last element. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (element: T) => string,
  limit: number,
  token: string | undefined,
): { readonly page: readonly T[]; readonly nextToken: string | undefined } {
  const after = token === undefined ? undefined : readToken(token);
  const start = after === undefined ? 0 : all.findIndex((element) => keyOf(element) === after) + 1;
  if (after !== undefined && start === 0) invalid('The specified nextToken is invalid.');
  const page = all.slice(start, start + limit);
  const last = page[page.length - 1];
  return { page, nextToken: last !== undefined && start + limit < all.length ? writeToken(keyOf(last)) : undefined };
}

export const writeToken = (content: string): string => Buffer.from(content).toString('base64url');
export const readToken = (token: string): string => Buffer.from(token, 'base64url').toString();

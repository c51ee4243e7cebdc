import { refuse } from '../../aws-error.ts';

/** A page of a list in order of `keyOf`; the token is the key of its last element, so that new elements shift no page. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (element: T) => string,
  limit: number,
  token: string | undefined,
): { readonly page: readonly T[]; readonly NextToken?: string } {
  const after = token === undefined ? undefined : Buffer.from(token, 'base64url').toString();
  if (after !== undefined && !after.startsWith(mark)) {
    return refuse('InvalidNextToken', 'The next token specified is invalid.');
  }
  const start = after === undefined ? 0 : all.findIndex((element) => keyOf(element) > after.slice(mark.length));
  const page = start < 0 ? [] : all.slice(start, start + limit);
  const last = page.at(-1);
  if (last === undefined || start + limit >= all.length) return { page };
  return { page, NextToken: Buffer.from(mark + keyOf(last)).toString('base64url') };
}

const mark = 'after ';

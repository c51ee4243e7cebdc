import { refuse } from '../../aws-error.ts';

/**
 * One page of entries that are in the order of their keys. The token names the last key that was given out, and what
 * was asked for: with other filters it is invalid. More than `most` are never given; that is no error.
 */
export function page<T>(
  entries: readonly (readonly [key: string, item: T])[],
  request: {
    readonly MaxResults?: number | undefined;
    readonly NextToken?: string | undefined;
    /** The filters, as one text. */
    readonly query: string;
    readonly most: number;
    /** Of the keys. */
    readonly order?: 'ascending' | 'descending';
  },
): { readonly items: T[]; readonly next: { readonly NextToken?: string } } {
  const { MaxResults: asked = request.most, NextToken: token, query } = request;
  if (asked < 0) refuse('ValidationException', 'MaxResults cannot be less than 0');
  const size = Math.min(asked, request.most);
  const from = token === undefined ? 0 : startOf(entries, token, request);
  const found = entries.slice(from, from + size);
  const last = found[found.length - 1];
  return {
    items: found.map(([, item]) => item),
    next: last && from + size < entries.length ? { NextToken: write(query, last[0]) } : {},
  };
}

/** Where the key of the token is, or where it would be if it is gone by now. */
function startOf(
  entries: readonly (readonly [string, unknown])[],
  token: string,
  { query, order }: { readonly query: string; readonly order?: 'ascending' | 'descending' },
): number {
  const after = read(token, query);
  const at = entries.findIndex(([key]) => key === after);
  if (at >= 0) return at + 1;
  const next = entries.findIndex(([key]) => (order === 'descending' ? key < after : key > after));
  return next < 0 ? entries.length : next;
}

const write = (query: string, key: string): string => Buffer.from(JSON.stringify([query, key])).toString('base64url');

function read(token: string, query: string): string {
  try {
    const [of, key] = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (of === query && typeof key === 'string') return key;
  } catch {
    // Not one of ours.
  }
  return refuse('InvalidNextTokenException', 'The NextToken value is not valid.');
}

import { refuse } from '../../aws-error.ts';

/** One page of sorted keys. The token names the last key of the page before it, so that a page survives changes. */
export function page(
  keys: readonly string[],
  request: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
  defaultSize = 100,
): { readonly keys: string[]; readonly nextToken: string | undefined } {
  const size = request.maxResults ?? defaultSize;
  if (size < 1 || size > 100) refuse('InvalidParameterException', 'maxResults must be between 1 and 100.');
  const after = request.nextToken === undefined ? undefined : decode(request.nextToken);
  const from = after === undefined ? 0 : keys.findIndex((key) => key > after);
  if (from < 0) return { keys: [], nextToken: undefined };
  const found = keys.slice(from, from + size);
  const last = found[found.length - 1];
  return { keys: found, nextToken: last !== undefined && from + size < keys.length ? encode(last) : undefined };
}

const mark = 'ecs/';
const encode = (key: string): string => Buffer.from(mark + key).toString('base64url');

function decode(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(mark)) refuse('InvalidParameterException', 'Invalid token.');
  return text.slice(mark.length);
}

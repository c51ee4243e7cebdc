import { invalid, withinRange } from './check.ts';

interface PageRequest {
  readonly Marker?: string | undefined;
  readonly PageSize?: number | undefined;
}

interface Page<T> {
  readonly items: T[];
  readonly NextMarker: string | undefined;
}

/** One page of 1–400 items, 400 unless told. The marker names the last item given, so that new items shift no page. */
export function page<T>(all: readonly T[], key: (item: T) => string, request: PageRequest): Page<T> {
  const size = withinRange(request.PageSize ?? 400, 'pageSize', 1, 400);
  const start = request.Marker ? after(all, key, request.Marker) : 0;
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  const more = last !== undefined && start + size < all.length;
  return { items, NextMarker: more ? Buffer.from(key(last)).toString('base64url') : undefined };
}

/** Where the item stands that the marker names, or would stand where it was deleted since. */
function after<T>(all: readonly T[], key: (item: T) => string, marker: string): number {
  const wanted = Buffer.from(marker, 'base64url').toString();
  if (Buffer.from(wanted).toString('base64url') !== marker || !/^[\x20-\x7e]+$/.test(wanted)) {
    invalid(`'${marker}' is not a valid marker`);
  }
  const at = all.findIndex((item) => key(item) === wanted);
  if (at >= 0) return at + 1;
  const next = all.findIndex((item) => key(item) > wanted);
  return next < 0 ? all.length : next;
}

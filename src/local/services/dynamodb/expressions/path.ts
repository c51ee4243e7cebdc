import { attribute, type Item, type Value } from '../value.ts';
import type { Path } from './syntax.ts';

/** What stands at a document path, or undefined. */
export function readPath(item: Item, path: Path): Value | undefined {
  const [name, ...steps] = path;
  let value = attribute(item, name);
  for (const step of steps) {
    if (value === undefined) return undefined;
    value = member(value, step);
  }
  return value;
}

/** An element of a list or a member of a map; undefined where there is none or the value has no such parts. */
export function member(value: Value, step: string | number): Value | undefined {
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined;
  return 'M' in value ? attribute(value.M, step) : undefined;
}

/** The first pair of paths of which one lies within the other (`overlap`) or that need two types at one place. */
export function collidingPaths(
  paths: readonly Path[],
): { readonly kind: 'overlap' | 'conflict'; readonly one: Path; readonly two: Path } | undefined {
  for (const [index, two] of paths.entries()) {
    for (const one of paths.slice(0, index)) {
      const kind = collision(one, two);
      if (kind) return { kind, one, two };
    }
  }
  return undefined;
}

function collision(one: Path, two: Path): 'overlap' | 'conflict' | undefined {
  for (let at = 0; at < Math.min(one.length, two.length); at++) {
    if (one[at] !== two[at]) return typeof one[at] === typeof two[at] ? undefined : 'conflict';
  }
  return 'overlap';
}

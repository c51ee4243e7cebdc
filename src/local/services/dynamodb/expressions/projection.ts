import { attribute, type Item, type Value } from '../value.ts';
import { parseExpression } from './parser.ts';
import { collidingPaths } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { type Path, printPath } from './syntax.ts';

/** @throws AwsError ValidationException */
export function parseProjection(parameter: string, expression: string, placeholders: Placeholders): readonly Path[] {
  return parseExpression(parameter, expression, placeholders, (parser) => {
    const paths = parser.list(() => parser.path());
    const collision = collidingPaths(paths);
    if (collision) {
      parser.note(
        'usage',
        `Two document paths ${collision.kind} with each other; must remove or rewrite one of these paths; ` +
          `path one: ${printPath(collision.one)}, path two: ${printPath(collision.two)}`,
      );
    }
    return paths;
  });
}

/** Only what the paths name, in the item's own shape; elements of lists close ranks. */
export function project(item: Item, paths: readonly Path[]): Item {
  return pick(item, paths);
}

type Steps = readonly (string | number)[];

function pick(item: Item, paths: readonly Steps[]): Item {
  const names = new Set(paths.flatMap(([step]) => (typeof step === 'string' ? [step] : [])));
  const members = [...names].flatMap((name): [string, Value][] => {
    const value = attribute(item, name);
    const part = value && pickWithin(value, inner(paths, name));
    return part ? [[name, part]] : [];
  });
  return Object.fromEntries(members);
}

function pickWithin(value: Value, paths: readonly Steps[]): Value | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  if ('M' in value) {
    const M = pick(value.M, paths);
    return Object.keys(M).length > 0 ? { M } : undefined;
  }
  if ('L' in value) {
    const L = value.L.flatMap((element, index) => {
      const within = inner(paths, index);
      const part = within.length > 0 ? pickWithin(element, within) : undefined;
      return part ? [part] : [];
    });
    return L.length > 0 ? { L } : undefined;
  }
  return undefined;
}

const inner = (paths: readonly Steps[], step: string | number): readonly Steps[] =>
  paths.filter((path) => path[0] === step).map((path) => path.slice(1));

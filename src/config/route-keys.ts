import type { Route } from './normalised.ts';

/** A route with the key by which Terraform knows its rules. */
export interface KeyedRoute extends Route {
  readonly key: string;
}

/**
 * A key for each route, so that its rules are kept and changed where they stand: that of the former route of this
 * priority, or else of this host and path. What is new gets its priority as a key.
 */
export function routeKeys(routes: readonly Route[], former: readonly KeyedRoute[]): readonly string[] {
  const free = new Set(former);
  const keys = new Map<Route, string>();
  const keep = (alike: (one: Route, other: Route) => boolean): void => {
    for (const route of routes) {
      if (keys.has(route)) continue;
      const before = [...free].find((candidate) => alike(candidate, route));
      if (!before) continue;
      free.delete(before);
      keys.set(route, before.key);
    }
  };
  // Rules can't exchange their priorities one by one, but their conditions.
  keep((one, other) => one.priority === other.priority);
  keep((one, other) => one.host === other.host && one.path === other.path);
  const taken = new Set([...keys.values(), ...[...free].map(({ key }) => key)]);
  return routes.map((route) => {
    const key = keys.get(route) ?? unusedKey(String(route.priority), taken);
    taken.add(key);
    return key;
  });
}

/** A route that moved on may still have this priority as its key. */
function unusedKey(wanted: string, taken: ReadonlySet<string>): string {
  for (let n = 2, key = wanted; ; n++) {
    if (!taken.has(key)) return key;
    key = `${wanted}-${n}`;
  }
}

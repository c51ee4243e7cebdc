import { rightRoutes } from './check-service.ts';
import { defaults } from './defaults.ts';
import { type Diagnostic, diagnosticAt, type Problem } from './diagnostic.ts';
import { type JsonFile, type JsonPath, keySpanOf, pathText, spanOf, valueAt } from './json-file.ts';
import { targetGroupName } from './names.ts';
import { pathCovers } from './path-pattern.ts';

/** A file and what it describes; the files may have problems of their own. */
export interface NamedFile {
  readonly name: string;
  readonly file: JsonFile;
}

/** Per load balancer. Source: ALB/load-balancer-limits; the second is fixed, the first can be raised. */
const quotas = { rules: 100, targetGroups: 100 } as const;

/** The rules between files: what two services or a service and an environment cannot both say. */
export function checkProject(services: readonly NamedFile[], environments: readonly NamedFile[]): Diagnostic[] {
  const web = services
    .filter(({ file }) => valueAt(file.value, ['kind']) !== 'worker')
    .map(({ name, file }) => ({ name, file, loadBalancer: loadBalancerOf(file) }));
  const shared = new Set(web.map(({ loadBalancer }) => loadBalancer));
  return [
    ...[...shared].flatMap((name) =>
      checkSharing(
        name,
        web.filter(({ loadBalancer }) => loadBalancer === name),
      ),
    ),
    ...[...shared].flatMap((name) => checkHidden(web.filter(({ loadBalancer }) => loadBalancer === name))),
    ...web.flatMap((service) => checkLoadBalancer(service, environments)),
    ...checkTargetGroupNames(web, environments),
  ];
}

interface WebFile extends NamedFile {
  readonly loadBalancer: string;
}

/** Services behind one load balancer: its rules are one list. */
function checkSharing(loadBalancer: string, services: readonly WebFile[]): Diagnostic[] {
  const priorities = new Map<number, string>();
  const places = new Map<string, string>();
  const found: Diagnostic[] = [];
  let rules = 0;
  let targetGroups = 0;
  for (const { file } of services) {
    const routes = rightRoutes(file.value);
    for (const { index, route } of routes) {
      const path = ['routes', index];
      const here = `${file.path}, ${pathText(path)}`;
      const place = `${route.host?.toLowerCase() ?? '*'}${route.path}`;
      const samePriority = priorities.get(route.priority);
      const samePlace = places.get(place);
      if (samePriority !== undefined) {
        const message = `is the priority of another route of load balancer "${loadBalancer}": ${samePriority}`;
        found.push(at(file, [...path, 'priority'], { message }));
      } else priorities.set(route.priority, here);
      if (samePlace !== undefined) {
        const message = `matches the same requests as another route of load balancer "${loadBalancer}": ${samePlace}`;
        found.push(at(file, path, { message }));
      } else places.set(place, here);
    }
    rules += 2 * routes.length;
    targetGroups += 2;
    const over = (count: number, added: number, quota: number) => count > quota && count - added <= quota;
    if (over(rules, 2 * routes.length, quotas.rules)) {
      const message = `load balancer "${loadBalancer}" would have ${rules} rules (two for each route); AWS allows ${quotas.rules}. Use another load balancer.`;
      found.push(at(file, ['routes'], { message }));
    }
    if (over(targetGroups, 2, quotas.targetGroups)) {
      const message = `load balancer "${loadBalancer}" would have ${targetGroups} target groups (two for each service); AWS allows ${quotas.targetGroups}. Use another load balancer.`;
      found.push(at(file, ['loadBalancer'], { message }));
    }
  }
  return found;
}

/** Routes behind one load balancer that can get no request, because another service's rule takes them all before. */
function checkHidden(services: readonly WebFile[]): Diagnostic[] {
  const routes = services.flatMap(({ name, file }) =>
    rightRoutes(file.value).map(({ index, route }) => ({ name, file, index, ...route })),
  );
  return routes.flatMap((hidden) => {
    const over = routes.find(
      (other) => other.file !== hidden.file && other.priority < hidden.priority && covers(other, hidden),
    );
    if (!over) return [];
    const where = `${over.host ?? ''}${over.path}`;
    const message = `never gets a request: service "${over.name}" takes ${where} at priority ${over.priority}, before this one at ${hidden.priority}. Give this route a priority below ${over.priority}, or "${over.name}" a narrower path`;
    return [at(hidden.file, ['routes', hidden.index, 'path'], { message })];
  });
}

interface Matched {
  readonly host?: string | undefined;
  readonly path: string;
}

/** Whether all that `narrow` matches is certainly matched by `wide`. */
function covers(wide: Matched, narrow: Matched): boolean {
  const [wideHost, narrowHost] = [wide.host?.toLowerCase(), narrow.host?.toLowerCase()];
  const same = wideHost === narrowHost && wide.path === narrow.path;
  // Told already, with the place of the other.
  if (same) return false;
  if (wideHost !== undefined && wideHost !== '*' && wideHost !== narrowHost) return false;
  return pathCovers(wide.path, narrow.path);
}

function checkLoadBalancer({ file, loadBalancer }: WebFile, environments: readonly NamedFile[]): Diagnostic[] {
  return environments.flatMap((environment) => {
    if (!environment.file.readable) return [];
    const defined = valueAt(environment.file.value, ['loadBalancers']) ?? defaults.loadBalancers.value;
    if (typeof defined !== 'object' || defined === null || Object.hasOwn(defined, loadBalancer)) return [];
    const message = `environment ${environment.name} has no load balancer "${loadBalancer}"`;
    return [at(file, ['loadBalancer'], { message, allowed: Object.keys(defined), written: loadBalancer })];
  });
}

/** `a-b` in environment `c` and `b` in `c-a` would share a name, and a name is one account's and region's. */
function checkTargetGroupNames(services: readonly NamedFile[], environments: readonly NamedFile[]): Diagnostic[] {
  const owners = new Map<string, string>();
  return environments.flatMap(({ name: environment, file: { value } }) =>
    services.flatMap(({ name, file }) => {
      const key = JSON.stringify([
        valueAt(value, ['account']),
        valueAt(value, ['region']),
        targetGroupName(environment, name, 'blue'),
      ]);
      const owner = owners.get(key);
      owners.set(key, `service "${name}" in environment "${environment}"`);
      if (owner === undefined) return [];
      const message = `in environment "${environment}" its target groups would have the names of those of ${owner}: rename one`;
      return [diagnosticAt(file, { offset: 0, length: 1 }, { message })];
    }),
  );
}

function loadBalancerOf({ value }: JsonFile): string {
  const given = valueAt(value, ['loadBalancer']);
  return typeof given === 'string' ? given : defaults.loadBalancer.value;
}

function at(file: JsonFile, path: JsonPath, problem: Problem): Diagnostic {
  const span = valueAt(file.value, path) === undefined ? keySpanOf(file, path) : spanOf(file, path);
  return diagnosticAt(file, span, { path: pathText(path), ...problem });
}

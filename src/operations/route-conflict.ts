import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { pathCovers, type Route } from '../config/index.ts';

/** A route that another service's rule makes impossible: nothing was changed. */
export class RouteConflict extends Error {
  override readonly name = 'RouteConflict';
}

/** The route's own priorities, and what stands in its way on the listener. */
export interface Claim {
  readonly service: string;
  readonly route: Route;
  readonly priorities: { readonly production: number; readonly test: number };
}

/** A rule of another service, as its tags name it. */
export interface OtherRule {
  readonly rule: Rule;
  readonly service: string;
}

/** @throws RouteConflict when a priority is taken, or a rule before the route's own takes every request that it would get. */
export function refuseConflict({ service, route, priorities }: Claim, others: readonly OtherRule[]): void {
  const file = `services/${service}.json`;
  const taken = others.find(({ rule }) =>
    [priorities.production, priorities.test].map(String).includes(rule.Priority ?? ''),
  );
  if (taken) {
    throw new RouteConflict(
      `${file} routes: priority ${route.priority} is taken by ${taken.service} on the same load balancer. Give ${service} another one. Nothing was changed.`,
    );
  }
  const hiding = others.find(({ rule }) => Number(rule.Priority) < priorities.production && hides(rule, route));
  if (hiding) {
    const path = valuesOf(hiding.rule, 'path-pattern')?.join(', ') ?? 'every path';
    throw new RouteConflict(
      `${file} routes: ${route.path} can never get a request: ${hiding.service} takes ${path} before it, at priority ${Math.ceil(Number(hiding.rule.Priority) / 2)} (${service} has ${route.priority}). Give ${service} the smaller priority, or another host or path. Nothing was changed.`,
    );
  }
}

/** Whether a rule takes every request that matches the route: it asks for nothing but a host and a path that cover it. */
function hides(rule: Rule, route: Route): boolean {
  const fields = rule.Conditions?.map((condition) => condition.Field) ?? [];
  if (fields.some((field) => field !== 'host-header' && field !== 'path-pattern')) return false;
  const hosts = valuesOf(rule, 'host-header');
  const paths = valuesOf(rule, 'path-pattern');
  const coversHost = hosts === undefined || (route.host !== null && hosts.includes(route.host));
  return coversHost && (paths === undefined || paths.some((pattern) => pathCovers(pattern, route.path)));
}

const valuesOf = (rule: Rule, field: string): readonly string[] | undefined =>
  rule.Conditions?.find((condition) => condition.Field === field)?.Values;

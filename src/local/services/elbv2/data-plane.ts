import { assert, type Clock, type EpochMs, type Random } from '../../../base/index.ts';
import type { Network } from '../../tasks/network.ts';
import type { Timing } from '../../timing.ts';
import { groupAttribute } from './attributes.ts';
import { GroupTargets } from './group-targets.ts';
import { callbackPath, loginLocation } from './login.ts';
import type { RouteRequest } from './match.ts';
import type { TargetGroupRecord } from './records.ts';
import type { RegisteredTarget, TargetIdentity } from './registered-target.ts';
import type { CompiledRule, ListenerRoutes, RedirectTemplate, RouteAction, WeightedGroup } from './routes.ts';
import { hasCookie, rememberedIn, stickyCookies } from './stickiness.ts';
import type { Target, TargetHealth, TargetRegistrar } from './target-registrar.ts';
import { TrafficObservers } from './traffic-observer.ts';

interface DataPlaneSurroundings {
  readonly clock: Clock;
  /** For the weighted draw alone. */
  readonly random: Random;
  readonly timing: Timing;
  readonly network: Network;
  readonly targetGroup: (arn: string) => TargetGroupRecord | undefined;
}

/** Where a request goes. `rule` is the one that matched. */
export type Route =
  | {
      readonly kind: 'target';
      readonly rule: CompiledRule;
      readonly targetGroupArn: string;
      readonly target: RegisteredTarget;
      /** Of the connection to the target. */
      readonly protocol: 'HTTP' | 'HTTPS';
      /** Its group had too few healthy targets, and so all of them counted. */
      readonly failOpen: boolean;
      /** Values of Set-Cookie to add to the response. */
      readonly cookies: readonly string[];
      /** One more, if the target sets a cookie of this name. */
      readonly withCookie: { readonly named: string; readonly add: readonly string[] } | undefined;
    }
  | {
      readonly kind: 'fixed-response';
      readonly rule: CompiledRule;
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly kind: 'redirect'; readonly rule: CompiledRule; readonly status: 301 | 302; readonly location: string }
  | {
      readonly kind: 'error';
      readonly rule: CompiledRule;
      readonly status: 401 | 464 | 503 | 561;
      readonly cause: 'no-weight' | 'no-targets' | 'login-denied' | 'login-not-imitated' | 'protocol-mismatch';
      readonly targetGroupArn: string | undefined;
    };

/**
 * What the load balancers of one account and region do with requests now, and the health of their targets. It follows
 * the control plane at a lag, never calls anything but `network.check`, and waits on the clock alone.
 */
export class DataPlane {
  /** Whoever carries requests tells it; whoever counts them listens. */
  readonly traffic = new TrafficObservers();
  readonly #world: DataPlaneSurroundings;
  readonly #listeners = new Map<string, { order: number; routes: ListenerRoutes }>();
  readonly #groups = new Map<string, GroupTargets>();
  readonly #healthListeners = new Set<(targetGroupArn: string, target: Target) => void>();
  readonly #listenerListeners = new Set<() => void>();
  #referenced: ReadonlySet<string> = new Set();
  #order = 0;
  #stopped = false;

  constructor(world: DataPlaneSurroundings) {
    this.#world = world;
  }

  /** The listeners as they carry requests now. */
  listeners(): ListenerRoutes[] {
    return [...this.#listeners.values()].map(({ routes }) => routes);
  }

  listener(arn: string): ListenerRoutes | undefined {
    return this.#listeners.get(arn)?.routes;
  }

  /** Calls `listener` when a listener comes, goes or changes on the data plane. Returns its end. */
  onListeners(listener: () => void): () => void {
    this.#listenerListeners.add(listener);
    return () => this.#listenerListeners.delete(listener);
  }

  /** Where a request to a listener goes. Undefined when there is no such listener. */
  route(listenerArn: string, request: RouteRequest): Route | undefined {
    const routes = this.#listeners.get(listenerArn)?.routes;
    if (!routes) return undefined;
    const rule = routes.rules.find((candidate) => candidate.matches(request));
    assert(rule, 'the default rule matches every request');
    return this.#follow(routes, rule, rule.action, request);
  }

  #follow(routes: ListenerRoutes, rule: CompiledRule, action: RouteAction, request: RouteRequest): Route {
    switch (action.kind) {
      case 'forward':
        return this.#forward(rule, action, request);
      case 'fixed-response':
        return { ...action, rule };
      case 'redirect':
        return { kind: 'redirect', rule, status: action.status, location: locate(routes, action.template, request) };
      case 'authenticate':
        return this.#logIn(routes, rule, action, request);
    }
  }

  /**
   * The weights by which the next request that matches the rule is drawn: those in force, not those that were written.
   * `ruleArn` may be a default rule's. Empty when the rule does not forward.
   */
  weights(listenerArn: string, ruleArn: string): readonly WeightedGroup[] {
    const rule = this.listener(listenerArn)?.rules.find((candidate) => candidate.arn === ruleArn);
    return rule ? groupsCarried(rule.action) : [];
  }

  /** The targets of a group, draining ones included, in order of registration. */
  targets(targetGroupArn: string): readonly (TargetIdentity & { readonly health: TargetHealth })[] {
    const targets = this.#groups.get(targetGroupArn)?.all() ?? [];
    return targets.map(({ identity, health }) => ({ ...identity, health }));
  }

  isRegistered(targetGroupArn: string, target: Target): boolean {
    const health = this.#groups.get(targetGroupArn)?.get(target)?.health;
    return health !== undefined && health.state !== 'draining';
  }

  /** Targets that are registered and not draining. */
  registered(targetGroupArn: string): number {
    return this.#groups.get(targetGroupArn)?.size ?? 0;
  }

  /** The ports on which a listener's changes take `weightLag` to arrive; a new listener is there at once. */
  setListener(routes: ListenerRoutes, when: 'at-once' | 'lagging'): void {
    const order = ++this.#order;
    const apply = (): void => {
      const present = this.#listeners.get(routes.arn);
      if (this.#stopped || (present ? present.order > order : when === 'lagging')) return;
      this.#listeners.set(routes.arn, { order, routes });
      this.#noteUse();
      this.#announce();
    };
    if (when === 'at-once' || this.#world.timing.weightLag === 0) apply();
    else this.#world.clock.after(this.#world.timing.weightLag, apply, { unref: true });
  }

  removeListener(arn: string): void {
    if (!this.#listeners.delete(arn)) return;
    this.#noteUse();
    this.#announce();
  }

  /** The groups that a listener or rule names: only their targets are checked. Call after `setListener`. */
  setReferenced(arns: ReadonlySet<string>): void {
    this.#referenced = arns;
    this.#noteUse();
  }

  register(targetGroupArn: string, identity: TargetIdentity): void {
    this.#group(targetGroupArn)?.register(identity);
  }

  /** A deleted group's targets go with it. */
  removeGroup(targetGroupArn: string): void {
    const group = this.#groups.get(targetGroupArn);
    group?.stop();
    this.#groups.delete(targetGroupArn);
    for (const { identity } of group?.all() ?? [])
      for (const listener of [...this.#healthListeners]) listener(targetGroupArn, identity);
  }

  /** Ends every timer; nothing changes any more. */
  stop(): void {
    this.#stopped = true;
    for (const group of this.#groups.values()) group.stop();
    this.#listeners.clear();
    this.#announce();
  }

  readonly registrar: TargetRegistrar = {
    group: (arn) => {
      if (!this.#world.targetGroup(arn)) return 'unknown';
      return this.#referenced.has(arn) ? 'attached' : 'unattached';
    },
    register: (arn, { id, port }) => this.register(arn, { id, port, availabilityZone: undefined }),
    deregister: (arn, target) => this.#groups.get(arn)?.deregister(target),
    health: (arn, target) => this.#groups.get(arn)?.get(target)?.health,
    onChange: (listener) => {
      this.#healthListeners.add(listener);
      return () => this.#healthListeners.delete(listener);
    },
  };

  #group(arn: string): GroupTargets | undefined {
    const present = this.#groups.get(arn);
    if (present) return present;
    const record = this.#world.targetGroup(arn);
    if (!record) return undefined;
    const created = new GroupTargets(
      this.#world,
      arn,
      () => this.#world.targetGroup(arn) ?? record,
      this.#referenced.has(arn),
      (target) => {
        for (const listener of [...this.#healthListeners]) listener(arn, target);
      },
    );
    this.#groups.set(arn, created);
    this.#noteUse();
    return created;
  }

  /** A group that is named no more serves, and is checked, until that change is in force. */
  #noteUse(): void {
    const carrying = new Set<string>();
    for (const { routes } of this.#listeners.values()) {
      for (const { action } of routes.rules) {
        for (const group of groupsCarried(action)) carrying.add(group.targetGroupArn);
      }
    }
    for (const [arn, group] of this.#groups) group.setInUse(this.#referenced.has(arn) || carrying.has(arn));
  }

  #announce(): void {
    for (const listener of [...this.#listenerListeners]) listener();
  }

  #logIn(
    routes: ListenerRoutes,
    rule: CompiledRule,
    { login, next }: RouteAction & { kind: 'authenticate' },
    request: RouteRequest,
  ): Route {
    const refused = (status: 401 | 561, cause: 'login-denied' | 'login-not-imitated'): Route => ({
      kind: 'error',
      rule,
      status,
      cause,
      targetGroupArn: undefined,
    });
    switch (login.kind) {
      case 'allow':
        return this.#follow(routes, rule, next, request);
      case 'deny':
        return refused(401, 'login-denied');
      case 'ask':
        // The identity provider's answer can't be followed up: that would take the client's secret.
        if (request.path === callbackPath) return refused(561, 'login-not-imitated');
        return {
          kind: 'redirect',
          rule,
          status: 302,
          location: loginLocation(login, request, this.#world.random.hex(32)),
        };
    }
  }

  /** The drawn group answers for itself: no fail-over to another. ALB/load-balancer-target-groups. */
  #forward(rule: CompiledRule, action: RouteAction & { kind: 'forward' }, request: RouteRequest): Route {
    const now = this.#world.clock.now();
    const cookie = request.headers.cookie;
    const cookies = typeof cookie === 'string' ? cookie : cookie?.join('; ');
    const kept = action.stickySeconds > 0 ? this.#keptGroup(action, rememberedIn(cookies, 'AWSALBTG', now)) : undefined;
    const arn = kept ?? this.#draw(action.groups);
    if (arn === undefined) return { kind: 'error', rule, status: 503, cause: 'no-weight', targetGroupArn: undefined };
    const group = this.#groups.get(arn);
    const record = this.#world.targetGroup(arn);
    // Clients are offered HTTP/1.1 alone, which such a group does not take. ALB/load-balancer-troubleshooting, HTTP 464.
    if (record && record.protocolVersion !== 'HTTP1') {
      return { kind: 'error', rule, status: 464, cause: 'protocol-mismatch', targetGroupArn: arn };
    }
    const sticky = record && stickinessOf(record);
    const remembered = sticky && this.#rememberedTarget(sticky, cookies, now);
    const target = this.#keptTarget(group, remembered) ?? group?.pick();
    if (!group || !target) return { kind: 'error', rule, status: 503, cause: 'no-targets', targetGroupArn: arn };
    const set = action.stickySeconds > 0 ? stickyCookies('AWSALBTG', arn, now, action.stickySeconds) : [];
    const own = sticky
      ? stickyCookies(sticky.cookie, `${arn}|${target.identity.id}|${target.identity.port}`, now, sticky.seconds)
      : [];
    const byApplication = sticky?.application;
    return {
      kind: 'target',
      rule,
      targetGroupArn: arn,
      target,
      protocol: record?.protocol ?? 'HTTP',
      failOpen: group.failsOpen,
      cookies: byApplication === undefined ? [...set, ...own] : set,
      withCookie: byApplication === undefined ? undefined : { named: byApplication, add: own },
    };
  }

  /** With an application's cookie, the client has to bring that one too. ALB/sticky-sessions. */
  #rememberedTarget(sticky: TargetStickiness, cookies: string | undefined, now: EpochMs): string | undefined {
    if (sticky.application !== undefined && !hasCookie(cookies, sticky.application)) return undefined;
    return rememberedIn(cookies, sticky.cookie, now);
  }

  /** The client's group whatever its weight, while the action names it and it has a healthy target. ALB/sticky-sessions. */
  #keptGroup(action: RouteAction & { kind: 'forward' }, remembered: string | undefined): string | undefined {
    if (!action.groups.some((group) => group.targetGroupArn === remembered)) return undefined;
    return remembered !== undefined && this.#groups.get(remembered)?.hasHealthy() ? remembered : undefined;
  }

  #keptTarget(group: GroupTargets | undefined, remembered: string | undefined): RegisteredTarget | undefined {
    const [arn, id, port] = remembered?.split('|') ?? [];
    if (!group || arn !== group.arn || id === undefined) return undefined;
    const target = group.get({ id, port: Number(port) });
    return target?.health.state === 'healthy' ? target : undefined;
  }

  #draw(groups: readonly WeightedGroup[]): string | undefined {
    const sum = groups.reduce((total, group) => total + group.weight, 0);
    if (sum === 0) return undefined;
    let left = groups.length === 1 ? 0 : this.#world.random.next() * sum;
    for (const group of groups) {
      if (left < group.weight) return group.targetGroupArn;
      left -= group.weight;
    }
    return groups.findLast((group) => group.weight > 0)?.targetGroupArn;
  }
}

const groupsCarried = (action: RouteAction): readonly WeightedGroup[] => {
  if (action.kind === 'authenticate') return groupsCarried(action.next);
  return action.kind === 'forward' ? action.groups : [];
};

interface TargetStickiness {
  readonly cookie: 'AWSALB' | 'AWSALBAPP-0';
  readonly seconds: number;
  /** The name of the application's cookie. */
  readonly application: string | undefined;
}

/** Undefined where the group's targets are not sticky. */
function stickinessOf(group: TargetGroupRecord): TargetStickiness | undefined {
  if (groupAttribute(group, 'stickiness.enabled') !== 'true') return undefined;
  if (groupAttribute(group, 'stickiness.type') === 'app_cookie') {
    return {
      cookie: 'AWSALBAPP-0',
      seconds: Number(groupAttribute(group, 'stickiness.app_cookie.duration_seconds')),
      application: groupAttribute(group, 'stickiness.app_cookie.cookie_name'),
    };
  }
  const seconds = Number(groupAttribute(group, 'stickiness.lb_cookie.duration_seconds'));
  return { cookie: 'AWSALB', seconds, application: undefined };
}

/** ALB/rule-action-types, "Redirect actions": each part may quote the request's. */
function locate(routes: ListenerRoutes, template: RedirectTemplate, request: RouteRequest): string {
  const colon = request.host.lastIndexOf(':');
  const parts: Record<string, string> = {
    protocol: routes.protocol.toLowerCase(),
    host: colon > request.host.indexOf(']') ? request.host.slice(0, colon) : request.host,
    port: String(request.port),
    path: request.path.replace(/^\//, ''),
    query: request.query,
  };
  const fill = (text: string): string => text.replace(/#\{(\w+)\}/g, (all, name: string) => parts[name] ?? all);
  const query = fill(template.query);
  const protocol = fill(template.protocol).toLowerCase();
  const port = Number(fill(template.port));
  // The listener that a redirect leads to may have been given another port of this machine.
  const reached = template.port === '#{port}' ? port : (request.realPorts?.get(port) ?? port);
  return `${protocol}://${fill(template.host)}:${reached}${fill(template.path)}${query === '' ? '' : `?${query}`}`;
}

import { compileLogin, type Login } from './login.ts';
import { compileConditions, type Matcher } from './match.ts';
import type { Attributes, ListenerRecord, LoadBalancerRecord, RuleRecord, StoredAction } from './records.ts';
import { type SslPolicy, servedSslPolicy } from './ssl-policies.ts';
import { compileTransforms, type Rewrite } from './transforms.ts';

export interface WeightedGroup {
  readonly targetGroupArn: string;
  readonly weight: number;
}

/** What a rule does in the end. */
export type RouteAction =
  | {
      readonly kind: 'forward';
      readonly groups: readonly WeightedGroup[];
      /** Seconds that a client keeps its group; 0 when stickiness is off. */
      readonly stickySeconds: number;
    }
  | {
      readonly kind: 'fixed-response';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly kind: 'redirect'; readonly status: 301 | 302; readonly template: RedirectTemplate }
  /** Those that it lets pass go on to `next`. */
  | { readonly kind: 'authenticate'; readonly login: Login; readonly next: RouteAction };

export interface RedirectTemplate {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

export interface CompiledRule {
  readonly arn: string;
  /** As in the access log: 0 for the default rule. */
  readonly priority: number;
  /** Rules that are looked at until this one is found, without the default rule. */
  readonly evaluated: number;
  readonly matches: Matcher;
  readonly action: RouteAction;
  readonly rewrite: Rewrite | undefined;
}

export interface ListenerTls {
  /** The default one first. */
  readonly certificateArns: readonly string[];
  readonly policy: SslPolicy;
  /** Names that clients may ask for: the load balancer's own and those of the rules' host conditions. */
  readonly names: readonly string[];
}

/** A listener as the data plane follows it: a snapshot that never changes. */
export interface ListenerRoutes {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly loadBalancerName: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly port: number;
  /** The load balancer's attributes, those that were set. */
  readonly attributes: Attributes;
  /** The listener's own, those that were set. */
  readonly listenerAttributes: Attributes;
  /** What HTTPS is served with; undefined for HTTP. */
  readonly tls: ListenerTls | undefined;
  /** In order of evaluation; the last is the default rule, which matches all. */
  readonly rules: readonly CompiledRule[];
}

/** `rules` in order of evaluation, without the default rule. */
export function compileListener(
  loadBalancer: LoadBalancerRecord,
  listener: ListenerRecord,
  rules: readonly RuleRecord[],
): ListenerRoutes {
  const region = listener.arn.split(':')[3] ?? '';
  return {
    arn: listener.arn,
    loadBalancerArn: loadBalancer.arn,
    loadBalancerName: loadBalancer.name,
    protocol: listener.protocol,
    port: listener.port,
    attributes: loadBalancer.attributes,
    listenerAttributes: listener.attributes,
    tls: compileTls(loadBalancer, listener, rules),
    rules: [
      ...rules.map((rule, index) => ({
        arn: rule.arn,
        priority: rule.priority,
        evaluated: index + 1,
        matches: compileConditions(rule.conditions),
        action: compileAction(rule.actions, region),
        rewrite: compileTransforms(rule.transforms ?? []),
      })),
      {
        arn: listener.defaultRuleArn,
        priority: 0,
        evaluated: rules.length,
        matches: () => true,
        action: compileAction(listener.defaultActions, region),
        rewrite: undefined,
      },
    ],
  };
}

function compileTls(
  loadBalancer: LoadBalancerRecord,
  listener: ListenerRecord,
  rules: readonly RuleRecord[],
): ListenerTls | undefined {
  const policy = servedSslPolicy(listener.sslPolicy);
  if (listener.protocol !== 'HTTPS' || !policy) return undefined;
  const hosts = rules.flatMap((rule) =>
    rule.conditions.flatMap((condition) => condition.HostHeaderConfig?.Values ?? []),
  );
  // Of patterns, a certificate can have those that begin with a star and a dot.
  const names = hosts.filter((host) => /^(\*\.)?[^*?]+$/.test(host));
  return {
    certificateArns: listener.certificates.map(({ CertificateArn = '' }) => CertificateArn),
    policy,
    names: [...new Set([loadBalancer.dnsName, ...names].map((name) => name.toLowerCase()))],
  };
}

function compileAction(actions: readonly StoredAction[], region: string): RouteAction {
  const [action, ...others] = actions;
  const login = action && compileLogin(action, region);
  if (login) return { kind: 'authenticate', login, next: compileAction(others, region) };
  const { ForwardConfig: forward, FixedResponseConfig: fixed, RedirectConfig: redirect } = action ?? {};
  if (fixed) {
    return {
      kind: 'fixed-response',
      status: Number(fixed.StatusCode),
      contentType: fixed.ContentType ?? 'text/plain',
      body: fixed.MessageBody ?? '',
    };
  }
  if (redirect) {
    return {
      kind: 'redirect',
      status: redirect.StatusCode === 'HTTP_301' ? 301 : 302,
      template: {
        protocol: redirect.Protocol ?? '#{protocol}',
        host: redirect.Host ?? '#{host}',
        port: redirect.Port ?? '#{port}',
        path: redirect.Path ?? '/#{path}',
        query: redirect.Query ?? '#{query}',
      },
    };
  }
  return {
    kind: 'forward',
    groups: (forward?.TargetGroups ?? []).map((group) => ({
      targetGroupArn: group.TargetGroupArn ?? '',
      weight: group.Weight ?? 1,
    })),
    stickySeconds: forward?.TargetGroupStickinessConfig?.Enabled
      ? (forward.TargetGroupStickinessConfig.DurationSeconds ?? 0)
      : 0,
  };
}

import { compileConditions, type Matcher } from './match.ts';
import type { Attributes, ListenerRecord, LoadBalancerRecord, RuleRecord, StoredAction } from './records.ts';

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
  /** The rule asks for a login, which is not imitated. */
  | { readonly kind: 'authenticate' };

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
  /** In order of evaluation; the last is the default rule, which matches all. */
  readonly rules: readonly CompiledRule[];
}

/** `rules` in order of evaluation, without the default rule. */
export function compileListener(
  loadBalancer: LoadBalancerRecord,
  listener: ListenerRecord,
  rules: readonly RuleRecord[],
): ListenerRoutes {
  return {
    arn: listener.arn,
    loadBalancerArn: loadBalancer.arn,
    loadBalancerName: loadBalancer.name,
    protocol: listener.protocol,
    port: listener.port,
    attributes: loadBalancer.attributes,
    rules: [
      ...rules.map((rule, index) => ({
        arn: rule.arn,
        priority: rule.priority,
        evaluated: index + 1,
        matches: compileConditions(rule.conditions),
        action: compileAction(rule.actions),
      })),
      {
        arn: listener.defaultRuleArn,
        priority: 0,
        evaluated: rules.length,
        matches: () => true,
        action: compileAction(listener.defaultActions),
      },
    ],
  };
}

function compileAction(actions: readonly StoredAction[]): RouteAction {
  if (actions.length > 1) return { kind: 'authenticate' };
  const [action] = actions;
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

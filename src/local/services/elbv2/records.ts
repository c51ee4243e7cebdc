import type {
  Action,
  Certificate,
  MutualAuthenticationAttributes,
  RuleCondition,
  RuleTransform,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** An SDK shape as plain JSON: no `undefined`, so that it can be stored. */
export type Stored<T> = T extends string | number | boolean | null
  ? T
  : T extends readonly (infer Element)[]
    ? Stored<Element>[]
    : { [Key in keyof T]: Stored<Exclude<T[Key], undefined>> };

/** A deep copy without members that are undefined. */
export const stored = <T>(value: T): Stored<T> => JSON.parse(JSON.stringify(value));

export type StoredAction = Stored<Action>;
export type StoredCondition = Stored<RuleCondition>;
export type StoredTransform = Stored<RuleTransform>;
export type Attributes = { readonly [key: string]: string };

export type LoadBalancerRecord = {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly createdAt: number;
  readonly scheme: 'internet-facing' | 'internal';
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly ipAddressType: 'ipv4' | 'dualstack' | 'dualstack-without-public-ipv4';
  /** Those that were set; the others have their defaults. */
  readonly attributes: Attributes;
};

export type ListenerRecord = {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** The first is the default certificate. */
  readonly certificates: readonly Stored<Certificate>[];
  readonly sslPolicy: string | null;
  readonly alpnPolicy: readonly string[];
  readonly mutualAuthentication: Stored<MutualAuthenticationAttributes> | null;
  readonly defaultActions: readonly StoredAction[];
  readonly defaultRuleArn: string;
  readonly attributes: Attributes;
};

/** A rule that is not its listener's default rule. */
export type RuleRecord = {
  readonly arn: string;
  readonly listenerArn: string;
  readonly priority: number;
  readonly conditions: readonly StoredCondition[];
  readonly actions: readonly StoredAction[];
  /** Missing in what an earlier version stored. */
  readonly transforms?: readonly StoredTransform[];
};

export type HealthCheckSettings = {
  readonly protocol: 'HTTP' | 'HTTPS';
  /** `traffic-port` or a number. */
  readonly port: string;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly matcher: string;
};

export type TargetGroupRecord = {
  readonly arn: string;
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly protocolVersion: 'HTTP1' | 'HTTP2' | 'GRPC';
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'instance' | 'ip';
  readonly ipAddressType: 'ipv4' | 'ipv6';
  readonly healthCheck: HealthCheckSettings;
  readonly attributes: Attributes;
};

export type TagRecord = readonly Stored<Tag>[];

import { invalid, required } from './check.ts';
import type { Attributes, TargetGroupRecord } from './records.ts';

/** What a value of an attribute may be. */
type Allowed =
  | {
      readonly kind: 'number';
      readonly least: number;
      readonly most: number;
      readonly zero?: true;
      readonly off?: true;
    }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'text' };

interface AttributeSpec {
  readonly default: string;
  readonly allowed: Allowed;
}

type AttributeTable = { readonly [key: string]: AttributeSpec };

const flag = (value: boolean): AttributeSpec => ({
  default: String(value),
  allowed: { kind: 'choice', of: ['true', 'false'] },
});
const choice = (value: string, ...others: string[]): AttributeSpec => ({
  default: value,
  allowed: { kind: 'choice', of: [value, ...others] },
});
const number = (value: number, least: number, most: number): AttributeSpec => ({
  default: String(value),
  allowed: { kind: 'number', least, most },
});
const text = (value = ''): AttributeSpec => ({ default: value, allowed: { kind: 'text' } });

/** ALB/application-load-balancers, "Load balancer attributes". */
export const loadBalancerAttributes: AttributeTable = {
  'access_logs.s3.enabled': flag(false),
  'access_logs.s3.bucket': text(),
  'access_logs.s3.prefix': text(),
  'client_keep_alive.seconds': number(3600, 60, 604_800),
  'connection_logs.s3.enabled': flag(false),
  'connection_logs.s3.bucket': text(),
  'connection_logs.s3.prefix': text(),
  'deletion_protection.enabled': flag(false),
  'idle_timeout.timeout_seconds': number(60, 1, 4000),
  'ipv6.deny_all_igw_traffic': flag(false),
  'load_balancing.cross_zone.enabled': flag(true),
  'routing.http.desync_mitigation_mode': choice('defensive', 'monitor', 'strictest'),
  'routing.http.drop_invalid_header_fields.enabled': flag(false),
  'routing.http.preserve_host_header.enabled': flag(false),
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': flag(false),
  'routing.http.xff_client_port.enabled': flag(false),
  'routing.http.xff_header_processing.mode': choice('append', 'preserve', 'remove'),
  'routing.http2.enabled': flag(true),
  'waf.fail_open.enabled': flag(false),
  'zonal_shift.config.enabled': flag(false),
};

/**
 * ALB/edit-target-group-attributes. Kept and shown but without effect here: anomaly mitigation, DNS fail-over,
 * cross-zone.
 */
export const targetGroupAttributes: AttributeTable = {
  'deregistration_delay.timeout_seconds': number(300, 0, 3600),
  'load_balancing.algorithm.type': choice('round_robin', 'least_outstanding_requests', 'weighted_random'),
  'load_balancing.algorithm.anomaly_mitigation': choice('off', 'on'),
  'load_balancing.cross_zone.enabled': choice('use_load_balancer_configuration', 'true', 'false'),
  'slow_start.duration_seconds': {
    default: '0',
    allowed: { kind: 'number', least: 30, most: 900, zero: true },
  },
  'stickiness.enabled': flag(false),
  'stickiness.type': choice('lb_cookie', 'app_cookie'),
  'stickiness.lb_cookie.duration_seconds': number(86_400, 1, 604_800),
  'stickiness.app_cookie.cookie_name': text(),
  'stickiness.app_cookie.duration_seconds': number(86_400, 1, 604_800),
  'target_group_health.dns_failover.minimum_healthy_targets.count': {
    default: '1',
    allowed: { kind: 'number', least: 1, most: 1000, off: true },
  },
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': {
    default: 'off',
    allowed: { kind: 'number', least: 1, most: 100, off: true },
  },
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': number(1, 1, 1000),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': {
    default: 'off',
    allowed: { kind: 'number', least: 1, most: 100, off: true },
  },
};

/** ALB/load-balancer-listeners, "Listener attributes". */
const listenerAttributes: AttributeTable = {
  'routing.http.response.server.enabled': flag(true),
  'routing.http.response.strict_transport_security.header_value': text(),
  'routing.http.response.access_control_allow_origin.header_value': text(),
  'routing.http.response.access_control_allow_methods.header_value': text(),
  'routing.http.response.access_control_allow_headers.header_value': text(),
  'routing.http.response.access_control_allow_credentials.header_value': text(),
  'routing.http.response.access_control_expose_headers.header_value': text(),
  'routing.http.response.access_control_max_age.header_value': text(),
  'routing.http.response.content_security_policy.header_value': text(),
  'routing.http.response.x_content_type_options.header_value': text(),
  'routing.http.response.x_frame_options.header_value': text(),
};

/** On HTTPS listeners only: headers that tell the target of the client's TLS. Kept and shown, without effect here. */
const renamedHeaders: AttributeTable = Object.fromEntries(
  [
    'x_amzn_mtls_clientcert_serial_number',
    'x_amzn_mtls_clientcert_issuer',
    'x_amzn_mtls_clientcert_subject',
    'x_amzn_mtls_clientcert_validity',
    'x_amzn_mtls_clientcert_leaf',
    'x_amzn_mtls_clientcert',
    'x_amzn_tls_version',
    'x_amzn_tls_cipher_suite',
  ].map((header) => [`routing.http.request.${header}.header_name`, text()]),
);

export const listenerAttributesOf = (protocol: 'HTTP' | 'HTTPS'): AttributeTable =>
  protocol === 'HTTPS' ? { ...renamedHeaders, ...listenerAttributes } : listenerAttributes;

/** The headers that a listener adds to responses, or puts in place of the target's. */
export function insertedHeaders(attributes: Attributes): readonly (readonly [name: string, value: string])[] {
  return Object.keys(listenerAttributes).flatMap((key) => {
    const [, name] = /^routing\.http\.response\.(\w+)\.header_value$/.exec(key) ?? [];
    const value = attributes[key] ?? '';
    return name === undefined || value === '' ? [] : [[name.replaceAll('_', '-'), value] as const];
  });
}

/** Every attribute with its value, in the form of the API. */
export const describeAttributes = (table: AttributeTable, set: Attributes): { Key: string; Value: string }[] =>
  Object.entries(table).map(([Key, spec]) => ({ Key, Value: set[Key] ?? spec.default }));

/** The attributes after a Modify…Attributes call. @throws ValidationError */
export function changedAttributes(
  table: AttributeTable,
  what: string,
  set: Attributes,
  changes: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Attributes {
  const changed: Record<string, string> = { ...set };
  for (const { Key, Value } of required(changes, 'attributes')) {
    const key = required(Key, 'key');
    const spec = Object.hasOwn(table, key) ? table[key] : undefined;
    if (!spec) return invalid(`${what} attribute key '${key}' is not recognized`);
    changed[key] = checkedValue(key, Value ?? '', spec.allowed);
  }
  return changed;
}

/** @throws ValidationError where attributes of a target group exclude each other. ALB/edit-target-group-attributes. */
export function checkTogether(attributes: Attributes): void {
  const value = (key: string): string => attributes[key] ?? targetGroupAttributes[key]?.default ?? '';
  const algorithm = value('load_balancing.algorithm.type');
  if (value('slow_start.duration_seconds') !== '0' && algorithm !== 'round_robin') {
    invalid(`Slow start mode cannot be enabled for target groups that use the '${algorithm}' load balancing algorithm`);
  }
  if (value('load_balancing.algorithm.anomaly_mitigation') === 'on' && algorithm !== 'weighted_random') {
    invalid("Anomaly mitigation can be turned on only with the 'weighted_random' load balancing algorithm");
  }
  const cookie = value('stickiness.app_cookie.cookie_name');
  if (/^AWSALB(APP|TG)?/.test(cookie)) {
    invalid(`The application cookie name '${cookie}' is reserved: it cannot begin with AWSALB, AWSALBAPP or AWSALBTG`);
  }
  if (value('stickiness.enabled') === 'true' && value('stickiness.type') === 'app_cookie' && cookie === '') {
    invalid('An application cookie name must be specified for application-based stickiness');
  }
}

export const groupAttribute = (group: TargetGroupRecord, key: string): string =>
  group.attributes[key] ?? targetGroupAttributes[key]?.default ?? '';

export const loadBalancerAttribute = (attributes: Attributes, key: string): string =>
  attributes[key] ?? loadBalancerAttributes[key]?.default ?? '';

export const listenerAttribute = (attributes: Attributes, key: string): string =>
  attributes[key] ?? listenerAttributes[key]?.default ?? '';

function checkedValue(key: string, value: string, allowed: Allowed): string {
  switch (allowed.kind) {
    case 'text':
      return value;
    case 'choice':
      return allowed.of.includes(value) ? value : invalid(`'${key}' must be one of [${allowed.of.join(', ')}]`);
    case 'number': {
      if ((allowed.off && value === 'off') || (allowed.zero && value === '0')) return value;
      const within = /^\d+$/.test(value) && Number(value) >= allowed.least && Number(value) <= allowed.most;
      return within ? value : invalid(`'${key}' must be between '${allowed.least}' and '${allowed.most}' inclusive`);
    }
  }
}

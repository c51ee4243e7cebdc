import type { Certificate, Listener, MutualAuthenticationAttributes } from '@aws-sdk/client-elastic-load-balancing-v2';
import { refuse } from '../../aws-error.ts';
import { checkedActions } from './actions.ts';
import { listenerArn, ruleArn } from './arn.ts';
import { changedAttributes, describeAttributes, listenerAttributesOf } from './attributes.ts';
import { checkedCertificates } from './certificates.ts';
import { invalid, oneOf, required, withinRange } from './check.ts';
import { page } from './page.ts';
import { type ListenerRecord, stored } from './records.ts';
import { defaultSslPolicy, sslPolicyOf } from './ssl-policies.ts';
import {
  type ElbState,
  listenerOf,
  listenersOf,
  loadBalancerOf,
  type Operation,
  publishListener,
  rulesOf,
} from './state.ts';
import { tagNew, untag } from './tags.ts';

/** ELB-API/API_CreateListener. Idempotent when nothing differs. */
export const createListener: Operation<'CreateListener'> = (state, input) => {
  const loadBalancer = loadBalancerOf(state, input.LoadBalancerArn);
  const port = withinRange(input.Port ?? invalid('A port must be specified'), 'port', 1, 65_535);
  const protocol = checkedProtocol(input.Protocol);
  const certificates = checkedCertificates(state, protocol, input.Certificates ?? []);
  const actions = checkedActions(
    state,
    { loadBalancerArn: loadBalancer.arn, protocol, replaced: [] },
    input.DefaultActions,
    'defaultActions',
  );
  const others = listenersOf(state, loadBalancer.arn);
  const settings = {
    port,
    protocol,
    certificates,
    sslPolicy: protocol === 'HTTPS' ? sslPolicyOf(input.SslPolicy ?? defaultSslPolicy).name : null,
    alpnPolicy: input.AlpnPolicy ?? [],
    mutualAuthentication: checkedMutualAuthentication(input.MutualAuthentication),
    defaultActions: actions,
  };
  const present = others.find((other) => other.port === port);
  if (present && sameSettings(present, settings)) return { Listeners: [describe(present)] };
  refuseTakenPort(others, loadBalancer.arn, port);
  if (others.length >= 50) {
    return refuse(
      'TooManyListeners',
      `The maximum number of listeners per load balancer '50' has been reached on '${loadBalancer.arn}'`,
    );
  }
  const arn = listenerArn(loadBalancer.arn, state.random.hex(16));
  const record: ListenerRecord = {
    arn,
    loadBalancerArn: loadBalancer.arn,
    ...settings,
    defaultRuleArn: ruleArn(arn, state.random.hex(16)),
    attributes: {},
  };
  tagNew(state, arn, input.Tags);
  state.listeners.put(arn, record);
  publishListener(state, arn, 'at-once');
  return { Listeners: [describe(record)] };
};

export const describeListeners: Operation<'DescribeListeners'> = (state, input) => {
  if (!input.ListenerArns && !input.LoadBalancerArn) {
    return invalid('You must specify either listener ARNs or a load balancer ARN');
  }
  const records = input.ListenerArns
    ? input.ListenerArns.map((arn) => listenerOf(state, arn))
    : listenersOf(state, loadBalancerOf(state, input.LoadBalancerArn).arn);
  const { items, NextMarker } = page(records, (record) => record.arn, input);
  return { Listeners: items.map(describe), NextMarker };
};

/** Only what is given changes; the list of default actions is replaced as a whole. ELB-API/API_ModifyListener. */
export const modifyListener: Operation<'ModifyListener'> = (state, input) => {
  const record = listenerOf(state, input.ListenerArn);
  const port = input.Port === undefined ? record.port : withinRange(input.Port, 'port', 1, 65_535);
  const protocol = input.Protocol === undefined ? record.protocol : checkedProtocol(input.Protocol);
  const certificates = changedCertificates(state, record, protocol, input.Certificates);
  const place = { loadBalancerArn: record.loadBalancerArn, protocol, replaced: record.defaultActions };
  const actions = input.DefaultActions
    ? checkedActions(state, place, input.DefaultActions, 'defaultActions')
    : record.defaultActions;
  const others = listenersOf(state, record.loadBalancerArn).filter((other) => other.arn !== record.arn);
  refuseTakenPort(others, record.loadBalancerArn, port);
  const changed: ListenerRecord = {
    ...record,
    port,
    protocol,
    certificates,
    sslPolicy: protocol === 'HTTPS' ? sslPolicyOf(input.SslPolicy ?? record.sslPolicy ?? defaultSslPolicy).name : null,
    alpnPolicy: input.AlpnPolicy ?? record.alpnPolicy,
    mutualAuthentication: input.MutualAuthentication
      ? checkedMutualAuthentication(input.MutualAuthentication)
      : record.mutualAuthentication,
    defaultActions: actions,
  };
  state.listeners.put(record.arn, changed);
  publishListener(state, record.arn, 'lagging');
  return { Listeners: [describe(changed)] };
};

export const deleteListener: Operation<'DeleteListener'> = (state, input) => {
  removeListener(state, listenerOf(state, input.ListenerArn));
  return {};
};

export const describeListenerAttributes: Operation<'DescribeListenerAttributes'> = (state, input) => {
  const { protocol, attributes } = listenerOf(state, input.ListenerArn);
  return { Attributes: describeAttributes(listenerAttributesOf(protocol), attributes) };
};

export const modifyListenerAttributes: Operation<'ModifyListenerAttributes'> = (state, input) => {
  const record = listenerOf(state, input.ListenerArn);
  const table = listenerAttributesOf(record.protocol);
  const attributes = changedAttributes(table, 'Listener', record.attributes, input.Attributes);
  state.listeners.put(record.arn, { ...record, attributes });
  publishListener(state, record.arn, 'lagging');
  return { Attributes: describeAttributes(table, attributes) };
};

/** Removes a listener with its rules. */
export function removeListener(state: ElbState, listener: ListenerRecord): void {
  for (const rule of rulesOf(state, listener.arn)) {
    state.rules.delete(rule.arn);
    untag(state, rule.arn);
  }
  state.listeners.delete(listener.arn);
  untag(state, listener.arn);
  publishListener(state, listener.arn, 'at-once');
}

/** The default certificate is replaced; those for SNI stay. */
function changedCertificates(
  state: ElbState,
  record: ListenerRecord,
  protocol: 'HTTP' | 'HTTPS',
  given: readonly Certificate[] | undefined,
): ListenerRecord['certificates'] {
  if (protocol === 'HTTP') return [];
  const [first, ...others] = record.certificates;
  const [chosen] = checkedCertificates(state, protocol, given ?? (first ? [first] : []));
  const rest = others.filter((other) => other.CertificateArn !== chosen?.CertificateArn);
  return chosen ? [chosen, ...rest] : rest;
}

/** No trust store exists here, so none can be named. ELB-API/API_MutualAuthenticationAttributes. */
function checkedMutualAuthentication(
  given: MutualAuthenticationAttributes | undefined,
): ListenerRecord['mutualAuthentication'] {
  if (!given) return null;
  const mode = oneOf(given.Mode ?? 'off', 'mutualAuthentication.mode', ['off', 'passthrough', 'verify']);
  if (mode === 'verify') {
    const arn = required(given.TrustStoreArn, 'mutualAuthentication.trustStoreArn');
    return refuse('TrustStoreNotFound', `Trust store '${arn}' not found`);
  }
  return stored(given);
}

function sameSettings(present: ListenerRecord, settings: Partial<ListenerRecord>): boolean {
  const { port, protocol, sslPolicy, alpnPolicy, mutualAuthentication, defaultActions } = present;
  const certificates = present.certificates.slice(0, 1);
  const before = { port, protocol, certificates, sslPolicy, alpnPolicy, mutualAuthentication, defaultActions };
  return JSON.stringify(before) === JSON.stringify(settings);
}

function describe(record: ListenerRecord): Listener {
  const tls = record.protocol === 'HTTPS';
  return {
    ListenerArn: record.arn,
    LoadBalancerArn: record.loadBalancerArn,
    Port: record.port,
    Protocol: record.protocol,
    ...(tls ? { Certificates: record.certificates.slice(0, 1), SslPolicy: record.sslPolicy ?? undefined } : {}),
    DefaultActions: [...record.defaultActions],
    ...(record.alpnPolicy.length > 0 ? { AlpnPolicy: [...record.alpnPolicy] } : {}),
    ...(tls ? { MutualAuthentication: record.mutualAuthentication ?? { Mode: 'off' } } : {}),
  };
}

function checkedProtocol(given: string | undefined): 'HTTP' | 'HTTPS' {
  const protocol = required(given, 'protocol');
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol;
  return refuse('UnsupportedProtocol', `The protocol '${protocol}' is not supported by application load balancers`);
}

function refuseTakenPort(others: readonly ListenerRecord[], loadBalancerArn: string, port: number): void {
  if (others.some((other) => other.port === port)) {
    refuse('DuplicateListener', `A listener already exists on this port for this load balancer '${loadBalancerArn}'`);
  }
}

import { refuse } from '../../aws-error.ts';
import { page } from './page.ts';
import type { Operation } from './state.ts';

/** ALB/load-balancer-limits. */
const limits = [
  { Name: 'application-load-balancers', Max: '50' },
  { Name: 'target-groups', Max: '3000' },
  { Name: 'targets-per-application-load-balancer', Max: '1000' },
  { Name: 'listeners-per-application-load-balancer', Max: '50' },
  { Name: 'rules-per-application-load-balancer', Max: '100' },
  { Name: 'target-groups-per-application-load-balancer', Max: '100' },
  { Name: 'target-groups-per-action-on-application-load-balancer', Max: '5' },
  { Name: 'condition-values-per-alb-rule', Max: '5' },
  { Name: 'condition-wildcards-per-alb-rule', Max: '6' },
  { Name: 'certificates-per-application-load-balancer', Max: '25' },
];

export const describeAccountLimits: Operation<'DescribeAccountLimits'> = (_state, input) => {
  const { items, NextMarker } = page(limits, (limit) => limit.Name, input);
  return { Limits: items, NextMarker };
};

/** Names and protocols only, without ciphers. ALB/describe-ssl-policies. */
const sslPolicies = [
  { Name: 'ELBSecurityPolicy-2016-08', SslProtocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2'] },
  { Name: 'ELBSecurityPolicy-TLS13-1-2-2021-06', SslProtocols: ['TLSv1.2', 'TLSv1.3'] },
  { Name: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06', SslProtocols: ['TLSv1.2', 'TLSv1.3'] },
  { Name: 'ELBSecurityPolicy-TLS13-1-3-2021-06', SslProtocols: ['TLSv1.3'] },
];

export const describeSslPolicies: Operation<'DescribeSSLPolicies'> = (_state, input) => {
  const chosen =
    input.Names?.map(
      (name) =>
        sslPolicies.find((policy) => policy.Name === name) ??
        refuse('SSLPolicyNotFound', 'One or more SSL policies not found'),
    ) ?? sslPolicies;
  const { items, NextMarker } = page(chosen, (policy) => policy.Name, input);
  return {
    SslPolicies: items.map((policy) => ({ ...policy, SupportedLoadBalancerTypes: ['application'] })),
    NextMarker,
  };
};

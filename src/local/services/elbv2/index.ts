import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ServiceDefinition } from '../../service.ts';
import * as certificates from './certificates.ts';
import * as limits from './limits.ts';
import * as listeners from './listeners.ts';
import * as loadBalancers from './load-balancers.ts';
import * as rules from './rules.ts';
import * as sslPolicies from './ssl-policies.ts';
import { createElbState, type ElbState } from './state.ts';
import * as tags from './tags.ts';
import * as targetGroups from './target-groups.ts';
import * as targets from './targets.ts';

export { arnSuffix } from './arn.ts';
export { insertedHeaders, listenerAttribute, loadBalancerAttribute } from './attributes.ts';
export type { Route } from './data-plane.ts';
export { DataPlane } from './data-plane.ts';
export type { CompiledRule, ListenerRoutes } from './routes.ts';
export type { SslPolicy } from './ssl-policies.ts';
export { type ElbState, loadBalancersByGroup } from './state.ts';
export type { FinishedRequest } from './traffic-observer.ts';

/** Elastic Load Balancing v2: application load balancers with ip and instance targets. */
export const elbv2: ServiceDefinition<ElbState> = {
  name: 'elasticloadbalancing',
  sdk,
  create: createElbState,
  close: (state) => state.plane.stop(),
  operations: {
    AddListenerCertificates: certificates.addListenerCertificates,
    AddTags: tags.addTags,
    CreateListener: listeners.createListener,
    CreateLoadBalancer: loadBalancers.createLoadBalancer,
    CreateRule: rules.createRule,
    CreateTargetGroup: targetGroups.createTargetGroup,
    DeleteListener: listeners.deleteListener,
    DeleteLoadBalancer: loadBalancers.deleteLoadBalancer,
    DeleteRule: rules.deleteRule,
    DeleteTargetGroup: targetGroups.deleteTargetGroup,
    DeregisterTargets: targets.deregisterTargets,
    DescribeAccountLimits: limits.describeAccountLimits,
    DescribeCapacityReservation: loadBalancers.describeCapacityReservation,
    DescribeListenerAttributes: listeners.describeListenerAttributes,
    DescribeListenerCertificates: certificates.describeListenerCertificates,
    DescribeListeners: listeners.describeListeners,
    DescribeLoadBalancerAttributes: loadBalancers.describeLoadBalancerAttributes,
    DescribeLoadBalancers: loadBalancers.describeLoadBalancers,
    DescribeRules: rules.describeRules,
    DescribeSSLPolicies: sslPolicies.describeSslPolicies,
    DescribeTags: tags.describeTags,
    DescribeTargetGroupAttributes: targetGroups.describeTargetGroupAttributes,
    DescribeTargetGroups: targetGroups.describeTargetGroups,
    DescribeTargetHealth: targets.describeTargetHealth,
    ModifyListener: listeners.modifyListener,
    ModifyListenerAttributes: listeners.modifyListenerAttributes,
    ModifyLoadBalancerAttributes: loadBalancers.modifyLoadBalancerAttributes,
    ModifyRule: rules.modifyRule,
    ModifyTargetGroup: targetGroups.modifyTargetGroup,
    ModifyTargetGroupAttributes: targetGroups.modifyTargetGroupAttributes,
    RegisterTargets: targets.registerTargets,
    RemoveListenerCertificates: certificates.removeListenerCertificates,
    RemoveTags: tags.removeTags,
    SetIpAddressType: loadBalancers.setIpAddressType,
    SetRulePriorities: rules.setRulePriorities,
    SetSecurityGroups: loadBalancers.setSecurityGroups,
    SetSubnets: loadBalancers.setSubnets,
  },
};

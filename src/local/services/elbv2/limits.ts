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

export type { Balancer, BalancerOptions, ListenerAddress } from './balancer.ts';
export { startBalancer } from './balancer.ts';

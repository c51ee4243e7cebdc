export type { Balancer, ListenerAddress } from './balancer.ts';
export { startBalancer } from './balancer.ts';

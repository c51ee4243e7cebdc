import type { Timing } from '../../timing.ts';
import type { World } from '../../world.ts';
import { anApp, elbFixture } from '../elbv2/elbv2-fixture.ts';
import { type ElbState, elbv2, type FinishedRequest } from '../elbv2/index.ts';
import { measureLoadBalancers } from './load-balancer-metrics.ts';
import { createCloudWatchState } from './state.ts';

/** A load balancer with two groups in virtual time, and CloudWatch beside it, which measures it. */
export function measuredBalancer(timing?: Timing) {
  const elb = elbFixture(timing ? { timing } : {});
  const world: World = {
    ...elb.world,
    // The one service that the metrics of load balancers look at.
    use: <State>({ name }: { readonly name: string }): State => {
      if (name !== elbv2.name) throw new Error(`no service ${name} in this world`);
      return elb.state as ElbState & State;
    },
  };
  const state = createCloudWatchState(world, [measureLoadBalancers]);
  const app = anApp(elb.state);
  const target = { id: '10.0.0.1', port: 80, availabilityZone: undefined };
  /** A request that its blue target has answered, unless it is another's. */
  const finished = (changes: Partial<FinishedRequest> = {}): void =>
    elb.state.plane.traffic.requestFinished({
      loadBalancerArn: app.loadBalancer,
      targetGroupArn: app.blue,
      target,
      status: 200,
      targetStatus: 200,
      targetMs: 20,
      connectionFailed: false,
      failOpen: false,
      action: 'forward',
      rulesEvaluated: 1,
      receivedBytes: 10,
      sentBytes: 90,
      ...changes,
    });
  return { elb, state, app, finished };
}

import type { TargetIdentity } from './registered-target.ts';

/**
 * Told what the load balancers of one account and region carry, as it happens: what AWS/ApplicationELB is counted from
 * (ALB/load-balancer-cloudwatch-metrics). Called for every request, so it counts and returns.
 */
export interface TrafficObserver {
  readonly requestFinished: (request: FinishedRequest) => void;
  readonly connectionOpened: (loadBalancerArn: string, side: ConnectionSide) => void;
  readonly connectionClosed: (loadBalancerArn: string, side: ConnectionSide) => void;
  /** A client that spoke no TLS, or not the listener's. */
  readonly tlsFailed: (loadBalancerArn: string) => void;
}

/** From a client to the load balancer, or from it to a target. AWS counts both as connections. */
export type ConnectionSide = 'client' | 'target';

/** One request of a client, over to its last byte. */
export interface FinishedRequest {
  readonly loadBalancerArn: string;
  /** Of the group that was drawn, also where it had no target; undefined for what no group was asked for. */
  readonly targetGroupArn: string | undefined;
  /** The target that was chosen, whether or not it answered. */
  readonly target: TargetIdentity | undefined;
  /** What the client got; 460 when it went away before. */
  readonly status: number;
  /** The target's own status; undefined where it gave none, and so the load balancer answered. */
  readonly targetStatus: number | undefined;
  /** From the request's way out to the first of the target's answer; undefined where it gave none. */
  readonly targetMs: number | undefined;
  /** No connection to the target came about. */
  readonly connectionFailed: boolean;
  /** The group had too few healthy targets, and so all of them counted. */
  readonly failOpen: boolean;
  readonly action: 'forward' | 'fixed-response' | 'redirect' | 'authenticate' | 'none';
  /** Rules that were looked at, without the default rule. */
  readonly rulesEvaluated: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** Tells all who listen. Costs one look at an empty list where nobody does. */
export class TrafficObservers implements TrafficObserver {
  #observers: readonly TrafficObserver[] = [];

  /** Returns the observer's end. */
  add(observer: TrafficObserver): () => void {
    this.#observers = [...this.#observers, observer];
    return () => {
      this.#observers = this.#observers.filter((other) => other !== observer);
    };
  }

  requestFinished(request: FinishedRequest): void {
    for (const observer of this.#observers) observer.requestFinished(request);
  }

  connectionOpened(loadBalancerArn: string, side: ConnectionSide): void {
    for (const observer of this.#observers) observer.connectionOpened(loadBalancerArn, side);
  }

  connectionClosed(loadBalancerArn: string, side: ConnectionSide): void {
    for (const observer of this.#observers) observer.connectionClosed(loadBalancerArn, side);
  }

  tlsFailed(loadBalancerArn: string): void {
    for (const observer of this.#observers) observer.tlsFailed(loadBalancerArn);
  }
}

import type { Ms } from '../../base/index.ts';

/** A real socket address on this machine. */
export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

export interface HealthCheckRequest {
  /** The target's virtual address and port. */
  readonly address: string;
  readonly port: number;
  readonly path: string;
  /** HTTPS checks no certificate. */
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly version: 'HTTP1' | 'HTTP2' | 'GRPC';
  readonly timeout: Ms;
}

export type HealthCheckAnswer =
  /** By the status of HTTP, or of the call of gRPC. */
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'timed-out' }
  /** Refused, reset, or no HTTP. */
  | { readonly kind: 'failed' };

/** The virtual 10.x network of the tasks, seen from the balancer. */
export interface Network {
  /** Where a task's virtual address and container port really listen; undefined when nothing is there. */
  locate(address: string, port: number): SocketAddress | undefined;
  /** One target health check (GET, User-Agent `ELB-HealthChecker/2.0`, Host = address:port). Calls `done` once. */
  check(request: HealthCheckRequest, done: (answer: HealthCheckAnswer) => void): void;
}

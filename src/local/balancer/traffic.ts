import type { Socket } from 'node:net';
import type { Clock, EpochMs, Random } from '../../base/index.ts';
import type { DataPlane } from '../services/elbv2/index.ts';
import type { Network } from '../tasks/network.ts';
import type { AccessLog } from './access-log.ts';
import type { TargetPools } from './target-pools.ts';

/** What a front end needs to carry the requests of one listener. */
export interface Traffic {
  readonly listenerArn: string;
  readonly plane: DataPlane;
  readonly network: Network;
  readonly clock: Clock;
  /** For trace ids. */
  readonly random: Random;
  readonly pools: TargetPools;
  readonly log: AccessLog;
}

/** The load balancer's own attributes that shape an exchange, in force now. */
export interface TrafficSettings {
  readonly loadBalancerArn: string;
  readonly loadBalancerName: string;
  readonly listenerPort: number;
  readonly idleMs: number;
  readonly clientKeepAliveMs: number;
  readonly forwardedFor: string;
  readonly preserveHost: boolean;
}

/** A client's connection, over the requests that it carries. */
export interface ClientConnection {
  readonly address: string;
  readonly port: number;
  readonly openedAt: number;
  readonly traceId: string;
  /** Requests under way. */
  exchanges: number;
  /** Counted up to the last request that ended. */
  bytesRead: number;
  bytesWritten: number;
}

/** `1-<8 hex of the epoch>-<24 hex>`. ALB/load-balancer-request-tracing. */
export const newTraceRoot = (now: EpochMs, random: Random): string =>
  `1-${Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')}-${word(random)}${word(random)}${word(random)}`;

const word = (random: Random): string =>
  random
    .int(2 ** 32)
    .toString(16)
    .padStart(8, '0');

export const newConnection = (socket: Socket, clock: Clock, random: Random): ClientConnection => ({
  address: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  port: socket.remotePort ?? 0,
  openedAt: clock.monotonic(),
  traceId: `TID_${word(random)}${word(random)}${word(random)}${word(random)}`,
  exchanges: 0,
  bytesRead: 0,
  bytesWritten: 0,
});

import type { Socket } from 'node:net';
import type { Clock, EpochMs, Random } from '../../base/index.ts';
import type { DataPlane } from '../services/elbv2/index.ts';
import type { Network } from '../tasks/network.ts';
import type { AccessLog } from './access-log.ts';
import type { TargetPools } from './target-pools.ts';
import type { Authority } from './tls/authority.ts';

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
  /** Where the listeners of the same load balancer really listen, by their configured ports. */
  readonly realPorts: ReadonlyMap<number, number>;
  readonly authority: Authority;
}

/** A client's connection, over the requests that it carries. */
export interface ClientConnection {
  readonly address: string;
  readonly port: number;
  readonly openedAt: number;
  readonly traceId: string;
  /** Undefined without TLS. */
  readonly tls: ClientTls | undefined;
  /** Requests under way. */
  exchanges: number;
  /** Counted up to the last request that ended. */
  bytesRead: number;
  bytesWritten: number;
}

/** What a client and the listener agreed on. */
export interface ClientTls {
  readonly version: string;
  readonly cipher: string;
  /** The name that the client asked for (SNI). */
  readonly serverName: string | undefined;
  readonly certificateArn: string;
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

export const newConnection = (
  socket: Socket,
  clock: Clock,
  random: Random,
  tls: ClientTls | undefined,
): ClientConnection => ({
  tls,
  address: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  port: socket.remotePort ?? 0,
  openedAt: clock.monotonic(),
  traceId: `TID_${word(random)}${word(random)}${word(random)}${word(random)}`,
  exchanges: 0,
  bytesRead: 0,
  bytesWritten: 0,
});

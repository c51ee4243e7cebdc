import { createServer, type IncomingMessage, type Server, type ServerOptions, ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { type AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ms } from '../../base/index.ts';
import { arnSuffix, type ListenerRoutes } from '../services/elbv2/index.ts';
import { errorPage, reasonOf } from './error-page.ts';
import { Exchange } from './exchange.ts';
import { ListenerTls } from './tls/listener-tls.ts';
import { type ClientConnection, newConnection, type Traffic } from './traffic.ts';
import { settingsOf, type TrafficSettings } from './traffic-settings.ts';

/** The open port of one listener. Another framing of HTTP can stand behind the same two members. */
export interface FrontEnd {
  /** The real port on 127.0.0.1. */
  readonly port: number;
  /** Takes the listener's certificates and TLS policy as they are now, for new connections. */
  follow(): void;
  /** Stops to listen and ends every connection. */
  close(): Promise<void>;
}

/** Opens a port on 127.0.0.1; 0 for any free one. Rejects with the system's error when it can't be bound. */
export type OpenFrontEnd = (traffic: Traffic, port: number) => Promise<FrontEnd>;

/** All headers of a request together. ALB/load-balancer-limits. */
const requestHeaderBytes = 64 * 1024;
const sweepEvery = ms(1000);
/** Connections that wait for this process: Node's own 511 are soon there when it is not served for a moment. */
const backlog = 4_096;

/** A front end on `node:http`. */
export const openHttpFrontEnd: OpenFrontEnd = async (traffic, port) => {
  const { clock, random } = traffic;
  const connections = new Map<Socket, ClientConnection>();
  const exchanges = new Set<Exchange>();
  const atStart = settings(traffic);
  const options = {
    maxHeaderSize: requestHeaderBytes,
    requestTimeout: 0,
    // Refused by the exchange, so that it is logged.
    requireHostHeader: false,
    headersTimeout: atStart?.idleMs ?? 60_000,
    keepAliveTimeout: atStart?.idleMs ?? 60_000,
  };
  const secure = tlsOf(traffic);
  const server = secure ? openTls(traffic, secure, options) : createServer(options);

  const connectionOf = (socket: Socket): ClientConnection => {
    const present = connections.get(socket);
    if (present) return present;
    const connection = newConnection(
      socket,
      clock,
      random,
      socket instanceof TLSSocket ? tlsOf(traffic)?.describe(socket) : undefined,
    );
    connections.set(socket, connection);
    const loadBalancerArn = traffic.plane.listener(traffic.listenerArn)?.loadBalancerArn ?? '';
    traffic.plane.traffic.connectionOpened(loadBalancerArn, 'client');
    socket.on('close', () => {
      connections.delete(socket);
      traffic.plane.traffic.connectionClosed(loadBalancerArn, 'client');
    });
    return connection;
  };
  const carry = (request: IncomingMessage, response: ServerResponse, upgradeHead?: Buffer): void => {
    const known = settings(traffic);
    if (!known) {
      request.socket.destroy();
      return;
    }
    const connection = connectionOf(request.socket);
    const exchange = new Exchange(traffic, known, connection, request, response, upgradeHead);
    exchanges.add(exchange);
    connection.exchanges++;
    exchange.run(() => {
      connection.exchanges--;
      exchanges.delete(exchange);
    });
  };

  server.on(secure ? 'secureConnection' : 'connection', connectionOf);
  server.on('request', (request, response) => carry(request, response));
  server.on('checkContinue', (request, response) => carry(request, response));
  server.on('upgrade', (request, socket, head) => {
    if (!(socket instanceof Socket)) return;
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on('finish', () => socket.end());
    socket.on('close', () => response.destroy());
    socket.on('error', () => {});
    carry(request, response, request.headers.upgrade?.toLowerCase() === 'websocket' ? head : undefined);
  });
  server.on('clientError', (error, socket) => {
    if (socket instanceof TLSSocket && !connections.has(socket)) {
      traffic.plane.traffic.tlsFailed(settings(traffic)?.loadBalancerArn ?? '');
      socket.destroy();
    } else if (socket instanceof Socket) refuseRequest(traffic, connectionOf(socket), error, socket);
  });

  await listen(server, port);
  let sweep = (): void => {};
  const sweepLater = (): void => {
    sweep = clock.after(
      sweepEvery,
      () => {
        const now = clock.monotonic();
        for (const exchange of [...exchanges]) exchange.expire(now);
        sweepLater();
      },
      { unref: true },
    );
  };
  sweepLater();

  return {
    port: portOf(server),
    follow() {
      const now = tlsOf(traffic);
      if (now && server instanceof TlsServer) server.setSecureContext(now.context());
    },
    close: () =>
      new Promise((resolve) => {
        sweep();
        server.close(() => resolve());
        for (const exchange of [...exchanges]) exchange.cut('ListenerClosed');
        server.closeAllConnections();
        for (const socket of connections.keys()) socket.destroy();
      }),
  };
};

/** By snapshot of the listener, so that certificates are chosen once for each. */
const known = new WeakMap<NonNullable<ListenerRoutes['tls']>, ListenerTls>();

function tlsOf(traffic: Traffic): ListenerTls | undefined {
  const tls = traffic.plane.listener(traffic.listenerArn)?.tls;
  if (!tls) return undefined;
  const present = known.get(tls) ?? new ListenerTls(traffic.authority, tls);
  known.set(tls, present);
  return present;
}

/** HTTP/1.1 over TLS. HTTP/2 is not offered: a client that asks for it falls back. */
function openTls(traffic: Traffic, tls: ListenerTls, options: ServerOptions): TlsServer {
  return createTlsServer({
    ...options,
    ...tls.context(),
    ALPNProtocols: ['http/1.1'],
    SNICallback: (serverName, done) => done(null, (tlsOf(traffic) ?? tls).contextFor(serverName)),
  });
}

function settings(traffic: Traffic): TrafficSettings | undefined {
  const listener = traffic.plane.listener(traffic.listenerArn);
  return listener && settingsOf(listener);
}

/** ALB/load-balancer-troubleshooting, by the parser's reasons. */
const statuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_INVALID_VERSION: 505,
};

/** What `node:http` could not read as a request: answered with 400 or 408, logged without a request. */
function refuseRequest(traffic: Traffic, connection: ClientConnection, error: Error, socket: Socket): void {
  const code = 'code' in error ? String(error.code) : '';
  const known = settings(traffic);
  const lost = !socket.writable || code === 'ECONNRESET' || code === 'EPIPE';
  // An answer of our own would get mixed up with one that is under way.
  if (!known || lost || connection.exchanges > 0) {
    socket.destroy();
    return;
  }
  const status = statuses[code] ?? 400;
  const body = errorPage(status);
  socket.end(
    [
      `HTTP/1.1 ${status} ${reasonOf(status)}`,
      ...(known.namesServer ? ['Server: awselb/2.0'] : []),
      'Content-Type: text/html',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  const now = traffic.clock.now();
  const receivedBytes = socket.bytesRead - connection.bytesRead;
  const sentBytes = socket.bytesWritten - connection.bytesWritten;
  traffic.plane.traffic.requestFinished({
    loadBalancerArn: known.loadBalancerArn,
    targetGroupArn: undefined,
    target: undefined,
    status,
    targetStatus: undefined,
    targetMs: undefined,
    connectionFailed: false,
    failOpen: false,
    action: 'none',
    rulesEvaluated: 0,
    receivedBytes,
    sentBytes,
  });
  traffic.log.write(known.loadBalancerName, {
    type: known.protocol,
    endedAt: now,
    createdAt: now,
    loadBalancer: arnSuffix(known.loadBalancerArn),
    client: `${connection.address}:${connection.port}`,
    target: undefined,
    requestSeconds: -1,
    targetSeconds: -1,
    responseSeconds: -1,
    elbStatus: status,
    targetStatus: undefined,
    receivedBytes,
    sentBytes,
    method: '-',
    url: '-',
    httpVersion: '-',
    userAgent: undefined,
    targetGroupArn: undefined,
    traceId: '-',
    priority: -1,
    action: undefined,
    redirectUrl: undefined,
    errorReason: code || error.message,
    connectionTraceId: connection.traceId,
    tls: connection.tls,
    transformed: undefined,
  });
}

const listen = (server: Server | TlsServer, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog }, () => {
      server.off('error', reject);
      resolve();
    });
  });

function portOf(server: Server | TlsServer): number {
  const address: AddressInfo | string | null = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { ms } from '../../base/index.ts';
import { arnSuffix, loadBalancerAttribute } from '../services/elbv2/index.ts';
import { errorPage, reasonOf } from './error-page.ts';
import { Exchange } from './exchange.ts';
import { type ClientConnection, newConnection, type Traffic, type TrafficSettings } from './traffic.ts';

/** The open port of one listener. Another framing of HTTP can stand behind the same two members. */
export interface FrontEnd {
  /** The real port on 127.0.0.1. */
  readonly port: number;
  /** Stops to listen and ends every connection. */
  close(): Promise<void>;
}

/** Opens a port on 127.0.0.1; 0 for any free one. Rejects with the system's error when it can't be bound. */
export type OpenFrontEnd = (traffic: Traffic, port: number) => Promise<FrontEnd>;

/** All headers of a request together. ALB/load-balancer-limits. */
const requestHeaderBytes = 64 * 1024;
const sweepEvery = ms(1000);

/** A front end on `node:http`. */
export const openHttpFrontEnd: OpenFrontEnd = async (traffic, port) => {
  const { clock, random } = traffic;
  const connections = new Map<Socket, ClientConnection>();
  const exchanges = new Set<Exchange>();
  const known = settingsOf(traffic);
  const server = createServer({
    maxHeaderSize: requestHeaderBytes,
    requestTimeout: 0,
    // Refused by the exchange, so that it is logged.
    requireHostHeader: false,
    headersTimeout: known?.idleMs ?? 60_000,
    keepAliveTimeout: known?.idleMs ?? 60_000,
  });

  const connectionOf = (socket: Socket): ClientConnection => {
    const present = connections.get(socket);
    if (present) return present;
    const connection = newConnection(socket, clock, random);
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
    const settings = settingsOf(traffic);
    if (!settings) {
      request.socket.destroy();
      return;
    }
    const connection = connectionOf(request.socket);
    const exchange = new Exchange(traffic, settings, connection, request, response, upgradeHead);
    exchanges.add(exchange);
    connection.exchanges++;
    exchange.run(() => {
      connection.exchanges--;
      exchanges.delete(exchange);
    });
  };

  server.on('connection', connectionOf);
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
    if (socket instanceof Socket) refuseRequest(traffic, connectionOf(socket), error, socket);
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

function settingsOf(traffic: Traffic): TrafficSettings | undefined {
  const listener = traffic.plane.listener(traffic.listenerArn);
  if (!listener) return undefined;
  const attribute = (key: string): string => loadBalancerAttribute(listener.attributes, key);
  return {
    loadBalancerArn: listener.loadBalancerArn,
    loadBalancerName: listener.loadBalancerName,
    listenerPort: listener.port,
    idleMs: Number(attribute('idle_timeout.timeout_seconds')) * 1000,
    clientKeepAliveMs: Number(attribute('client_keep_alive.seconds')) * 1000,
    forwardedFor: attribute('routing.http.xff_header_processing.mode'),
    preserveHost: attribute('routing.http.preserve_host_header.enabled') === 'true',
  };
}

/** What `node:http` could not read as a request: answered with 400 or 408, logged without a request. */
function refuseRequest(traffic: Traffic, connection: ClientConnection, error: Error, socket: Socket): void {
  const code = 'code' in error ? String(error.code) : '';
  const settings = settingsOf(traffic);
  const lost = !socket.writable || code === 'ECONNRESET' || code === 'EPIPE';
  // An answer of our own would get mixed up with one that is under way.
  if (!settings || lost || connection.exchanges > 0) {
    socket.destroy();
    return;
  }
  const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = errorPage(status);
  socket.end(
    [
      `HTTP/1.1 ${status} ${reasonOf(status)}`,
      'Server: awselb/2.0',
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
    loadBalancerArn: settings.loadBalancerArn,
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
  traffic.log.write(settings.loadBalancerName, {
    type: 'http',
    endedAt: now,
    createdAt: now,
    loadBalancer: arnSuffix(settings.loadBalancerArn),
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
  });
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

import {
  type ClientRequest,
  type IncomingMessage,
  type OutgoingMessage,
  request as requestPlainly,
  type ServerResponse,
} from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { Socket } from 'node:net';
import type { EpochMs } from '../../base/index.ts';
import type { CompiledRule, Route } from '../services/elbv2/index.ts';
import { arnSuffix } from '../services/elbv2/index.ts';
import type { AccessLogEntry } from './access-log-line.ts';
import { errorPage, reasonOf } from './error-page.ts';
import { headerPairs, requestHeaders, responseHeaders, traceIdOf } from './forwarded-headers.ts';
import { type ClientConnection, newTraceRoot, type Traffic } from './traffic.ts';
import type { TrafficSettings } from './traffic-settings.ts';
import { joinTunnel } from './tunnel.ts';

type TargetRoute = Route & { readonly kind: 'target' };

/** ALB connects to a target for 10 s at most. ALB/load-balancer-troubleshooting, HTTP 504. */
const connectWithinMs = 10_000;
/** All headers of a target's response together. ALB/load-balancer-limits. */
const responseHeaderBytes = 32 * 1024;
/** A request line and one header each. ALB/load-balancer-limits. */
const lineBytes = 16 * 1024;
/** May be sent twice: RFC 9110 section 9.2.2. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * One request of a client and its way through the balancer: routed, passed to a target and back, or answered here;
 * logged once when it is over.
 */
export class Exchange {
  readonly #traffic: Traffic;
  readonly #settings: TrafficSettings;
  readonly #connection: ClientConnection;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #upgradeHead: Buffer | undefined;
  readonly #path: string;
  readonly #traceId: string;
  readonly #createdAt: EpochMs;
  readonly #startedAt: number;

  #rule: CompiledRule | undefined;
  #targetGroupArn: string | undefined;
  #target: TargetRoute | undefined;
  #targetName: string | undefined;
  #transformed: AccessLogEntry['transformed'];
  #connected = false;
  #connectionFailed = false;
  #redirectUrl: string | undefined;
  #errorReason: string | undefined;
  #upstream: ClientRequest | undefined;
  #upstreamSocket: Socket | undefined;
  #tunnel: Socket | undefined;
  #release: () => void = () => {};
  #sentAt = -1;
  #answeredAt = -1;
  #targetStatus: number | undefined;
  #elbStatus = 0;
  #seenBytes = -1;
  #activeAt: number;
  #continued = false;
  #over = false;

  constructor(
    traffic: Traffic,
    settings: TrafficSettings,
    connection: ClientConnection,
    request: IncomingMessage,
    response: ServerResponse,
    upgradeHead: Buffer | undefined,
  ) {
    this.#traffic = traffic;
    this.#settings = settings;
    this.#connection = connection;
    this.#request = request;
    this.#response = response;
    this.#upgradeHead = upgradeHead;
    this.#createdAt = traffic.clock.now();
    this.#startedAt = traffic.clock.monotonic();
    this.#activeAt = this.#startedAt;
    this.#path = originForm(request.url ?? '/');
    const incoming = request.headers['x-amzn-trace-id'];
    const own = newTraceRoot(this.#createdAt, traffic.random);
    this.#traceId = traceIdOf(typeof incoming === 'string' ? incoming : incoming?.join(';'), own);
  }

  /** Carries the request. `done` is called once, when it is over and logged. */
  run(done: () => void): void {
    this.#response.on('close', () => {
      if (this.#tunnel) return;
      this.#finish();
      done();
    });
    this.#response.on('error', () => {});
    this.#request.on('error', () => {});
    const { headers, method, httpVersion } = this.#request;
    if (headers.host === undefined && httpVersion === '1.1') this.#answer(400, 'HostHeaderMissing');
    else if (method === 'TRACE') this.#answer(405, 'MethodNotAllowed');
    else if (this.#path.length > lineBytes) this.#answer(414, 'RequestUriTooLong');
    else if (hasLongHeader(this.#request)) this.#answer(400, 'RequestHeaderTooLarge');
    else if (forwardedAddresses(this.#request) > 30) this.#answer(463, 'TooManyForwardedAddresses');
    else this.#follow(this.#traffic.plane.route(this.#traffic.listenerArn, this.#routeRequest()), done);
  }

  /** Ends what has moved no byte for the idle time-out, or does not connect. Called now and then. */
  expire(now: number): void {
    const bytes = bytesOf(this.#request.socket) + bytesOf(this.#upstreamSocket);
    if (bytes !== this.#seenBytes) {
      this.#seenBytes = bytes;
      this.#activeAt = now;
    }
    if (this.#upstreamSocket?.connecting && now - this.#sentAt >= connectWithinMs) {
      this.#connectionFailed = true;
      this.#fail(504, 'TargetConnectTimeout');
    } else if (now - this.#activeAt < this.#settings.idleMs) {
      return;
    } else if (this.#response.writableEnded) {
      // The answer is complete, but the client does not read it.
      this.#request.socket.destroy();
    } else {
      this.#fail(
        this.#request.complete ? 504 : 408,
        this.#request.complete ? 'TargetIdleTimeout' : 'ClientIdleTimeout',
      );
    }
  }

  /** Ends it at once, with a 502 where nothing was answered yet. */
  cut(reason: string): void {
    this.#fail(502, reason);
  }

  #follow(route: Route | undefined, done: () => void): void {
    this.#rule = route?.rule;
    switch (route?.kind) {
      case undefined:
        this.#answer(503, 'ListenerGone');
        break;
      case 'fixed-response':
        this.#send(route.status, route.contentType, route.body);
        break;
      case 'redirect':
        this.#redirectUrl = route.location;
        this.#send(route.status, 'text/html', '', ['Location', route.location]);
        break;
      case 'error':
        this.#targetGroupArn = route.targetGroupArn;
        this.#answer(route.status, route.cause);
        break;
      case 'target':
        this.#forward(route, done);
    }
  }

  #routeRequest() {
    const { headers, method } = this.#request;
    const question = this.#path.indexOf('?');
    return {
      method: method ?? 'GET',
      host: headers.host ?? '',
      path: question < 0 ? this.#path : this.#path.slice(0, question),
      query: question < 0 ? '' : this.#path.slice(question + 1),
      headers,
      sourceIp: this.#connection.address,
      port: this.#request.socket.localPort ?? this.#settings.listenerPort,
      realPorts: this.#traffic.realPorts,
    };
  }

  #forward(route: TargetRoute, done: () => void): void {
    const { id, port } = route.target.identity;
    this.#targetGroupArn = route.targetGroupArn;
    this.#target = route;
    this.#targetName = `${id}:${port}`;
    const address = this.#traffic.network.locate(id, port);
    if (!address) {
      this.#connectionFailed = true;
      this.#answer(502, 'TargetConnectionRefused');
      return;
    }
    this.#release = route.target.occupy(() => this.cut('DeregistrationDelayOver'));
    const agent = this.#traffic.pools.agent(`${route.targetGroupArn}|${this.#targetName}`, address, route.protocol);
    const { rewrite } = route.rule;
    const path = rewrite ? rewrite.url(this.#path) : this.#path;
    if (rewrite) this.#transformed = { host: rewrite.host(this.#request.headers.host ?? ''), url: path };
    const headers = requestHeaders(this.#request, {
      clientIp: this.#connection.address,
      clientPort: this.#connection.port,
      port: this.#request.socket.localPort ?? this.#settings.listenerPort,
      traceId: this.#traceId,
      settings: this.#settings,
      tls: this.#connection.tls,
      host: rewrite?.host,
      upgrade: this.#upgradeHead && this.#request.headers.upgrade,
    });
    const { method = 'GET', headers: incoming } = this.#request;
    const bodyless = incoming['transfer-encoding'] === undefined && Number(incoming['content-length'] ?? 0) === 0;
    const requestTarget = route.protocol === 'HTTPS' ? requestOverTls : requestPlainly;
    const send = (attempt: number): void => {
      const upstream = requestTarget({
        agent,
        host: address.host,
        port: address.port,
        method,
        path,
        headers,
        setHost: false,
        maxHeaderSize: responseHeaderBytes,
      });
      this.#upstream = upstream;
      upstream.on('socket', (socket) => {
        this.#upstreamSocket = socket;
        this.#connected = upstream.reusedSocket;
        if (!upstream.reusedSocket) socket.once('connect', () => this.#noteConnection(socket));
      });
      upstream.on('response', (answer) => this.#answered(answer, cookiesOf(answer, route)));
      upstream.on('continue', () => {
        this.#continued = true;
        if (this.#waiting) this.#response.writeContinue();
      });
      upstream.on('upgrade', (answer, socket, head) =>
        this.#upgraded(answer, socket, head, cookiesOf(answer, route), done),
      );
      upstream.on('error', (error) => {
        const again = attempt === 1 && upstream.reusedSocket && bodyless && idempotent.has(method);
        // The target closed a kept connection as the request was sent: nothing of an answer has been seen.
        if (again && this.#waiting && isReset(error)) send(2);
        else {
          this.#connectionFailed = !this.#connected;
          this.#fail(502, causeOf(error));
        }
      });
      this.#sentAt = this.#traffic.clock.monotonic();
      if (bodyless) upstream.end();
      else this.#passBody(upstream);
    };
    send(1);
  }

  #noteConnection(socket: Socket): void {
    this.#connected = true;
    const { traffic } = this.#traffic.plane;
    const { loadBalancerArn } = this.#settings;
    traffic.connectionOpened(loadBalancerArn, 'target');
    socket.once('close', () => traffic.connectionClosed(loadBalancerArn, 'target'));
  }

  /** No response has begun, neither the target's nor ours. */
  get #waiting(): boolean {
    return !this.#over && !this.#response.headersSent && this.#answeredAt < 0 && this.#elbStatus === 0;
  }

  #passBody(upstream: ClientRequest): void {
    const request = this.#request;
    request.pipe(upstream, { end: false });
    this.#flushSoon(upstream, this.#upstreamSocket);
    request.on('end', () => {
      if (request.rawTrailers.length > 0) upstream.addTrailers(headerPairs(request.rawTrailers));
      upstream.end();
    });
  }

  /** Headers go with the first bytes of a body that are here already, and do not wait for them otherwise. */
  #flushSoon(message: OutgoingMessage, socket: Socket | undefined): void {
    const before = socket?.bytesWritten;
    setImmediate(() => {
      if (!this.#over && socket?.bytesWritten === before) message.flushHeaders();
    });
  }

  #answered(answer: IncomingMessage, cookies: readonly string[]): void {
    const response = this.#response;
    this.#answeredAt = this.#traffic.clock.monotonic();
    this.#targetStatus = answer.statusCode;
    answer.on('error', () => this.#fail(502, 'TargetConnectionReset'));
    try {
      this.#limitConnection();
      response.writeHead(
        answer.statusCode ?? 502,
        answer.statusMessage ?? '',
        responseHeaders(answer, cookies, this.#settings.insertedHeaders),
      );
    } catch {
      this.#fail(502, 'TargetResponseMalformed');
      return;
    }
    this.#elbStatus = answer.statusCode ?? 502;
    answer.pipe(response, { end: false });
    answer.on('end', () => {
      if (answer.rawTrailers.length > 0) response.addTrailers(headerPairs(answer.rawTrailers));
      response.end();
      if (!this.#request.complete) this.#dropBody();
    });
    this.#flushSoon(response, this.#request.socket);
  }

  #upgraded(answer: IncomingMessage, target: Socket, head: Buffer, cookies: readonly string[], done: () => void): void {
    const client = this.#request.socket;
    this.#answeredAt = this.#traffic.clock.monotonic();
    this.#targetStatus = answer.statusCode;
    this.#elbStatus = 101;
    this.#tunnel = target;
    this.#response.detachSocket(client);
    joinTunnel(client, this.#upgradeHead, answer, target, head, cookies, this.#settings.insertedHeaders);
    client.on('close', () => {
      this.#finish();
      done();
    });
  }

  /** A page of the balancer itself. */
  #answer(status: number, reason: string): void {
    this.#errorReason = reason;
    this.#send(status, 'text/html', errorPage(status), [], reasonOf(status));
  }

  #send(status: number, contentType: string, body: string, more: readonly string[] = [], phrase?: string): void {
    const response = this.#response;
    if (!this.#waiting) return;
    this.#elbStatus = status;
    const length = String(Buffer.byteLength(body));
    const headers = ['Content-Type', contentType, 'Content-Length', length, ...more];
    if (this.#settings.namesServer) headers.unshift('Server', 'awselb/2.0');
    for (const header of this.#settings.insertedHeaders) headers.push(...header);
    this.#limitConnection();
    if (phrase === undefined) response.writeHead(status, headers);
    else response.writeHead(status, phrase, headers);
    response.end(body);
    if (!this.#request.complete) this.#dropBody();
  }

  /** The answer came before the end of the request: what the client still sends is read, so that it can read the answer. */
  #dropBody(): void {
    this.#request.unpipe();
    this.#request.resume();
    this.#upstream?.destroy();
  }

  /**
   * A connection is not kept for ever (ALB/application-load-balancers, client_keep_alive.seconds), nor when the client
   * may or may not send the body that it was not asked for.
   */
  #limitConnection(): void {
    const age = this.#traffic.clock.monotonic() - this.#connection.openedAt;
    const unasked = this.#request.headers.expect !== undefined && !this.#continued;
    if (age >= this.#settings.clientKeepAliveMs || unasked) this.#response.shouldKeepAlive = false;
  }

  #fail(status: number, reason: string): void {
    if (this.#over) return;
    const waiting = this.#waiting;
    if (this.#tunnel) {
      this.#errorReason ??= reason;
      this.#tunnel.destroy();
      this.#request.socket.destroy();
    } else if (waiting) {
      this.#answer(status, reason);
      this.#upstream?.destroy();
    } else if (this.#targetStatus !== undefined && !this.#response.writableEnded) {
      this.#errorReason ??= reason;
      this.#upstream?.destroy();
      this.#request.socket.destroy();
    }
  }

  #finish(): void {
    if (this.#over) return;
    const { clock, log, plane } = this.#traffic;
    const connection = this.#connection;
    const request = this.#request;
    const { socket } = request;
    const aborted = this.#waiting;
    this.#over = true;
    this.#release();
    this.#upstream?.on('error', () => {});
    if (!this.#tunnel && (aborted || !this.#response.writableFinished)) this.#upstream?.destroy();
    const now = clock.monotonic();
    const received = socket.bytesRead - connection.bytesRead;
    const sent = socket.bytesWritten - connection.bytesWritten;
    connection.bytesRead = socket.bytesRead;
    connection.bytesWritten = socket.bytesWritten;
    const elbStatus = aborted ? 460 : this.#elbStatus;
    plane.traffic.requestFinished({
      loadBalancerArn: this.#settings.loadBalancerArn,
      targetGroupArn: this.#targetGroupArn,
      target: this.#target?.target.identity,
      status: elbStatus,
      targetStatus: this.#targetStatus,
      targetMs: this.#answeredAt < 0 ? undefined : this.#answeredAt - this.#sentAt,
      connectionFailed: this.#connectionFailed,
      failOpen: this.#target?.failOpen ?? false,
      action: this.#rule?.action.kind ?? 'none',
      rulesEvaluated: this.#rule?.evaluated ?? 0,
      receivedBytes: received,
      sentBytes: sent,
    });
    const seconds = (from: number, to: number): number => (from < 0 || to < 0 ? -1 : (to - from) / 1000);
    log.write(this.#settings.loadBalancerName, {
      type: this.#tunnel ? (connection.tls ? 'wss' : 'ws') : this.#settings.protocol,
      endedAt: clock.now(),
      createdAt: this.#createdAt,
      loadBalancer: arnSuffix(this.#settings.loadBalancerArn),
      client: `${connection.address}:${connection.port}`,
      target: this.#targetName,
      requestSeconds: seconds(this.#startedAt, this.#sentAt),
      targetSeconds: seconds(this.#sentAt, this.#answeredAt),
      responseSeconds: seconds(this.#answeredAt, now),
      elbStatus,
      targetStatus: this.#targetStatus,
      receivedBytes: received,
      sentBytes: sent,
      method: request.method ?? '-',
      url: `${this.#settings.protocol}://${withoutPort(request.headers.host ?? '')}:${this.#settings.listenerPort}${this.#path}`,
      httpVersion: request.httpVersion,
      userAgent: request.headers['user-agent'],
      targetGroupArn: this.#targetGroupArn,
      traceId: this.#traceId,
      priority: this.#rule?.priority ?? -1,
      action: this.#rule?.action.kind,
      redirectUrl: this.#redirectUrl,
      errorReason: aborted ? 'ClientClosedConnection' : this.#errorReason,
      connectionTraceId: connection.traceId,
      tls: connection.tls,
      transformed: this.#transformed,
    });
  }
}

const bytesOf = (socket: Socket | undefined): number => (socket ? socket.bytesRead + socket.bytesWritten : 0);

/** A client may send the absolute form: RFC 9112 section 3.2.2. */
function originForm(url: string): string {
  if (url.startsWith('/') || url === '*') return url;
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(url)?.[1] ?? url;
  return path.startsWith('/') ? path : `/${path}`;
}

const hasLongHeader = ({ rawHeaders }: IncomingMessage): boolean => {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if ((rawHeaders[at]?.length ?? 0) + (rawHeaders[at + 1]?.length ?? 0) > lineBytes) return true;
  }
  return false;
};

/** The balancer's own cookies; one of them comes only with the application's. ALB/sticky-sessions. */
function cookiesOf(answer: IncomingMessage, { cookies, withCookie }: TargetRoute): readonly string[] {
  const sets = withCookie && answer.headers['set-cookie']?.some((cookie) => cookie.startsWith(`${withCookie.named}=`));
  return sets ? [...cookies, ...withCookie.add] : cookies;
}

function forwardedAddresses(request: IncomingMessage): number {
  const given = request.headers['x-forwarded-for'];
  if (given === undefined) return 0;
  return (typeof given === 'string' ? given : given.join(',')).split(',').length;
}

function isReset(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** Words for the access log; AWS names reasons for few causes only. */
function causeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'HPE_HEADER_OVERFLOW') return 'TargetResponseHeadersTooLarge';
  if (code.startsWith('HPE_')) return 'TargetResponseMalformed';
  if (code === 'ECONNREFUSED') return 'TargetConnectionRefused';
  return isReset(error) ? 'TargetConnectionReset' : 'TargetConnectionFailed';
}

const withoutPort = (host: string): string => host.replace(/:\d+$/, '');

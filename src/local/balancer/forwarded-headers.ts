import type { IncomingMessage } from 'node:http';
import type { ClientTls } from './traffic.ts';
import type { TrafficSettings } from './traffic-settings.ts';

/** Of one connection only, so never passed on. RFC 9110 section 7.6.1. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']);
/** Written by the load balancer. ALB/x-forwarded-headers, ALB/load-balancer-request-tracing. */
const ours = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-amzn-trace-id']);

/** Methods whose requests state their length, also when they have no body. RFC 9110 section 8.6. */
const withBody = new Set(['POST', 'PUT', 'PATCH']);

export interface ForwardedBy {
  readonly clientIp: string;
  readonly clientPort: number;
  /** The port that the client reached the listener at. */
  readonly port: number;
  readonly traceId: string;
  readonly settings: TrafficSettings;
  readonly tls: ClientTls | undefined;
  /** What a rule makes of the host. */
  readonly host: ((host: string) => string) | undefined;
  /** The request asks for another protocol, and that is passed on. */
  readonly upgrade: string | undefined;
}

/** A request's headers for the target: a flat list of names and values, in the client's order and spelling. */
export function requestHeaders(request: IncomingMessage, by: ForwardedBy): string[] {
  const headers: string[] = [];
  const { rawHeaders } = request;
  const dropped = namedByConnection(request.headers.connection);
  const { settings } = by;
  let forwardedFor = '';
  let chunked = false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const value = rawHeaders[at + 1] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'transfer-encoding') chunked = true;
    else if (lower === 'x-forwarded-for') forwardedFor = forwardedFor === '' ? value : `${forwardedFor}, ${value}`;
    else if (lower === 'host') headers.push(name, hostOf(value, by));
    else if (settings.dropInvalidHeaders && !/^[A-Za-z0-9-]+$/.test(name)) continue;
    else if (!hopByHop.has(lower) && !ours.has(lower) && !dropped?.has(lower)) headers.push(name, value);
  }
  if (request.headers.host === undefined) headers.push('Host', `127.0.0.1:${by.port}`);
  if (!chunked) dropHeader(headers, 'trailer');
  if (settings.forwardedFor === 'append') {
    const client = settings.forwardedPort ? `${by.clientIp}:${by.clientPort}` : by.clientIp;
    headers.push('X-Forwarded-For', forwardedFor === '' ? client : `${forwardedFor}, ${client}`);
  } else if (settings.forwardedFor === 'preserve' && forwardedFor !== '') {
    headers.push('X-Forwarded-For', forwardedFor);
  }
  headers.push(
    'X-Forwarded-Proto',
    settings.protocol,
    'X-Forwarded-Port',
    String(by.port),
    'X-Amzn-Trace-Id',
    by.traceId,
  );
  if (settings.tlsHeaders && by.tls) {
    headers.push('X-Amzn-Tls-Version', by.tls.version, 'X-Amzn-Tls-Cipher-Suite', by.tls.cipher);
  }
  if (chunked) headers.push('Transfer-Encoding', 'chunked');
  else if (request.headers['content-length'] === undefined && withBody.has(request.method ?? '')) {
    headers.push('Content-Length', '0');
  }
  headers.push('Connection', by.upgrade === undefined ? 'keep-alive' : 'Upgrade');
  if (by.upgrade !== undefined) headers.push('Upgrade', by.upgrade);
  return headers;
}

function hostOf(value: string, by: ForwardedBy): string {
  const host = by.settings.preserveHost ? value : value.toLowerCase();
  return by.host ? by.host(host) : host;
}

/** A target's headers for the client; framing is left to the server, but for the length. */
export function responseHeaders(
  response: IncomingMessage,
  cookies: readonly string[],
  inserted: TrafficSettings['insertedHeaders'],
): string[] {
  const headers: string[] = [];
  const { rawHeaders } = response;
  const dropped = namedByConnection(response.headers.connection);
  let chunked = false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'transfer-encoding') chunked = true;
    else if (!hopByHop.has(lower) && !dropped?.has(lower)) headers.push(name, rawHeaders[at + 1] ?? '');
  }
  if (!chunked) dropHeader(headers, 'trailer');
  for (const [name, value] of inserted) {
    dropHeader(headers, name);
    headers.push(name, value);
  }
  for (const cookie of cookies) headers.push('Set-Cookie', cookie);
  return headers;
}

/** A flat list of names and values as pairs. */
export function headerPairs(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < flat.length; at += 2) pairs.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return pairs;
}

/** ALB/load-balancer-request-tracing: a client's Root is kept, and ours comes before it as Self. */
export function traceIdOf(incoming: string | undefined, own: string): string {
  if (incoming === undefined) return `Root=${own}`;
  const kept = incoming
    .split(';')
    .filter((field) => !/^\s*Self=/i.test(field))
    .join(';');
  return /(^|;)\s*Root=/i.test(kept) ? `Self=${own};${kept}` : `Root=${own};${kept}`;
}

function namedByConnection(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || /^(keep-alive|close)$/i.test(connection)) return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

function dropHeader(headers: string[], name: string): void {
  const at = headers.findIndex((header, index) => index % 2 === 0 && header.toLowerCase() === name);
  if (at >= 0) headers.splice(at, 2);
}

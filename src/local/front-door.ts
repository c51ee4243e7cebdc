import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Random } from '../base/index.ts';
import { type AdminParts, answer, answerAdmin } from './admin.ts';
import type { Fallback } from './fallback/fallback.ts';
import { refusalOf } from './loopback-only.ts';
import type { RequestLog } from './request-log.ts';
import type { Runtime } from './runtime.ts';
import { knownSubnets } from './subnets.ts';
import { placeOf } from './wire/caller.ts';
import type { ForeignCall } from './wire/foreign.ts';
import type { WireRequest } from './wire/message.ts';
import type { HeadedRequest, Route } from './wire/route.ts';

export interface FrontDoorParts {
  readonly runtime: Runtime;
  /** Resolves when all that has been answered so far is on disk. */
  readonly durable: () => Promise<void>;
  readonly admin: AdminParts;
  readonly route: (request: HeadedRequest) => Route;
  readonly fallback: Fallback | undefined;
  readonly requests: RequestLog;
  readonly defaultAccount: string;
  readonly random: Random;
  readonly report: (what: string, error: unknown) => void;
}

/** What becomes of each request: refused, answered for tools, passed on, or answered by the runtime. */
export function createFrontDoor(
  parts: FrontDoorParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { runtime, fallback, route, defaultAccount } = parts;

  const passOn = async (
    to: Fallback,
    call: ForeignCall,
    head: HeadedRequest,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    const { account } = placeOf(head, defaultAccount);
    const passage = { request, response, body: head.body, call, account, requestId: parts.random.uuid() };
    const { status, errorCode } = await to.forward(passage);
    const { service, operation, members } = call;
    const userAgent = head.headers['user-agent'] ?? '';
    parts.requests.add({ service, operation, members, userAgent, status, errorCode }, 'fallback');
  };

  /** Handlers are synchronous: what they may need of subnets made elsewhere is asked before. */
  const learnSubnets = async (from: Fallback, request: WireRequest) => {
    const named = subnetsIn(request.body);
    if (named.length === 0) return;
    const at = placeOf(request, defaultAccount);
    const known = knownSubnets(runtime.world(at.account, at.region));
    const asked = named
      .filter((id) => known.get(id) === undefined)
      .map(async (id) => {
        const subnet = await from.subnet(at, id);
        if (subnet) known.put(id, subnet);
      });
    for (const result of await Promise.allSettled(asked)) {
      if (result.status === 'rejected') parts.report('asking the fallback for a subnet', result.reason);
    }
  };

  return async (request, response) => {
    const refusal = refusalOf(request.headers);
    if (refusal) return answer(response, 403, { __type: 'AccessDeniedException', message: refusal });
    const { path, query } = targetOf(request);
    if (path.startsWith('/_teal/')) {
      return answerAdmin(parts.admin, new URL(`http://localhost${path}?${query}`), request, response);
    }
    const head = { method: request.method ?? 'GET', path, query, headers: single(request.headers), body: undefined };
    if (fallback) {
      const first = route(head);
      if (first.to === 'elsewhere') return passOn(fallback, first.call, head, request, response);
    }
    const body = await readBody(request);
    if (!body) return answer(response, 413, { __type: 'RequestEntityTooLarge', message: 'The request is over 16 MB.' });
    const whole = { ...head, body };
    if (fallback) {
      const second = route(whole);
      if (second.to === 'elsewhere') return passOn(fallback, second.call, whole, request, response);
      await learnSubnets(fallback, whole);
    }
    const { status, headers, body: bytes } = runtime.handle(whole);
    // Nothing is acknowledged, nor shown to anybody, that a crash could take back.
    await parts.durable();
    response.writeHead(status, { ...headers, 'content-length': bytes.length });
    response.end(bytes);
  };
}

/** Subnets that a request names, by their ids. */
const subnetsIn = (body: Uint8Array): readonly string[] => [
  ...new Set(
    Buffer.from(body)
      .toString('latin1')
      .match(/\bsubnet-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g) ?? [],
  ),
];

/** Path and query as they were sent: an object's key may look like anything. */
function targetOf(request: IncomingMessage): { readonly path: string; readonly query: string } {
  const target = (request.url ?? '/').replace(/^http:\/\/[^/]*/, '');
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Undefined when it is longer than any AWS API takes (DynamoDB: 16 MB). */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > 17_000_000) return undefined;
    parts.push(part);
  }
  const [only] = parts;
  return parts.length === 1 && only ? only : Buffer.concat(parts);
}

const single = (headers: IncomingMessage['headers']): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );

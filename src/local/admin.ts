import type { IncomingMessage, ServerResponse } from 'node:http';
import { epochMs } from '../base/index.ts';
import type { ListenerAddress } from './balancer/index.ts';
import type { RequestFilter, RequestLog } from './request-log.ts';

/** Takes an uploaded image. Throws `ImageRefused` (its message is the client's answer) or whatever went wrong. */
export interface ImageReceiver {
  receive(
    archive: AsyncIterable<Uint8Array>,
    name: {
      readonly repository: string;
      readonly tag?: string | undefined;
      readonly region?: string | undefined;
      readonly digest?: string | undefined;
    },
  ): Promise<{ readonly reference: string; readonly digest: string }>;
}

/** What `GET /_teal/health` tells. */
export interface Health {
  readonly name: 'teal';
  readonly version: string;
  readonly timing: 'aws-like' | 'instant';
  readonly driver: 'process' | 'container' | 'simulated';
  /** The container engine that runs the tasks; null for the other drivers. */
  readonly engine: string | null;
  readonly trafficSettleSeconds: number;
  readonly account: string;
  readonly pid: number;
  readonly dataDir: string;
  /** Where calls go that the runtime does not answer; null for nowhere. */
  readonly fallback: string | null;
  readonly throttle: 'aws' | null;
  readonly staleReadsSeconds: number;
}

export interface AdminParts {
  readonly health: Health;
  readonly listeners: () => Promise<readonly ListenerAddress[]>;
  /** The file of the certificate that HTTPS listeners are trusted by; undefined while none is served. */
  readonly certificateAuthority: () => string | undefined;
  readonly images: ImageReceiver | undefined;
  readonly requests: RequestLog;
  readonly reset: () => Promise<void>;
  readonly stop: () => void;
}

/** Answers a request below `/_teal/`: what tools ask of the runtime beyond AWS's APIs. */
export async function answerAdmin(
  parts: AdminParts,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /_teal/health':
      return answer(response, 200, parts.health);
    case 'GET /_teal/listeners':
      return answer(response, 200, {
        listeners: await parts.listeners(),
        certificateAuthority: parts.certificateAuthority() ?? null,
      });
    case 'GET /_teal/requests':
      return answerRequests(parts.requests, url, response);
    case 'POST /_teal/reset':
      await parts.reset();
      return answer(response, 200, {});
    case 'POST /_teal/stop':
      answer(response, 200, {});
      return parts.stop();
    case 'POST /_teal/images':
      return receiveImage(parts.images, url, request, response);
    default:
      return answer(response, 404, { message: `There is no ${request.method} ${url.pathname} here.` });
  }
}

function answerRequests(log: RequestLog, url: URL, response: ServerResponse): void {
  const filter = filterIn(url.searchParams);
  if (typeof filter === 'string') answer(response, 400, { message: filter });
  else answer(response, 200, { requests: log.matching(filter), forgotten: log.forgotten });
}

/** Or what is wrong with it. */
function filterIn(parameters: URLSearchParams): RequestFilter | string {
  const known = ['service', 'operation', 'userAgent', 'since'];
  const unknown = [...parameters.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) return `There is no filter "${unknown}", only ${known.join(', ')}.`;
  const [service, operation, userAgent, since] = known.map((name) => parameters.get(name) ?? undefined);
  const from = since === undefined ? undefined : Date.parse(since);
  if (Number.isNaN(from)) return `since=${since} is no time: ISO 8601, as in the answer's "time".`;
  return { service, operation, userAgent, since: from === undefined ? undefined : epochMs(from) };
}

async function receiveImage(
  images: ImageReceiver | undefined,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!images) {
    return answer(response, 400, { message: 'The simulated driver runs no images: start with --driver process.' });
  }
  const parameter = (name: string) => url.searchParams.get(name) ?? undefined;
  const repository = parameter('repository');
  if (!repository) return answer(response, 400, { message: 'The parameter "repository" is missing.' });
  try {
    const name = { repository, tag: parameter('tag'), region: parameter('region'), digest: parameter('digest') };
    answer(response, 200, await images.receive(request, name));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ImageRefused') throw error;
    // The rest of the archive is not read: the connection can't be used again.
    response.setHeader('connection', 'close');
    answer(response, 400, { message: error.message });
  }
}

export function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

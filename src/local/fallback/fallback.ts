import { type ClientRequest, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { Ms } from '../../base/index.ts';
import { AwsError } from '../aws-error.ts';
import type { Subnet } from '../subnets.ts';
import type { Place } from '../wire/caller.ts';
import type { ForeignCall } from '../wire/foreign.ts';
import { askSubnet } from './ask-subnet.ts';
import { endToEnd } from './end-to-end.ts';

/** Another imitation of AWS that answers what the runtime does not. */
export interface Fallback {
  readonly url: string;
  /**
   * Passes a call on and its answer back, as raw bytes both ways. `body` is what has been read of the request already:
   * all of it, or undefined for none.
   */
  forward(passage: Passage): Promise<Passed>;
  /**
   * A subnet as its EC2 describes it; undefined where there is none of that id.
   * @throws Error when it does not answer
   */
  subnet(at: Place, id: string): Promise<Subnet | undefined>;
}

export interface Passage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Uint8Array | undefined;
  readonly call: ForeignCall;
  /** 12 digits: whose the call is. */
  readonly account: string;
  readonly requestId: string;
}

/** What the client got. */
export interface Passed {
  readonly status: number;
  readonly errorCode: string | undefined;
}

export interface FallbackOptions {
  /** `http://host:port` */
  readonly url: string;
  /** How long it may stay silent before a call is given up. */
  readonly patience: Ms;
  /** Told of answers that the client does not get to see. */
  readonly log: (message: string) => void;
}

/** Marks what has been passed on, so that a fallback that leads back here is not passed on for ever. */
const passedOn = 'x-teal-forwarded';

export function createFallback(options: FallbackOptions): Fallback {
  const url = new URL(options.url);
  return {
    url: url.origin,
    subnet: (at, id) => askSubnet(url, at, id, options.patience),
    async forward(passage) {
      const { request, response, call, requestId } = passage;
      const refuse = (error: AwsError): Passed => {
        const { status, headers, body } = call.refuse(error, requestId);
        // What is left of an upload is not read: the connection can't be used again.
        const unread = request.readableEnded ? {} : { connection: 'close' };
        response.writeHead(status, { ...headers, ...unread, 'content-length': body.length });
        response.end(body);
        return { status, errorCode: error.code };
      };
      if (request.headers[passedOn] !== undefined) {
        return refuse(new AwsError('FallbackLoop', `The fallback ${url.origin} leads back to this runtime.`));
      }
      const answer = await ask(url, options.patience, passage);
      if (answer instanceof Error) {
        // Not a 5xx: clients would send it again for minutes.
        const what = `The local runtime does not imitate ${call.service} ${call.operation}, and its fallback ${url.origin} does not answer: ${answer.message}`;
        return refuse(new AwsError('FallbackUnreachable', what));
      }
      if (!isDoubtful(answer, request, call)) return passBack(answer, response);
      const read = await readAll(answer);
      const status = answer.statusCode ?? 500;
      if (status < 500 && !isPage(read)) {
        response.writeHead(status, answer.statusMessage ?? '', endToEnd(answer.rawHeaders));
        response.end(read);
        return { status, errorCode: status < 400 ? undefined : codeIn(answer, [read]) };
      }
      const beginning = read.toString('utf8', 0, 500).replace(/\s+/g, ' ').trim();
      options.log(`${url.origin} answered ${status} to ${call.service} ${call.operation}: ${beginning}`);
      return refuse(call.unknownOperation);
    },
  };
}

/** Sends the request on; the answer's head, or why there is none. */
function ask(url: URL, patience: Ms, { request, response, body, account }: Passage): Promise<IncomingMessage | Error> {
  return new Promise((resolve) => {
    const headers = [
      ...endToEnd(request.rawHeaders),
      ...['connection', 'close', passedOn, '1'],
      // moto takes the account from here, and from an access key only by its own IAM users.
      ...['x-moto-account-id', account],
    ];
    const sent: ClientRequest = send(
      {
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port || 80,
        method: request.method,
        path: request.url,
        headers,
        agent: false,
        timeout: patience,
      },
      resolve,
    );
    sent.once('timeout', () => sent.destroy(new Error(`it was silent for ${patience / 1000} s`)));
    sent.on('error', resolve);
    // Whoever asked may go.
    response.once('close', () => {
      if (!response.writableFinished) sent.destroy();
    });
    if (body) sent.end(body);
    else request.pipe(sent);
  });
}

/**
 * Perhaps an answer that no AWS service gives: a fault of the imitation, or a page for people. Its Content-Type alone
 * does not tell: an imitation may call anything a page, and an object of S3 may be one.
 */
function isDoubtful({ statusCode, headers }: IncomingMessage, { method }: IncomingMessage, call: ForeignCall): boolean {
  const status = statusCode ?? 500;
  if (status >= 500) return true;
  const calledPage = (headers['content-type'] ?? '').startsWith('text/html') && method !== 'HEAD';
  return calledPage && (status >= 400 || (call.service !== 's3' && call.service !== ''));
}

const isPage = (body: Buffer): boolean =>
  /^\s*<(!doctype html|html|head|body|h1|title)\b/i.test(body.toString('latin1', 0, 200));

function passBack(answer: IncomingMessage, response: ServerResponse): Promise<Passed> {
  const status = answer.statusCode ?? 500;
  const beginning: Buffer[] = [];
  response.writeHead(status, answer.statusMessage ?? '', endToEnd(answer.rawHeaders));
  if (status >= 400) answer.on('data', (chunk: Buffer) => beginning.length < 8 && beginning.push(chunk));
  return new Promise((resolve) => {
    const done = () => resolve({ status, errorCode: status < 400 ? undefined : codeIn(answer, beginning) });
    answer.once('error', () => response.destroy());
    answer.once('aborted', () => response.destroy());
    response.once('close', done);
    answer.pipe(response);
  });
}

/** The code of an error in any of AWS's forms. */
function codeIn({ headers, statusCode }: IncomingMessage, body: readonly Buffer[]): string {
  const text = Buffer.concat(body).toString();
  const type = headers['x-amzn-errortype'];
  const found =
    (typeof type === 'string' ? /^[^:]+/.exec(type)?.[0] : undefined) ??
    /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ??
    /"__type"\s*:\s*"(?:[^"#]*#)?([^"#]+)"/.exec(text)?.[1];
  return found ?? String(statusCode);
}

/** What came of it: it may break off. */
async function readAll(answer: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    for await (const part of answer) parts.push(part);
  } catch {
    // The beginning is enough to tell what it was.
  }
  return Buffer.concat(parts);
}

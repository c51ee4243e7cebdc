import { type Ms, ms, type Random, unreachable } from '../../src/base/index.ts';
import type { WireRequest, WireResponse } from '../../src/local/wire/message.ts';

/** What may go wrong between a client and AWS. */
export const faults = [
  /** AWS answers "later"; nothing happened. */
  'throttled',
  /** 500 with AWS's code; it may have happened. */
  'server-error',
  /** 503 in HTML from something in between; it may have happened. */
  'proxy-error',
  /** The request never arrives; no answer. */
  'lost-before',
  /** It arrives; the answer does not. */
  'lost-after',
  /** It arrives after the client's deadline. */
  'straggler',
  /** The connection breaks, before or after the effect. */
  'reset',
  /** It arrives twice; the second answer is dropped. */
  'duplicate',
  /** Half of the answer. */
  'cut',
  /** 200 without a body; it may have happened. */
  'empty',
  /** A read is answered as some seconds ago. */
  'stale',
] as const;

export type Fault = (typeof faults)[number];

/** How often each comes, from 0 to 1. Those left out never come. */
export type FaultRates = Partial<Readonly<Record<Fault, number>>>;

/** `total` shared evenly by all faults. */
export const evenly = (total: number): FaultRates =>
  Object.fromEntries(faults.map((fault) => [fault, total / faults.length]));

/** One draw, whatever the rates are, so that a change of one rate does not reshuffle the rest. */
export function drawFault(rates: FaultRates, random: Random): Fault | undefined {
  let left = random.next();
  for (const fault of faults) {
    left -= rates[fault] ?? 0;
    if (left < 0) return fault;
  }
  return undefined;
}

/** What becomes of one request. */
export interface Course {
  /** When it takes effect, after it was sent: never, once or twice. */
  readonly arrivals: readonly Ms[];
  /** What the client gets after the first arrival, or at once without one. Undefined: nothing, ever. */
  readonly answer: (real: WireResponse | undefined) => WireResponse | Error | undefined;
}

export interface Circumstances {
  readonly wire: WireRequest;
  /** How long a request takes on its way. */
  readonly there: Ms;
  /** How long one takes that comes late. */
  readonly late: Ms;
  /** Whether what may have happened has. */
  readonly happens: boolean;
  /** An earlier answer to the same read. */
  readonly earlier: WireResponse | undefined;
}

export function courseOf(fault: Fault | undefined, { wire, there, late, happens, earlier }: Circumstances): Course {
  const maybe = happens ? [there] : [];
  switch (fault) {
    case 'throttled':
      return { arrivals: [], answer: () => throttled(wire) };
    case 'server-error':
      return { arrivals: maybe, answer: () => serverError(wire) };
    case 'proxy-error':
      return { arrivals: maybe, answer: proxyError };
    case 'empty':
      return { arrivals: maybe, answer: empty };
    case 'reset':
      return { arrivals: maybe, answer: connectionReset };
    case 'lost-before':
      return { arrivals: [], answer: () => undefined };
    case 'lost-after':
      return { arrivals: [there], answer: () => undefined };
    case 'straggler':
      return { arrivals: [late], answer: (real) => real };
    case 'duplicate':
      return { arrivals: [there, ms(there + late)], answer: (real) => real };
    case 'cut':
      return { arrivals: [there], answer: (real) => real && { ...real, body: half(real.body) } };
    case 'stale':
      return earlier ? { arrivals: [], answer: () => earlier } : { arrivals: [there], answer: (real) => real };
    case undefined:
      return { arrivals: [there], answer: (real) => real };
    default:
      return unreachable(fault);
  }
}

export const aborted = (): Error => Object.assign(new Error('Request aborted'), { name: 'AbortError' });

/** Fresh and unfrozen: the SDK writes into the errors it gets. */
const connectionReset = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

const throttled = (request: WireRequest): WireResponse =>
  isJson(request)
    ? jsonError(400, 'ThrottlingException', 'Rate exceeded')
    : queryError(400, 'Sender', 'Throttling', 'Rate exceeded');

/** AWS says no for good, as with credentials that have no right. */
export const refused = (request: WireRequest): WireResponse =>
  isJson(request)
    ? jsonError(400, 'AccessDeniedException', 'not authorized')
    : queryError(403, 'Sender', 'AccessDenied', 'not authorized');

const serverError = (request: WireRequest): WireResponse =>
  isJson(request)
    ? jsonError(500, 'InternalServerError', 'An internal server error occurred')
    : queryError(500, 'Receiver', 'InternalFailure', 'An internal failure occurred');

const proxyError = (): WireResponse =>
  answer(503, 'text/html', '<html><body><h1>503 Service Unavailable</h1></body></html>');

const empty = (): WireResponse => answer(200, 'text/plain', '');

const half = (bytes: Uint8Array): Uint8Array => bytes.slice(0, Math.ceil(bytes.length / 2));

const isJson = (request: WireRequest): boolean => request.headers['x-amz-target'] !== undefined;

const jsonError = (status: number, code: string, message: string): WireResponse =>
  answer(status, 'application/x-amz-json-1.1', JSON.stringify({ __type: code, message }));

const queryError = (status: number, type: string, code: string, message: string): WireResponse =>
  answer(
    status,
    'text/xml',
    `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>sim</RequestId></ErrorResponse>`,
  );

const answer = (status: number, contentType: string, body: string): WireResponse => ({
  status,
  headers: { 'content-type': contentType },
  body: new Uint8Array(Buffer.from(body)),
});

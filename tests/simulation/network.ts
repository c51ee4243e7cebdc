import { HttpResponse } from '@smithy/core/transport';
import type { HttpRequest } from '@smithy/types';
import type { RequestSender } from '../../src/aws/call-signal.ts';
import { type Clock, type Ms, ms, type Random } from '../../src/base/index.ts';
import type { WireRequest, WireResponse } from '../../src/local/wire/message.ts';
import { aborted, courseOf, drawFault, type Fault, type FaultRates, refused } from './faults.ts';
import type { Actor, Settle } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** A request on its way, as faults, holds and invariants see it. */
export interface Message {
  /** Counts the requests of a run. */
  readonly id: number;
  readonly from: string;
  /** `DynamoDB_20120810.PutItem`, `ModifyRule` */
  readonly operation: string;
  readonly body: string;
  readonly wire: WireRequest;
}

export type Match = (message: Message) => boolean;

/** One request that a test holds back. */
export interface Hold {
  /** The request, once one matched. */
  readonly caught: Message | undefined;
  /** Lets it arrive now. Its caller gets the answer if it still waits. */
  release(): void;
}

export interface Network {
  /** Where an actor's SDK clients send to. */
  sender(actor: Actor): RequestSender;
  /** May be changed while running; read when a request is sent. */
  rates: FaultRates;
  /** How often each fault has struck. */
  readonly struck: ReadonlyMap<Fault, number>;
  /** Requests sent. */
  readonly sent: number;
  /** The next request that matches gets this fault. */
  strike(fault: Fault, match: Match): void;
  /** The next request that matches does not arrive before its release. */
  hold(match: Match): Hold;
  /** Called when a request leaves its process, whatever becomes of it. */
  onSent(listener: (message: Message) => void): void;
  /** Called after each effect, with what came of it. */
  onEffect(listener: (message: Message, response: WireResponse) => void): void;
  /** Services that are down. */
  outage: Outage | undefined;
}

/** Requests that match are refused by AWS, or never answered. */
export interface Outage {
  readonly match: Match;
  readonly how: 'refusing' | 'silent';
}

export interface NetworkOptions {
  readonly clock: Clock;
  readonly server: (request: WireRequest) => WireResponse;
  /** For latencies. */
  readonly latencies: Random;
  readonly faults: Random;
  readonly trace: Trace;
  readonly rates?: FaultRates;
}

/** One way, in milliseconds. */
const latency = { least: 4, most: 60 } as const;
/** A straggler's way there: from before an engine's call deadline until long after it. */
const straggling = { least: 3_000, most: 20_000 } as const;
/** How old a stale answer may be. */
const staleness = 5_000;
/** Earlier answers kept for each read. */
const remembered = 8;

export function createNetwork(options: NetworkOptions): Network {
  const { clock, server, latencies, faults, trace } = options;
  const struck = new Map<Fault, number>();
  const strikes: { readonly fault: Fault; readonly match: Match }[] = [];
  const holds: { readonly match: Match; readonly take: (message: Message, arrive: () => void) => void }[] = [];
  const listeners: ((message: Message, response: WireResponse) => void)[] = [];
  const sentListeners: ((message: Message) => void)[] = [];
  const history: History = new Map();
  let sent = 0;

  const log = (what: string, message: Message, detail = ''): void =>
    trace.add(`${clock.now()} ${what} #${message.id} ${message.from} ${message.operation} ${detail}`);

  /** The effect: one atomic step at one instant. */
  const effect = (message: Message): WireResponse => {
    const response = server(message.wire);
    log('effect', message, `${response.status} ${Buffer.from(response.body).toString()}`);
    if (response.status === 200 && isRead(message)) remember(history, keyOf(message), clock.now(), response);
    for (const listener of listeners) listener(message, response);
    return response;
  };

  const transmit = (message: Message, settle: Settle<{ response: HttpResponse }>): void => {
    // The same draws for every request, so that no fault reshuffles what comes after it.
    const drawn = drawFault(network.rates, faults);
    const happens = faults.next() < 0.5;
    const there = between(latency, latencies);
    const back = between(latency, latencies);
    const late = between(straggling, latencies);
    const earlier = earlierAnswer(history, message, clock.now());
    const wanted = takeFirst(strikes, ({ match }) => match(message))?.fault ?? drawn;
    const fault = wanted === 'stale' && !earlier ? undefined : wanted;
    if (fault) struck.set(fault, (struck.get(fault) ?? 0) + 1);
    log('sent', message, `${fault ?? 'well'} ${headersOf(message)} ${message.body}`);
    for (const listener of sentListeners) listener(message);

    const course = network.outage?.match(message)
      ? { arrivals: [], answer: () => (network.outage?.how === 'silent' ? undefined : refused(message.wire)) }
      : courseOf(fault, { wire: message.wire, there, late, happens, earlier });
    const reply = (real: WireResponse | undefined): void => {
      const answer = course.answer(real);
      if (!answer) return;
      clock.after(back, () => {
        log('answer', message, answer instanceof Error ? answer.message : String(answer.status));
        if (answer instanceof Error) settle.reject(answer);
        else settle.resolve({ response: fresh(answer) });
      });
    };
    const held = takeFirst(holds, ({ match }) => match(message));
    if (held) {
      held.take(message, () => reply(effect(message)));
      return;
    }
    const [first, second] = course.arrivals;
    if (first === undefined) reply(undefined);
    else clock.after(first, () => reply(effect(message)));
    if (second !== undefined) clock.after(second, () => effect(message));
  };

  const network: Network = {
    rates: options.rates ?? {},
    struck,
    get sent() {
      return sent;
    },
    sender: (actor) => ({
      handle: (request, { abortSignal } = {}) =>
        actor.wait((settle) => {
          const wire = wireRequest(request);
          const operation = operationOf(wire);
          const body = Buffer.from(wire.body).toString();
          const abort = () => settle.reject(aborted());
          if (abortSignal?.aborted) return abort();
          if (abortSignal) abortSignal.onabort = abort;
          actor.post(`${operation} ${body}`, () => {
            sent += 1;
            transmit({ id: sent, from: actor.name, operation, body, wire }, settle);
          });
        }),
    }),
    strike(fault, match) {
      strikes.push({ fault, match });
    },
    hold(match) {
      let caught: Message | undefined;
      let arrive = (): void => {};
      holds.push({
        match,
        take(message, arriveNow) {
          caught = message;
          arrive = arriveNow;
        },
      });
      return {
        get caught() {
          return caught;
        },
        release() {
          const now = arrive;
          arrive = () => {};
          now();
        },
      };
    },
    onSent(listener) {
      sentListeners.push(listener);
    },
    outage: undefined,
    onEffect(listener) {
      listeners.push(listener);
    },
  };
  return network;
}

const between = (range: { readonly least: number; readonly most: number }, random: Random): Ms =>
  ms(range.least + random.int(range.most - range.least + 1));

function wireRequest(request: HttpRequest): WireRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  // Strings from the query protocol, byte arrays (which warn when they are used as strings) from the JSON one.
  const body: unknown = request.body ?? '';
  const bytes = typeof body === 'string' ? Buffer.from(body) : body instanceof Uint8Array ? body : undefined;
  if (!bytes) throw new Error(`a request body of an unknown kind: ${typeof body}`);
  return { method: request.method, path: request.path, query: '', headers, body: new Uint8Array(bytes) };
}

function operationOf(wire: WireRequest): string {
  const target = wire.headers['x-amz-target'];
  return (
    target ?? /(?:^|&)Action=([^&]*)/.exec(Buffer.from(wire.body).toString())?.[1] ?? `${wire.method} ${wire.path}`
  );
}

/** The SDK changes headers and bytes of what it gets. */
const fresh = (response: WireResponse): HttpResponse =>
  new HttpResponse({ statusCode: response.status, headers: { ...response.headers }, body: response.body.slice() });

/** A read that AWS may answer from an older copy; a consistent read of DynamoDB never is. */
const isRead = (message: Message): boolean =>
  /(^|\.)(Describe|List|Get|Query|Scan|BatchGet)/.test(message.operation) &&
  !message.body.includes('"ConsistentRead":true');

const keyOf = (message: Message): string => `${message.operation} ${message.body}`;

type History = Map<string, { readonly at: number; readonly response: WireResponse }[]>;

function remember(history: History, key: string, at: number, response: WireResponse): void {
  const answers = history.get(key) ?? [];
  answers.push({ at, response });
  if (answers.length > remembered) answers.shift();
  history.set(key, answers);
}

/** The oldest answer to the same read that is not too old. */
const earlierAnswer = (history: History, message: Message, now: number): WireResponse | undefined =>
  isRead(message) ? history.get(keyOf(message))?.find(({ at }) => at >= now - staleness)?.response : undefined;

const headersOf = ({ wire }: Message): string => JSON.stringify(Object.entries(wire.headers).sort());

function takeFirst<T>(list: T[], holds: (item: T) => boolean): T | undefined {
  const at = list.findIndex(holds);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

import type { Client, Command, MetadataBearer } from '@smithy/types';
import { type Clock, err, type Ms, ms, ok, type Random, type Result } from '../base/index.ts';
import type { CallError } from '../deployment/index.ts';
import { callError } from './call-error.ts';
import { bindSignal } from './call-signal.ts';

/** What ends a call: the deadline covers credentials, sending, waiting and reading. */
export interface CallLimit {
  readonly clock: Clock;
  readonly deadline: Ms;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one command, once. `take` picks what is needed from the answer and returns undefined where that is
 * missing: an empty 200 of a proxy parses as an answer without members, which is no answer of AWS's.
 * Never throws for what AWS or the network do; nothing is sent after the deadline.
 */
export function call<
  ClientInput extends object,
  ClientOutput extends MetadataBearer,
  Config,
  Input extends ClientInput,
  Output extends ClientOutput,
  Value,
>(
  client: Client<ClientInput, ClientOutput, Config>,
  command: Command<ClientInput, Input, ClientOutput, Output, Config>,
  limit: CallLimit,
  take: (output: Output) => Value | undefined,
): Promise<Result<Value, CallError>> {
  const { clock, deadline, signal } = limit;
  if (signal?.aborted) return Promise.resolve(err({ kind: 'unknown', cause: 'not sent: the caller stopped' }));
  return new Promise((resolve, reject) => {
    const ending = new AbortController();
    const settle = (result: Result<Value, CallError>) => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const giveUp = (cause: string) => {
      settle(err({ kind: 'unknown', cause }));
      ending.abort();
    };
    const onAbort = () => giveUp('the caller stopped waiting');
    const cancel = clock.after(deadline, () => giveUp(`no answer within ${deadline / 1000} s`));
    signal?.addEventListener('abort', onAbort, { once: true });
    bindSignal(command, ending.signal);
    client
      .send(command)
      .then(
        (output) => {
          const value = take(output);
          settle(value === undefined ? err({ kind: 'unknown', cause: 'an answer without content' }) : ok(value));
        },
        (error) => settle(err(callError(error))),
      )
      .catch(reject);
  });
}

export interface RetryLimit extends CallLimit {
  /** For the jitter. */
  readonly random: Random;
  /** Of each attempt; `deadline` is for all of them and the waiting between. */
  readonly attemptDeadline: Ms;
  /** The same where AWS says that calls come too fast: nothing is wrong but the pace. `deadline` where it is left out. */
  readonly throttledDeadline?: Ms;
}

/** First and greatest mean of the wait between two attempts, times two: full jitter is uniform from 0. */
const backOff = { first: 200, most: 4_000 } as const;
/** Where calls come too fast, more of them at once do not help. */
const throttledBackOff = { first: 400, most: 16_000 } as const;

/**
 * Repeats a read that was throttled or not answered until `deadline`, with full jitter, and returns the last
 * failure then. Only for calls that change nothing.
 */
export async function readWithRetries<Value>(
  read: (limit: CallLimit) => Promise<Result<Value, CallError>>,
  limit: RetryLimit,
): Promise<Result<Value, CallError>> {
  const { clock, random, signal } = limit;
  const began = clock.monotonic();
  let end = began + limit.deadline;
  for (let attempt = 0; ; attempt++) {
    const left = end - clock.monotonic();
    const result = await read({ clock, signal, deadline: ms(Math.min(limit.attemptDeadline, left)) });
    if (result.ok || result.error.kind === 'refused' || signal?.aborted) return result;
    const throttled = result.error.kind === 'throttled' && limit.throttledDeadline !== undefined;
    end = began + (throttled ? limit.throttledDeadline : limit.deadline);
    const { first, most } = throttled ? throttledBackOff : backOff;
    const pause = ms(random.int(1 + Math.min(most, first * 2 ** attempt)));
    if (clock.monotonic() + pause >= end) return result;
    await pauseFor(clock, pause, signal);
    if (signal?.aborted) return result;
  }
}

/** Ends early, without an error, when the caller stops. */
const pauseFor = (clock: Clock, pause: Ms, signal: AbortSignal | undefined): Promise<void> =>
  clock.sleep(pause, signal).catch((reason: unknown) => {
    if (!signal?.aborted) throw reason;
  });

import type { Client, Command, MetadataBearer } from '@smithy/types';
import { type Clock, ms, type Random, type Result } from '../base/index.ts';
import { type CallError, callDeadlineMs } from '../deployment/index.ts';
import { call, type RetryLimit, readWithRetries } from './call.ts';
import type { Clients } from './clients.ts';

/** What every adapter works with. */
export interface Aws {
  readonly clients: Clients;
  readonly clock: Clock;
  /** For the jitter of retries. */
  readonly random: Random;
}

/** A mutating call's total deadline: the lease's arithmetic rests on it (design, journal and lease). */
const mutationDeadline = ms(callDeadlineMs);

/** A read is tried again within this, each attempt for less. */
const readDeadline = ms(4_500);
const readAttempt = ms(2_000);
/** A hundred services of one account that begin at once wait for their turn: what is read for a plan comes once. */
const readThrottled = ms(300_000);

/** Sends a call that changes something: once, within its deadline. */
export function change<CI extends object, CO extends MetadataBearer, Config, I extends CI, O extends CO, Value>(
  aws: Aws,
  client: Client<CI, CO, Config>,
  command: Command<CI, I, CO, O, Config>,
  signal: AbortSignal,
  take: (output: O) => Value | undefined,
): Promise<Result<Value, CallError>> {
  return call(client, command, { clock: aws.clock, deadline: mutationDeadline, signal }, take);
}

/** What is left of an answer of which only the fact counts. */
export const done = <E>(result: Result<unknown, E>): Result<void, E> =>
  result.ok ? { ok: true, value: undefined } : result;

/** Sends a call that only reads, again where it got no answer. `command` is made anew for each attempt. */
export function read<CI extends object, CO extends MetadataBearer, Config, I extends CI, O extends CO, Value>(
  aws: Aws,
  client: Client<CI, CO, Config>,
  command: () => Command<CI, I, CO, O, Config>,
  signal: AbortSignal,
  take: (output: O) => Value | undefined,
): Promise<Result<Value, CallError>> {
  return readWithRetries((attempt) => call(client, command(), attempt, take), readLimit(aws, signal));
}

/** How long a read is tried for. */
export const readLimit = ({ clock, random }: Aws, signal: AbortSignal): RetryLimit => ({
  clock,
  random,
  deadline: readDeadline,
  attemptDeadline: readAttempt,
  throttledDeadline: readThrottled,
  signal,
});

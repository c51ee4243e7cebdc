import type { InputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { sizeOfEvent } from '../group-events.ts';
import { dayMs, eventsOf, oldestKept } from '../logs-state.ts';
import type { Operation } from '../operation.ts';
import { constraint, invalid, required, requireGroup, requireStream } from '../validation.ts';

const batchBytesMax = 1_048_576;
const batchEventsMax = 10_000;
const futureMs = 2 * 60 * 60 * 1000;
const pastMs = 14 * dayMs;

/** Events out of AWS's window are left out and told of. Source: CWL-API/API_PutLogEvents */
export const putLogEvents: Operation<'PutLogEvents'> = (state, input) => {
  const events = required(input.logEvents, 'logEvents').map(parseEvent);
  checkBatch(events);
  const group = requireGroup(state, input.logGroupName);
  const stream = requireStream(state, group, input.logStreamName);
  const now = state.world.clock.now();
  const kept = oldestKept(state, group) ?? Number.NEGATIVE_INFINITY;
  const tooNew = events.findIndex(({ timestamp }) => timestamp > now + futureMs);
  const tooOldEnd = events.filter(({ timestamp }) => timestamp < now - pastMs).length;
  const expiredEnd = events.filter(({ timestamp }) => timestamp < kept).length;
  const store = eventsOf(state, group);
  const accepted = events.slice(Math.max(tooOldEnd, expiredEnd), tooNew === -1 ? undefined : tooNew);
  for (const { timestamp, message } of accepted) store.append(stream.name, timestamp, message, now);
  const rejected = {
    ...(tooNew === -1 ? {} : { tooNewLogEventStartIndex: tooNew }),
    ...(tooOldEnd === 0 ? {} : { tooOldLogEventEndIndex: tooOldEnd }),
    ...(expiredEnd === 0 ? {} : { expiredLogEventEndIndex: expiredEnd }),
  };
  return {
    // Not checked since 2023, but older clients send it back.
    nextSequenceToken: state.random.digits(56),
    ...(Object.keys(rejected).length > 0 ? { rejectedLogEventsInfo: rejected } : {}),
  };
};

interface Event {
  readonly timestamp: number;
  readonly message: string;
}

function parseEvent({ timestamp, message }: InputLogEvent, index: number): Event {
  const member = `logEvents.${index + 1}.member`;
  const text = required(message, `${member}.message`);
  if (text === '') constraint(`${member}.message`, '', 'Member must have length greater than or equal to 1');
  return { timestamp: required(timestamp, `${member}.timestamp`), message: text };
}

function checkBatch(events: readonly Event[]): void {
  if (events.length === 0) constraint('logEvents', '[]', 'Member must have length greater than or equal to 1');
  if (events.length > batchEventsMax) {
    constraint(
      'logEvents',
      `[${events.length} events]`,
      `Member must have length less than or equal to ${batchEventsMax}`,
    );
  }
  const bytes = events.reduce((sum, { message }) => sum + sizeOfEvent(message), 0);
  if (bytes > batchBytesMax) invalid(`Upload too large: ${bytes} bytes exceeds limit of ${batchBytesMax}`);
  const timestamps = events.map(({ timestamp }) => timestamp);
  if (timestamps.some((timestamp, index) => timestamp < (timestamps[index - 1] ?? timestamp))) {
    invalid('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((timestamps[timestamps.length - 1] ?? 0) - (timestamps[0] ?? 0) > dayMs) {
    invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}

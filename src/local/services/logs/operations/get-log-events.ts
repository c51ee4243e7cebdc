import { beginning, endless, type LogEvent, positionAt, sizeOfEvent } from '../group-events.ts';
import { eventsOf } from '../logs-state.ts';
import type { Operation } from '../operation.ts';
import { groupByEither, invalid, pageLimit, requireStream } from '../validation.ts';

const pageEventsMax = 10_000;
const pageBytesMax = 1024 * 1024;

/**
 * A page of one stream. There are always both tokens; at an end the token that was sent comes back, and is good for
 * asking again later. Source: CWL-API/API_GetLogEvents
 */
export const getLogEvents: Operation<'GetLogEvents'> = (state, input) => {
  const group = groupByEither(state, input);
  const stream = requireStream(state, group, input.logStreamName);
  const limit = pageLimit(input.limit, pageEventsMax, pageEventsMax);
  const cursor = input.nextToken === undefined ? undefined : readCursor(input.nextToken);
  const earliest = input.startTime === undefined ? beginning : positionAt(input.startTime);
  const latest = input.endTime === undefined ? endless : positionAt(input.endTime);
  const backward = cursor ? cursor.direction === 'b' : !input.startFromHead;
  const from = cursor?.direction === 'f' && cursor.position > earliest ? cursor.position : earliest;
  const to = cursor?.direction === 'b' && cursor.position < latest ? cursor.position : latest;

  const page: LogEvent[] = [];
  let bytes = 0;
  for (const event of eventsOf(state, group).between(from, to, backward ? 'descending' : 'ascending')) {
    if (event.stream !== stream.name) continue;
    bytes += sizeOfEvent(event.message);
    if (page.length === limit || (page.length > 0 && bytes > pageBytesMax)) break;
    page.push(event);
  }
  if (backward) page.reverse();
  const edge = cursor?.position ?? (backward && input.endTime !== undefined ? latest : earliest);
  return {
    events: page.map(({ timestamp, message, ingestedAt }) => ({ timestamp, message, ingestionTime: ingestedAt })),
    nextForwardToken: `f/${page[page.length - 1]?.position ?? edge}`,
    nextBackwardToken: `b/${page[0]?.position ?? edge}`,
  };
};

function readCursor(token: string): { readonly direction: string; readonly position: string } {
  const [, direction, position] = /^([fb])\/(\d{15,27})$/.exec(token) ?? [];
  if (direction === undefined || position === undefined) return invalid('The specified nextToken is invalid.');
  return { direction, position };
}

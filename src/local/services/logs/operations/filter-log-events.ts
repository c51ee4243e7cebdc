import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { beginning, endless, type LogEvent, positionAt, sizeOfEvent } from '../group-events.ts';
import { eventsOf, type GroupRecord, type LogsState } from '../logs-state.ts';
import type { Operation } from '../operation.ts';
import { readToken, writeToken } from '../page.ts';
import { groupByEither, invalid, pageLimit, requireStream } from '../validation.ts';

const pageEventsMax = 10_000;
const pageBytesMax = 1024 * 1024;

/** Events of many streams in order of time; both ends of the time range belong to it. Source: CWL-API/API_FilterLogEvents */
export const filterLogEvents: Operation<'FilterLogEvents'> = (state, input) => {
  const group = groupByEither(state, input);
  const matches = parseFilterPattern(input.filterPattern ?? '');
  const inStreams = streamFilter(state, group, input.logStreamNames, input.logStreamNamePrefix);
  const limit = pageLimit(input.limit, pageEventsMax, pageEventsMax);
  const from =
    input.nextToken === undefined
      ? input.startTime === undefined
        ? beginning
        : positionAt(input.startTime)
      : readPosition(input.nextToken);
  const to = input.endTime === undefined ? endless : positionAt(input.endTime + 1);

  const page: LogEvent[] = [];
  let bytes = 0;
  let more = false;
  for (const event of eventsOf(state, group).between(from, to, 'ascending')) {
    if (!inStreams(event.stream) || !matches(event.message)) continue;
    bytes += sizeOfEvent(event.message);
    more = page.length === limit || (page.length > 0 && bytes > pageBytesMax);
    if (more) break;
    page.push(event);
  }
  const last = page[page.length - 1];
  return {
    events: page.map(({ stream, timestamp, message, ingestedAt, position }) => ({
      logStreamName: stream,
      timestamp,
      message,
      ingestionTime: ingestedAt,
      eventId: position.padStart(56, '0'),
    })),
    searchedLogStreams: [],
    ...(more && last ? { nextToken: writeToken(last.position) } : {}),
  };
};

function streamFilter(
  state: LogsState,
  group: GroupRecord,
  names: readonly string[] | undefined,
  prefix: string | undefined,
): (stream: string) => boolean {
  if (names !== undefined && prefix !== undefined) {
    return invalid('LogStreamNamePrefix and LogStreamNames are mutually exclusive parameters.');
  }
  if (names === undefined) return (stream) => stream.startsWith(prefix ?? '');
  const wanted = new Set(names.map((name) => requireStream(state, group, name).name));
  return (stream) => wanted.has(stream);
}

function readPosition(token: string): string {
  const position = readToken(token);
  return /^\d{27}$/.test(position) ? position : invalid('The specified nextToken is invalid.');
}

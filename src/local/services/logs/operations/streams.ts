import type { LogStream } from '@aws-sdk/client-cloudwatch-logs';
import { refuse } from '../../../aws-error.ts';
import { eventsOf, type GroupRecord, type LogsState, type StreamRecord, streamsOf } from '../logs-state.ts';
import type { Operation } from '../operation.ts';
import { pageOf } from '../page.ts';
import { groupArn, groupByEither, invalid, pageLimit, requireGroup, requireStream, streamName } from '../validation.ts';

/** CWL-API/API_CreateLogStream */
export const createLogStream: Operation<'CreateLogStream'> = (state, input) => {
  const name = streamName(input.logStreamName);
  const streams = streamsOf(state, requireGroup(state, input.logGroupName).name);
  if (streams.get(name)) refuse('ResourceAlreadyExistsException', 'The specified log stream already exists');
  streams.put(name, { name, createdAt: state.world.clock.now() });
  return {};
};

/** CWL-API/API_DeleteLogStream */
export const deleteLogStream: Operation<'DeleteLogStream'> = (state, input) => {
  const group = requireGroup(state, input.logGroupName);
  const stream = requireStream(state, group, input.logStreamName);
  streamsOf(state, group.name).delete(stream.name);
  eventsOf(state, group).deleteStream(stream.name);
  return {};
};

const describedMax = 50;

/** CWL-API/API_DescribeLogStreams */
export const describeLogStreams: Operation<'DescribeLogStreams'> = (state, input) => {
  const group = groupByEither(state, input);
  const prefix = input.logStreamNamePrefix;
  const byTime = input.orderBy === 'LastEventTime';
  if (byTime && prefix !== undefined) invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  const limit = pageLimit(input.limit, describedMax, describedMax);
  const named = streamsOf(state, group.name)
    .entries()
    .map(([, stream]) => stream)
    .filter(({ name }) => name.startsWith(prefix ?? ''));
  const lastEvent = ({ name }: StreamRecord): number => eventsOf(state, group).times(name)?.last ?? 0;
  const sorted = byTime ? named.toSorted((a, b) => lastEvent(a) - lastEvent(b)) : named;
  const ordered = input.descending ? sorted.toReversed() : sorted;
  const { page, nextToken } = pageOf(ordered, ({ name }) => name, limit, input.nextToken);
  return { logStreams: page.map((stream) => describe(state, group, stream)), ...(nextToken ? { nextToken } : {}) };
};

/** `storedBytes` of a stream has been 0 since 2019. Source: CWL-API/API_LogStream */
function describe(state: LogsState, group: GroupRecord, stream: StreamRecord): LogStream {
  const times = eventsOf(state, group).times(stream.name);
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    ...(times
      ? { firstEventTimestamp: times.first, lastEventTimestamp: times.last, lastIngestionTime: times.lastIngestedAt }
      : {}),
    uploadSequenceToken: '0'.repeat(56),
    arn: `${groupArn(state, group.name)}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}

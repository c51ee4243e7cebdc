import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { ServiceDefinition } from '../../service.ts';
import { createLogsState, type LogsState } from './logs-state.ts';
import { filterLogEvents } from './operations/filter-log-events.ts';
import { getLogEvents } from './operations/get-log-events.ts';
import {
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  putRetentionPolicy,
} from './operations/groups.ts';
import { associateKmsKey, disassociateKmsKey } from './operations/kms-key.ts';
import { putLogEvents } from './operations/put-log-events.ts';
import { createLogStream, deleteLogStream, describeLogStreams } from './operations/streams.ts';
import { listTagsForResource, listTagsLogGroup, tagResource, untagResource } from './operations/tags.ts';

export { taskOutput } from './task-output.ts';

/**
 * Amazon CloudWatch Logs: groups, streams and events. Events are kept on disk like all else; a group holds a bounded
 * number of them (see `groupLimits`). Source: CWL-API
 */
export const logs: ServiceDefinition<LogsState> = {
  name: 'logs',
  sdk,
  create: createLogsState,
  operations: {
    AssociateKmsKey: associateKmsKey,
    CreateLogGroup: createLogGroup,
    CreateLogStream: createLogStream,
    DeleteLogGroup: deleteLogGroup,
    DeleteLogStream: deleteLogStream,
    DeleteRetentionPolicy: deleteRetentionPolicy,
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    DisassociateKmsKey: disassociateKmsKey,
    FilterLogEvents: filterLogEvents,
    GetLogEvents: getLogEvents,
    ListTagsForResource: listTagsForResource,
    ListTagsLogGroup: listTagsLogGroup,
    PutLogEvents: putLogEvents,
    PutRetentionPolicy: putRetentionPolicy,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
};

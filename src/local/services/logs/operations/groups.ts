import type { LogGroup } from '@aws-sdk/client-cloudwatch-logs';
import { refuse } from '../../../aws-error.ts';
import { dropGroup, eventsOf, type GroupRecord, type LogsState } from '../logs-state.ts';
import type { Operation } from '../operation.ts';
import { pageOf } from '../page.ts';
import { constraint, groupArn, groupName, invalid, pageLimit, required, requireGroup } from '../validation.ts';
import { checkedKey } from './kms-key.ts';

/** CWL-API/API_CreateLogGroup */
export const createLogGroup: Operation<'CreateLogGroup'> = (state, input) => {
  const name = groupName(input.logGroupName);
  if (state.groups.get(name)) {
    refuse('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  state.groups.put(name, {
    name,
    createdAt: state.world.clock.now(),
    retentionInDays: null,
    class: input.logGroupClass ?? 'STANDARD',
    tags: input.tags ?? {},
    ...(input.kmsKeyId === undefined ? {} : { kmsKeyArn: checkedKey(input.kmsKeyId) }),
  });
  return {};
};

/** CWL-API/API_DeleteLogGroup */
export const deleteLogGroup: Operation<'DeleteLogGroup'> = (state, input) => {
  dropGroup(state, requireGroup(state, input.logGroupName).name);
  return {};
};

const describedMax = 50;

/** CWL-API/API_DescribeLogGroups */
export const describeLogGroups: Operation<'DescribeLogGroups'> = (state, input) => {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
  if (prefix !== undefined && pattern !== undefined) {
    invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  const limit = pageLimit(input.limit, describedMax, describedMax);
  const found = state.groups
    .entries()
    .map(([, group]) => group)
    .filter(({ name }) => name.startsWith(prefix ?? '') && name.toLowerCase().includes((pattern ?? '').toLowerCase()))
    .filter((group) => input.logGroupClass === undefined || group.class === input.logGroupClass);
  const { page, nextToken } = pageOf(found, ({ name }) => name, limit, input.nextToken);
  return { logGroups: page.map((group) => describe(state, group)), ...(nextToken ? { nextToken } : {}) };
};

function describe(state: LogsState, group: GroupRecord): LogGroup {
  const arn = groupArn(state, group.name);
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    ...(group.retentionInDays === null ? {} : { retentionInDays: group.retentionInDays }),
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes: eventsOf(state, group).sizeBytes(),
    logGroupClass: group.class,
    logGroupArn: arn,
    ...(group.kmsKeyArn === undefined ? {} : { kmsKeyId: group.kmsKeyArn }),
  };
}

const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** CWL-API/API_PutRetentionPolicy */
export const putRetentionPolicy: Operation<'PutRetentionPolicy'> = (state, input) => {
  const days = required(input.retentionInDays, 'retentionInDays');
  if (!retentions.includes(days)) {
    constraint('retentionInDays', String(days), `Member must satisfy enum value set: [${retentions.join(', ')}]`);
  }
  const group = requireGroup(state, input.logGroupName);
  state.groups.put(group.name, { ...group, retentionInDays: days });
  return {};
};

/** CWL-API/API_DeleteRetentionPolicy */
export const deleteRetentionPolicy: Operation<'DeleteRetentionPolicy'> = (state, input) => {
  const group = requireGroup(state, input.logGroupName);
  state.groups.put(group.name, { ...group, retentionInDays: null });
  return {};
};

import { requireRecord } from '../find-table.ts';
import type { Operation } from '../operation.ts';
import { putRecord } from '../state.ts';
import { invalid, required } from '../validation.ts';

/**
 * Takes effect at once, where AWS takes up to an hour; items that had expired before are deleted, too.
 * Sources: DynamoDB-API/API_UpdateTimeToLive, DynamoDB/TTL
 */
export const updateTimeToLive: Operation<'UpdateTimeToLive'> = (state, input) => {
  const record = requireRecord(state, input.TableName);
  const specification = required(input.TimeToLiveSpecification, 'timeToLiveSpecification');
  const name = required(specification.AttributeName, 'timeToLiveSpecification.attributeName');
  if (specification.Enabled && record.timeToLive !== null) invalid('TimeToLive is already enabled');
  if (!specification.Enabled && record.timeToLive === null) invalid('TimeToLive is already disabled');
  if (!specification.Enabled && record.timeToLive !== name) {
    invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${record.timeToLive}`);
  }
  putRecord(state, { ...record, timeToLive: specification.Enabled ? name : null });
  return { TimeToLiveSpecification: specification };
};

/** DynamoDB-API/API_DescribeTimeToLive */
export const describeTimeToLive: Operation<'DescribeTimeToLive'> = (state, input) => {
  const { timeToLive } = requireRecord(state, input.TableName);
  return {
    TimeToLiveDescription:
      timeToLive === null
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive },
  };
};

import { describeTable as describe } from '../describe.ts';
import { requireRecord } from '../find-table.ts';
import type { Operation } from '../operation.ts';

/** DynamoDB-API/API_DescribeTable */
export const describeTable: Operation<'DescribeTable'> = (state, input) => ({
  Table: describe(state, requireRecord(state, input.TableName)),
});

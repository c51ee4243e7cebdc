import { findRecord } from '../find-table.ts';
import type { Operation } from '../operation.ts';
import { constraint, positiveLimit } from '../validation.ts';

const pageMax = 100;

/** DynamoDB-API/API_ListTables */
export const listTables: Operation<'ListTables'> = (state, input) => {
  const limit = Math.min(positiveLimit(input.Limit), pageMax);
  if ((input.Limit ?? 0) > pageMax) {
    constraint('limit', String(input.Limit), `Member must have value less than or equal to ${pageMax}`);
  }
  const start = input.ExclusiveStartTableName;
  const names = state.records
    .entries()
    .map(([name]) => name)
    .filter((name) => findRecord(state, name) && (start === undefined || name > start));
  const page = names.slice(0, limit);
  const last = page[page.length - 1];
  return {
    TableNames: page,
    ...(names.length > page.length && last !== undefined ? { LastEvaluatedTableName: last } : {}),
  };
};

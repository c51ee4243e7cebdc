import { refuse } from '../../aws-error.ts';
import { type DynamoState, tableOf } from './state.ts';
import type { Table, TableRecord } from './table.ts';
import { constraint, required } from './validation.ts';

/**
 * The table of an item operation, by name or ARN.
 * @throws AwsError ResourceNotFoundException also while it is being created or deleted.
 */
export function activeTable(state: DynamoState, nameOrArn: string | undefined): Table {
  const record = findRecord(state, tableName(nameOrArn));
  if (!record || !['ACTIVE', 'UPDATING'].includes(statusOf(record, state.world.clock.now()))) {
    return refuse('ResourceNotFoundException', 'Requested resource not found');
  }
  return tableOf(state, record);
}

/** For operations on the table itself. @throws AwsError ResourceNotFoundException */
export function requireRecord(state: DynamoState, nameOrArn: string | undefined): TableRecord {
  const name = tableName(nameOrArn);
  return (
    findRecord(state, name) ??
    refuse('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`)
  );
}

/** A table that exists in any status; one whose deletion is over is forgotten here. */
export function findRecord(state: DynamoState, name: string): TableRecord | undefined {
  const record = state.records.get(name);
  if (!record || record.goneAt === null || state.world.clock.now() < record.goneAt) return record;
  state.records.delete(name);
  return undefined;
}

export function statusOf(record: TableRecord, now: number): 'CREATING' | 'UPDATING' | 'ACTIVE' | 'DELETING' {
  if (record.goneAt !== null) return 'DELETING';
  if (now >= record.activeAt) return 'ACTIVE';
  return record.updated ? 'UPDATING' : 'CREATING';
}

export const tableArn = (state: DynamoState, name: string): string =>
  `arn:aws:dynamodb:${state.world.region}:${state.world.account}:table/${name}`;

/** The name, also out of an ARN. @throws AwsError ValidationException */
export function tableName(nameOrArn: string | undefined): string {
  const given = required(nameOrArn, 'tableName');
  const name = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/.exec(given)?.[1] ?? given;
  if (name.length < 3) constraint('tableName', given, 'Member must have length greater than or equal to 3');
  if (name.length > 255) constraint('tableName', given, 'Member must have length less than or equal to 255');
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) {
    constraint('tableName', given, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
  }
  return name;
}

import type { ContinuousBackupsDescription } from '@aws-sdk/client-dynamodb';
import { refuse } from '../../../aws-error.ts';
import { findRecord, tableName } from '../find-table.ts';
import type { Operation } from '../operation.ts';
import { type DynamoState, putRecord } from '../state.ts';
import type { TableRecord } from '../table.ts';
import { required } from '../validation.ts';

/** DynamoDB-API/API_DescribeContinuousBackups. The setting is kept and shown; nothing is backed up. */
export const describeContinuousBackups: Operation<'DescribeContinuousBackups'> = (state, input) => ({
  ContinuousBackupsDescription: describe(state, requireTable(state, input.TableName)),
});

/** DynamoDB-API/API_UpdateContinuousBackups */
export const updateContinuousBackups: Operation<'UpdateContinuousBackups'> = (state, input) => {
  const record = requireTable(state, input.TableName);
  const enabled = required(input.PointInTimeRecoverySpecification, 'pointInTimeRecoverySpecification');
  const changed: TableRecord = {
    ...record,
    recoverableSince: enabled.PointInTimeRecoveryEnabled ? (record.recoverableSince ?? state.world.clock.now()) : null,
  };
  putRecord(state, changed);
  return { ContinuousBackupsDescription: describe(state, changed) };
};

function describe(state: DynamoState, record: TableRecord): ContinuousBackupsDescription {
  const since = record.recoverableSince;
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription:
      since === null
        ? { PointInTimeRecoveryStatus: 'DISABLED' }
        : {
            PointInTimeRecoveryStatus: 'ENABLED',
            RecoveryPeriodInDays: 35,
            EarliestRestorableDateTime: new Date(since),
            LatestRestorableDateTime: new Date(state.world.clock.now()),
          },
  };
}

function requireTable(state: DynamoState, nameOrArn: string | undefined): TableRecord {
  const name = tableName(nameOrArn);
  return findRecord(state, name) ?? refuse('TableNotFoundException', `Table not found: ${name}`);
}

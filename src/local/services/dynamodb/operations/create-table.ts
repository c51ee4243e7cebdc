import type { SSESpecification } from '@aws-sdk/client-dynamodb';
import { ms } from '../../../../base/index.ts';
import { refuse } from '../../../aws-error.ts';
import { describeTable } from '../describe.ts';
import { findRecord, tableName } from '../find-table.ts';
import type { Operation } from '../operation.ts';
import { parseSchema } from '../parse-schema.ts';
import { parseTags } from '../parse-tags.ts';
import { type DynamoState, putRecord } from '../state.ts';
import type { TableRecord, Throughput } from '../table.ts';
import { invalid, oneOf } from '../validation.ts';

/** DynamoDB-API/API_CreateTable. Streams are not imitated. */
export const createTable: Operation<'CreateTable'> = (state, input) => {
  const name = tableName(input.TableName);
  oneOf(input.BillingMode, 'billingMode', ['PROVISIONED', 'PAY_PER_REQUEST']);
  refuseStreams(input.StreamSpecification?.StreamEnabled);
  const billing = input.BillingMode === 'PAY_PER_REQUEST' ? 'PAY_PER_REQUEST' : 'PROVISIONED';
  const throughput = parseThroughput(billing, input.ProvisionedThroughput);
  const schema = parseSchema(input);
  const tags = parseTags(input.Tags);
  if (findRecord(state, name)) refuse('ResourceInUseException', `Table already exists: ${name}`);
  const now = state.world.clock.now();
  const record = {
    name,
    id: state.random.uuid(),
    createdAt: now,
    activeAt: now + settleMs(state),
    updated: false,
    goneAt: null,
    ...schema,
    billing,
    throughput,
    ...encryption(input.SSESpecification),
    deletionProtection: input.DeletionProtectionEnabled === true,
    tableClass: input.TableClass ?? null,
    recoverableSince: null,
    timeToLive: null,
    tags,
  } as const;
  putRecord(state, record);
  // Whatever has become of it by now, on a machine that is busy.
  return { TableDescription: describeTable(state, record, now) };
};

/** DynamoDB-API/API_SSESpecification: not enabled is encrypted, too, by a key that DynamoDB has for itself. */
export const encryption = (asked: SSESpecification | undefined): Pick<TableRecord, 'encryptedWithKms' | 'kmsKey'> =>
  asked?.Enabled === true
    ? { encryptedWithKms: true, kmsKey: asked.KMSMasterKeyId ?? null }
    : { encryptedWithKms: false, kmsKey: null };

/** How long a table is CREATING, UPDATING or DELETING: some seconds on AWS. */
export const settleMs = (state: DynamoState): number => ms(state.world.timing.name === 'instant' ? 20 : 5_000);

export function refuseStreams(enabled: boolean | undefined): void {
  if (enabled) invalid('The local runtime does not support DynamoDB Streams');
}

/** On-demand tables show zeros. @throws AwsError ValidationException */
export function parseThroughput(
  billing: 'PROVISIONED' | 'PAY_PER_REQUEST',
  asked:
    | { readonly ReadCapacityUnits?: number | undefined; readonly WriteCapacityUnits?: number | undefined }
    | undefined,
): Throughput {
  if (billing === 'PAY_PER_REQUEST') {
    if ((asked?.ReadCapacityUnits ?? 0) > 0 || (asked?.WriteCapacityUnits ?? 0) > 0) {
      invalid(
        'One or more parameter values were invalid: ' +
          'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      );
    }
    return { read: 0, write: 0 };
  }
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = asked ?? {};
  if (!read || !write) {
    return invalid(
      'One or more parameter values were invalid: ' +
        'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  return { read, write };
}
